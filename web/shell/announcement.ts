/** What the toast says. Without the toast itself, for code that the first page loads. */
import { useSyncExternalStore } from "react";
import { isolatedIn } from "../../shared/foreign-text.ts";

let message: { text: string; key: number } | null = null;
const listeners = new Set<() => void>();

function show(next: typeof message) {
  message = next;
  for (const listener of listeners) listener();
}

/** Shows one sentence; a newer one replaces it. */
export function announce(text: string): void {
  show({ text: isolatedIn(text), key: (message?.key ?? 0) + 1 });
}

export function dismissAnnouncement(): void {
  show(null);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useAnnouncement = () => useSyncExternalStore(listen, () => message);
