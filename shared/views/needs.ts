import type { ActivityView } from "./history.ts";

/**
 * What helps, in place. `answer`: take or refuse what a customer asked for. `retry`: try the operation again. `replay`: settle it once more. `refresh`: ask Microsoft about the
 * subscription. `operation`: the page of the operation, with what Microsoft sent. `done`: the follow-up is done. `onboarded`: the customer is onboarded. `write`: a mail to the customer. `open`: the page where one can act.
 */
export type NeedAction =
  | "answer"
  | "retry"
  | "activate"
  | "replay"
  | "refresh"
  | "operation"
  | "done"
  | "onboarded"
  | "write"
  | "open";

/** Pages where one acts on what is about no subscription. */
export type NeedPlace =
  | "/settings/connection"
  | "/settings/reconcile"
  | "/settings/policy-changes"
  | "/settings/api-keys"
  | "/settings/staff";

export type NeedIcon =
  | "alert"
  | "calendar-off"
  | "calendar-user"
  | "card-off"
  | "clock"
  | "help"
  | "hourglass"
  | "key"
  | "rocket"
  | "rocket-off"
  | "shield"
  | "unlink"
  | "zoom";

export type NeedTone = "good" | "warn" | "bad" | "info" | "quiet";

/** What one could write to the customer, in plain words. */
export type NeedMail = { subject: string; body: string };

/** Something that waits for someone. Kind and id together name it. */
export type NeedView = {
  kind: string;
  /** Of what it is about. */
  id: string;
  /** Heading of its kind, its picture and colour. */
  group: string;
  icon: NeedIcon;
  tone: NeedTone;
  /** What it is about, by name. */
  subject: string;
  subscriptionId: string | null;
  operationId: string | null;
  place: NeedPlace | null;
  /** Filters of the list of what it is about, where that is several subscriptions. */
  list: { owner: string } | null;
  /** Who looks after the subscription. */
  owner: { id: string; name: string } | null;
  /** In a few words, and the rule behind it. */
  what: string;
  rule: string;
  /** Since when it is so; null: not known, or not worth saying. */
  since: string | null;
  /** When something is lost; null: at no known time. */
  deadline: string | null;
  /** The deadline is the latest possible one. */
  isLatest: boolean;
  /** From the begin to the loss. */
  windowMs: number | null;
  /** What helps, the best way first. */
  actions: NeedAction[];
  /** For the way `write`. */
  mail: (NeedMail & { to: string }) | null;
  /** Until when it may be put off at most; null: not at all. */
  snoozableUntil: string | null;
  snooze: { until: string; reason: string; byName: string; at: string } | null;
};

export type NeedsView = {
  /** The first to be lost first. */
  needs: NeedView[];
  /** There are more of some kind. */
  isCut: boolean;
  /** How many are snoozed. */
  snoozed: number;
};

/** For the navigation. */
export type NeedCountsView = {
  count: number;
  /** How many are within a tenth of their window. */
  urgent: number;
  openOperations: number;
};

/** What staff did since a time, newest first. */
export type DoneView = {
  count: number;
  /** There is more than is counted. */
  isCut: boolean;
  latest: ActivityView[];
};
