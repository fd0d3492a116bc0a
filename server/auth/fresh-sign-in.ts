/** A fresh sign-in: the person proved moments ago who they are. Dangerous acts need one, so that a browser left open is not enough. */

/** For so long a sign-in is fresh, so that several acts in a row ask once. */
export const freshMs = 15 * 60_000;
const clockSkewMs = 60_000;

/** @param authenticatedAt as Entra stated it; null: it did not */
export function isFresh(authenticatedAt: Date | null, now: Date): boolean {
  return authenticatedAt !== null && now.getTime() - authenticatedAt.getTime() < freshMs;
}

/** Whether the person proved who they are after the sign-in was begun, and not by what the browser still knew of them. */
export function isAfter(authenticatedAt: Date | null, startedAt: number): boolean {
  return authenticatedAt !== null && authenticatedAt.getTime() >= startedAt - clockSkewMs;
}
