/** The numbers of the overview's charts. Days are UTC. */
import type { Day } from "../day.ts";
import type { CountGroup } from "./subscriptions.ts";

/** What happened on a day. */
export type FlowsOfDay = {
  day: Day;
  purchased: number;
  activated: number;
  ended: number;
  /** Of those that ended: never became paid. */
  trialsEnded: number;
  trialsConverted: number;
  suspended: number;
  reinstated: number;
};

/** The counts at the end of a day; for today, the current ones. */
export type StateOfDay = {
  day: Day;
  /** Not ended: pending activation, Subscribed or Suspended. */
  subscriptions: number;
  suspended: number;
  /** Null for days before seats were recorded. */
  seats: number | null;
};

export type RenewalsOfWeek = { from: Day; to: Day; renewing: number; ending: number; unknown: number };

/** The time from purchase to activation. */
export type ActivationTimes = {
  /** How many within each time; each time counts only what no shorter one does. */
  within: { upToMs: number | null; count: number }[];
  medianMs: number | null;
  p90Ms: number | null;
};

export type HourOfWebhook = {
  hour: string;
  accepted: number;
  duplicates: number;
  unprocessable: number;
  /** Null if the previous hour is unknown. */
  refused: number | null;
  within1s: number;
  within3s: number;
  within10s: number;
  later: number;
};

export type OverviewView = {
  from: Day;
  to: Day;
  /** The first day with recorded counts; null if only today. */
  recordedSince: Day | null;
  states: StateOfDay[];
  flows: FlowsOfDay[];
  /** The current counts, by kind. */
  groups: CountGroup[];
  /** By `offer/plan`, and by offer. */
  planNames: Record<string, string>;
  offerNames: Record<string, string>;
  /** How many of the subscriptions purchased in these days became and stayed active. */
  cohort: { purchased: number; activated: number; live: number };
  activation: ActivationTimes;
  renewals: RenewalsOfWeek[];
};

export type WebhookHealthView = {
  /** `unused`: no calls yet. `refused`: Microsoft refuses our calls. `away`: Microsoft is unreachable. */
  state: "good" | "warning" | "bad" | "unused" | "refused" | "away";
  /** The reason, as a sentence. */
  words: string;
};
