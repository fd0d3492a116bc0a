const startedKey = "marketdesk.sign-in-started";

/** Address that signs staff in and comes back to where they were. */
export function signInAddress(): string {
  return `/auth/sign-in?returnTo=${encodeURIComponent(location.pathname + location.search)}`;
}

/** Whether a sign-in was started here moments ago: another one at once would go round in a circle. */
export function hasJustTriedToSignIn(): boolean {
  return Date.now() - Number(sessionStorage.getItem(startedKey) ?? 0) < 10_000;
}

/** Leaves for the sign-in page, once. */
export function goToSignIn(): void {
  if (hasJustTriedToSignIn()) return;
  sessionStorage.setItem(startedKey, String(Date.now()));
  location.assign(signInAddress());
}
