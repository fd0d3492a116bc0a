import type { Day } from "../day.ts";
import type { UsageDifference, UsageState } from "../usage.ts";

/** The usage of one subscription and dimension in one hour. Quantities are decimal digits. */
export type UsageRow = {
  id: string;
  subscriptionId: string;
  subscriptionName: string;
  dimension: string;
  dimensionName: string;
  unit: string | null;
  planId: string;
  /** The beginning of the hour. */
  hour: string;
  state: UsageState;
  /** What was reported for the hour, with late usage of other hours. */
  usage: string;
  carried: string;
  /** Null while the hour collects. */
  billable: string | null;
  accepted: string | null;
  /** Usage that came too late to be billed. */
  lost: string;
  /** Reported after the hour was sealed; it is billed in an open hour. */
  late: string;
  problem: string | null;
  /** Microsoft's message. */
  detail: string | null;
  /** Until when Microsoft accepts it. */
  expiresAt: string;
  /** When it is sealed or sent next; null if nothing is planned. */
  nextAt: string | null;
};

export type UsageStatusView = {
  collecting: number;
  waiting: number;
  held: number;
  rejected: number;
  /** The hour of the oldest usage that waits. */
  oldestWaiting: string | null;
  /** When the next hour is sealed or sent. */
  nextAt: string | null;
  /** Microsoft's last error for what waits. */
  lastProblem: string | null;
  settings: { version: number; graceMinutes: number; holdFactor: number | null; isShownToPurchasers: boolean };
};

export type DimensionView = {
  offerId: string;
  offerName: string | null;
  planId: string;
  planName: string;
  dimension: string;
  name: string;
  unit: string | null;
  pricePerUnit: string | null;
  currency: string | null;
  /** By billing term: a quantity or `unlimited`. */
  included: { termUnit: string; quantity: string; isByAdmin: boolean }[];
  /** Of the admins' entry; 0: none. */
  version: number;
};

/** What was used of a dimension on a day in UTC, and what of it exceeds the included quantity. */
export type UsedOnDay = { day: Day; used: string; billable: string };

/** The usage of a dimension in a term. Quantities are decimal digits. */
export type DimensionUsage = {
  dimension: string;
  name: string;
  unit: string | null;
  planId: string;
  isTrial: boolean;
  /** A quantity or `unlimited`; null: unknown. */
  included: string | null;
  pricePerUnit: string | null;
  currency: string | null;
  used: string;
  /** The part of `used` whose hours are open. */
  collecting: string;
  /** Accepted by Microsoft. */
  billed: string;
  /** Waits to be sent, for a decision, or for a correction: the sum of the next three. */
  open: string;
  waiting: string;
  held: string;
  rejected: string;
  lost: string;
  dropped: string;
  /** Of the last days of the term; days without usage are left out. */
  days: UsedOnDay[];
};

export type TermUsage = {
  subscriptionId: string;
  subscriptionName: string;
  /** The first and last day. */
  term: { startsOn: Day; endsOn: Day };
  /** The first days of all terms with usage, newest first. */
  terms: Day[];
  /** The days of the chart. */
  chart: { from: Day; to: Day };
  dimensions: DimensionUsage[];
};

/** The usage of a day in which the ledger and Microsoft differ. Quantities are decimal digits. */
export type UsageDifferenceView = {
  day: Day;
  subscriptionId: string;
  /** Null: unknown here. */
  subscriptionName: string | null;
  dimension: string;
  dimensionName: string;
  /** What Microsoft had accepted. */
  ledger: string;
  /** What Microsoft lists; null: nothing. */
  submitted: string | null;
  processed: string | null;
  /** Microsoft's word. */
  reconStatus: string | null;
  cause: UsageDifference;
  foundAt: string;
};

export type ComparisonView = {
  comparedAt: string | null;
  days: { from: Day; to: Day } | null;
  differences: UsageDifferenceView[];
};
