/**
 * Whether the server has been updated since this page was loaded. While instances of two versions serve, the page's own build
 * answers from time to time, and a reload may load either version; then the page shows no notice.
 */
import { useSyncExternalStore } from "react";
import { onAnswer } from "../own-page.ts";

/** How long only another build must have answered. */
export const confirmMs = 20_000;

let isUpdated = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function setUpdated(next: boolean) {
  if (isUpdated === next) return;
  isUpdated = next;
  for (const listener of listeners) listener();
}

onAnswer((build) => {
  const own = document.documentElement.dataset["build"];
  // A development server names no build, and neither does a proxy's answer.
  if (build === null || own === undefined) return;
  if (build !== own) {
    timer ??= setTimeout(() => setUpdated(true), confirmMs);
    return;
  }
  clearTimeout(timer);
  timer = undefined;
  setUpdated(false);
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useIsUpdated = () => useSyncExternalStore(subscribe, () => isUpdated);
