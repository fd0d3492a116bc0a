import { useSyncExternalStore } from "react";
import { hasUnsavedInput } from "./sending/unsaved-input.ts";

const startedKey = "marketdesk.sign-in-started";

/** Whether the session has ended while the page has unsaved input; the page then stays. */
let isKept = false;
const listeners = new Set<() => void>();

function setKept(kept: boolean) {
  if (isKept === kept) return;
  isKept = kept;
  for (const listener of listeners) listener();
}

/** The sign-in URL that returns to the current page. */
export function signInUrl(): string {
  return `/auth/sign-in?returnTo=${encodeURIComponent(location.pathname + location.search)}`;
}

/** Whether a sign-in was started moments ago; starting another would loop. */
export function hasJustTriedToSignIn(): boolean {
  return Date.now() - Number(sessionStorage.getItem(startedKey) ?? 0) < 10_000;
}

/** Goes to the sign-in page, once. With unsaved input, the page stays and offers the sign-in in another tab. */
export function goToSignIn(): void {
  if (isKept || hasUnsavedInput()) return setKept(true);
  if (hasJustTriedToSignIn()) return;
  sessionStorage.setItem(startedKey, String(Date.now()));
  location.assign(signInUrl());
}

/** The server has answered as for a signed-in person. */
export function recordSignedIn(): void {
  setKept(false);
}

export function useIsSignedOut(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => isKept,
  );
}
