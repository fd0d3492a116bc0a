/** The pictures of the overview, as numbers. Days are UTC. */
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

/** What there was at the end of a day; for today, what there is. */
export type StateOfDay = {
  day: Day;
  /** Not ended: waiting for activation, Subscribed or Suspended. */
  subscriptions: number;
  suspended: number;
  /** Null for days before the desk wrote seats down. */
  seats: number | null;
};

export type RenewalsOfWeek = { from: Day; to: Day; renewing: number; ending: number; unknown: number };

/** How long those that became active had waited since their purchase. */
export type ActivationTimes = {
  /** How many within each time; a time counts what no shorter one has. */
  within: { upToMs: number | null; count: number }[];
  medianMs: number | null;
  p90Ms: number | null;
};

export type HourOfWebhook = {
  hour: string;
  accepted: number;
  duplicates: number;
  unprocessable: number;
  /** Null where the hour before is not known. */
  refused: number | null;
  within1s: number;
  within3s: number;
  within10s: number;
  later: number;
};

export type OverviewView = {
  from: Day;
  to: Day;
  /** The first day of which the desk wrote down what there was; null: none but today. */
  recordedSince: Day | null;
  states: StateOfDay[];
  flows: FlowsOfDay[];
  /** What there is now, by kind. */
  groups: CountGroup[];
  planNames: Record<string, string>;
  /** Of those purchased in these days, what became of them. */
  cohort: { purchased: number; activated: number; live: number };
  activation: ActivationTimes;
  renewals: RenewalsOfWeek[];
};

export type WebhookHealthView = {
  /** `unused`: nothing came yet. `refused`: Microsoft refuses our own calls. `away`: our calls do not reach Microsoft. */
  state: "good" | "warning" | "bad" | "unused" | "refused" | "away";
  /** Why, as a sentence. */
  words: string;
};
