/** How long a sign-in lasts. */

/** A session ends after this long without a request, and after this long in any case. */
export const sessionLimits = { idleMs: 8 * 3_600_000, absoluteMs: 24 * 3_600_000 } as const;

/**
 * Staff are checked with Entra after this long. Without a response, the check is repeated, and the session ends this long after
 * the last confirmation.
 */
export const recheckLimits = { everyMs: 25 * 60_000, retryMs: 60_000, unconfirmedMs: 2 * 3_600_000 } as const;
