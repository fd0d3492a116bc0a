/**
 * A fresh sign-in: the person has just proved who they are. Dangerous actions require it, so that an unattended
 * browser is not enough.
 */

/** How long a sign-in is fresh, so that several actions in a row ask once. */
export const freshMs = 15 * 60_000;
const clockSkewMs = 60_000;

/**
 * Whether a sign-in is fresh. A time in the future counts like one in the past: otherwise, after our clock is set back, a
 * sign-in would stay fresh for too long.
 *
 * @param authenticatedAt as Entra states it; null if Entra does not
 */
export function isFresh(authenticatedAt: Date | null, now: Date): boolean {
  return authenticatedAt !== null && Math.abs(now.getTime() - authenticatedAt.getTime()) < freshMs;
}

/**
 * Whether the person proved who they are after the sign-in was started, instead of through an existing browser
 * session.
 */
export function isAfter(authenticatedAt: Date | null, startedAt: number): boolean {
  return authenticatedAt !== null && authenticatedAt.getTime() >= startedAt - clockSkewMs;
}
