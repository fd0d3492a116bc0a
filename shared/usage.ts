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

/** What each state means, for people. */
export const usageStateWords: Record<UsageState, { name: string; meaning: string }> = {
  collecting: { name: "Collecting", meaning: "The hour is open, and its usage is still being added up." },
  included: { name: "Included", meaning: "The plan includes all of it. Nothing is sent to Microsoft." },
  waiting: { name: "Waiting", meaning: "It is sent to Microsoft next, or retried." },
  held: { name: "Held", meaning: "The quantity is unusual for this customer. Staff decide before it is sent." },
  accepted: { name: "Accepted", meaning: "Microsoft has accepted the quantity and will bill it." },
  rejected: { name: "Rejected", meaning: "Microsoft refused it. Staff have to correct the cause." },
  lost: { name: "Lost", meaning: "It could not be sent within 24 hours, so Microsoft will never bill it." },
  dropped: { name: "Dropped", meaning: "Staff decided not to bill it." },
};

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
export const maxGraceMinutes = 240;

/** Usage of an hour that is this many times the highest of the last 30 days is held. */
export const defaultHoldFactor = 20;

/** The limits of the factor above which usage is held. */
export const minHoldFactor = 2;
export const maxHoldFactor = 1_000;
/** How many days the preview of that factor covers. */
export const holdPreviewDays = 90;

/** How Microsoft's usage of a day can differ from the ledger, with its cause as far as it is known. */
export const usageDifferences = [
  "rejected",
  "mismatch",
  "not_listed",
  "undecided",
  "dropped",
  "answer_lost",
  "other_sender",
] as const;
export type UsageDifference = (typeof usageDifferences)[number];

/** What happened, and what to do. */
export const usageDifferenceWords: Record<UsageDifference, { name: string; remedy: string }> = {
  rejected: {
    name: "Microsoft rejected usage that it had accepted",
    remedy: "Microsoft does not bill it. Open a support ticket that includes the usage event IDs of its hours.",
  },
  mismatch: {
    name: "Microsoft processed a different quantity than it accepted",
    remedy: "Open a support ticket that includes the usage event IDs of its hours.",
  },
  not_listed: {
    name: "Microsoft does not list all usage that it had accepted",
    remedy: "It may still be processed. If it is still missing after some days, open a support ticket.",
  },
  undecided: {
    name: "Microsoft accepted a different quantity, and staff have not decided",
    remedy: "Adopt Microsoft's quantity, or drop the hour. Microsoft bills its quantity.",
  },
  dropped: {
    name: "Microsoft bills a quantity of an hour that staff dropped",
    remedy: "Microsoft accepted a different quantity for the hour, which cannot be undone.",
  },
  answer_lost: {
    name: "Microsoft accepted usage, but its response did not arrive",
    remedy: "The usage counts as lost here, and Microsoft bills it. Nothing is sent again.",
  },
  other_sender: {
    name: "Microsoft lists more than Marketdesk sent",
    remedy:
      "Other software is reporting usage with the same credentials. Stop that software: Microsoft accepts each hour only once.",
  },
};

/** Billed units of one dimension. Quantity and amount are exact decimals in text. */
export type BilledSum = {
  quantity: string;
  /** What they cost at list prices, in one currency; null: none of them has a known price in it. */
  amount: string | null;
  /** What of the quantity had no known price when Microsoft accepted it. */
  unpriced: string;
};
