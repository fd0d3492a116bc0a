/** Scheduled work whose runs are recorded. */

/**
 * Scheduled work. `counts`: compare totals with the rows. `figures`: the overview's days. `retention`: delete old
 * data.
 */
export const upkeepKinds = ["counts", "figures", "retention"] as const;

export type UpkeepKind = (typeof upkeepKinds)[number];
