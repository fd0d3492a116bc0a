/** Metered usage: what server, dashboard and product API agree on. */

/** The states of a slot: the usage of one subscription and dimension in one hour. */
export const usageStates = [
  "collecting",
  "included",
  "waiting",
  "held",
  "accepted",
  "rejected",
  "lost",
  "dropped",
] as const;
export type UsageState = (typeof usageStates)[number];

/** Where an event came from. A correction changes what an hour was reported with. */
export const usageSources = ["product", "file", "staff", "correction"] as const;
export type UsageSource = (typeof usageSources)[number];

/** Events per call. */
export const maxUsageEvents = 1_000;

/** Microsoft accepts usage for this long after it happened. */
export const usageWindowMs = 24 * 60 * 60_000;

/** Included in a term without limit. */
export const unlimited = "unlimited";

/** Minutes after an hour in which its usage can still be reported. */
export const defaultGraceMinutes = 5;

/** Usage of an hour that is this many times the highest of the last 30 days is held. */
export const defaultHoldFactor = 20;
