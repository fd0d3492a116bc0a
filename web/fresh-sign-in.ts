/** Whether an action on this page waits for a recent sign-in. */
import { useSyncExternalStore } from "react";

let isAsked = false;
const listeners = new Set<() => void>();

function setAsked(asked: boolean) {
  isAsked = asked;
  for (const listener of listeners) listener();
}

export function askForFreshSignIn(): void {
  setAsked(true);
}

export function endFreshSignIn(): void {
  setAsked(false);
}

export function useFreshSignInAsked(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => isAsked,
  );
}
