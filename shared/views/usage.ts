import type { UsageState } from "../usage.ts";

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
  settings: { version: number; graceMinutes: number; holdFactor: number | null };
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
