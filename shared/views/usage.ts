import type { Day } from "../day.ts";
import type { UsageDifference, UsageSource, UsageState } from "../usage.ts";

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
  /** False: it is in no term's account, because staff have not sent or corrected it. */
  isCounted: boolean;
  accepted: string | null;
  /**
   * The list price of a unit when Microsoft accepted it, and what the hour comes to; null: not accepted, or no price was known.
   */
  price: { listPrice: string; currency: string; amount: string } | null;
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

/** Which hours of the last days a factor would have held before they were sent. Quantities are decimal digits. */
export type HoldPreviewView = {
  days: number;
  /** The hours with usage that were checked, and how many of them would have been held, of how many subscriptions. */
  hours: number;
  held: number;
  subscriptions: number;
  /** Dimensions of subscriptions that were checked, if there are too many hours for all of them; null: all were. */
  cut: { checked: number; of: number } | null;
  /** The latest hours. `highest`: the highest hour of the 30 days before. */
  examples: {
    id: string;
    hour: string;
    subscriptionId: string;
    subscriptionName: string;
    customer: string | null;
    dimensionName: string;
    unit: string | null;
    usage: string;
    highest: string;
  }[];
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
  /**
   * What `billed` came to at the list prices when Microsoft accepted it, as decimal digits; null: nothing is billed, or no price
   * was known.
   */
  amount: string | null;
  currency: string | null;
  /** What of `billed` is not in the amount: its price is unknown or in another currency. */
  unpriced: string;
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
  /**
   * The day of the last hour that was deleted after its retention; the quantities include those hours. Null: all hours are kept.
   */
  deletedThrough: Day | null;
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

/** What happens to a line of a file, or to an entry by staff. */
export type ReportedLine = {
  /** In the file; the heading is line 1. */
  line: number;
  id: string | null;
  subscriptionId: string | null;
  dimension: string | null;
  /** As written. */
  quantity: string | null;
  time: string | null;
  status: "stored" | "repeated" | "lost" | "conflict" | "refused";
  /** Why it is not billed; null if it is. */
  detail: string | null;
};

export type UsageFileView = { lines: ReportedLine[] };

/**
 * How the billed quantity of an hour was computed, from its events to Microsoft's processing of the day. Quantities are decimal
 * digits.
 */
export type UsageProof = {
  hour: UsageRow & {
    /** The term whose account the usage was added to. */
    term: { startsOn: Day; endsOn: Day } | null;
    isTrial: boolean;
    sealedAt: string | null;
    endedAt: string | null;
    attempts: number;
    /** The ID of what Microsoft accepted. */
    usageEventId: string | null;
    /** Reported after the hour was sealed, and billed in another one. */
    moved: string;
  };
  /** Of the term so far; null before the hour is sealed. `included` null: unlimited. */
  account: { used: string; billed: string; included: string | null } | null;
  events: {
    eventId: string;
    quantity: string;
    occurredAt: string;
    receivedAt: string;
    isLost: boolean;
    source: UsageSource;
    by: string;
    reason: string | null;
  }[];
  /** More events than listed. */
  isMore: boolean;
  /** Late usage of other hours that is billed in this one, and of this one that is billed in others. */
  carriedFrom: CarriedUsage[];
  carriedTo: CarriedUsage[];
  calls: {
    callId: string;
    sentAt: string;
    quantity: string;
    answeredAt: string | null;
    httpStatus: number | null;
    requestId: string | null;
    status: string | null;
    usageEventId: string | null;
    message: string | null;
    earlierQuantity: string | null;
  }[];
  /** The day's comparison with Microsoft's list, with the day's other hours; null before it. */
  day:
    | (Omit<
        UsageDifferenceView,
        "subscriptionId" | "subscriptionName" | "dimension" | "dimensionName" | "cause" | "foundAt"
      > & {
        cause: UsageDifference | null;
        comparedAt: string;
      })
    | null;
  /** The audit entry with the newest digest that covers the hour; null until one is taken. `isOpen`: without its outcome. */
  digest: { entryId: string; takenAt: string; isOpen: boolean } | null;
  /** What was decided about the hour, in the audit trail. */
  entries: { id: string; at: string; kind: string; summary: string; by: string; reason: string | null }[];
};

export type CarriedUsage = { hourId: string; hour: string; quantity: string; at: string };
