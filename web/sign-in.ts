import { useSyncExternalStore } from "react";
import { hasUnsavedInput } from "./sending/unsaved-input.ts";

const startedKey = "marketdesk.sign-in-started";

/** The sign-in has ended while something entered is on the page, which therefore stays. */
let isKept = false;
const listeners = new Set<() => void>();

function setKept(kept: boolean) {
  if (isKept === kept) return;
  isKept = kept;
  for (const listener of listeners) listener();
}

/** Address that signs staff in and comes back to where they were. */
export function signInUrl(): string {
  return `/auth/sign-in?returnTo=${encodeURIComponent(location.pathname + location.search)}`;
}

/** Whether a sign-in was started here moments ago: another one at once would go round in a circle. */
export function hasJustTriedToSignIn(): boolean {
  return Date.now() - Number(sessionStorage.getItem(startedKey) ?? 0) < 10_000;
}

/** Leaves for the sign-in page, once. Where something entered would be lost, the page stays and offers it in another tab. */
export function goToSignIn(): void {
  if (isKept || hasUnsavedInput()) return setKept(true);
  if (hasJustTriedToSignIn()) return;
  sessionStorage.setItem(startedKey, String(Date.now()));
  location.assign(signInUrl());
}

/** The server has answered to somebody who is signed in. */
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
