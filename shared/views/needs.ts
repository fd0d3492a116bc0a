import type { NeedKind } from "../filters.ts";

/** What helps: trying an operation again or activating, at once; else the page where one can act. */
export type NextAction = "retry" | "activate" | "operation" | "subscription";

/** Something that waits for someone. Kind and id together name it. */
export type NeedView = {
  kind: NeedKind;
  /** Of the subscription, operation or difference that it is about. */
  id: string;
  subscriptionId: string;
  subscriptionName: string;
  ownerName: string | null;
  operationId: string | null;
  /** In a few words, and the rule behind it. */
  what: string;
  rule: string;
  /** When something is lost; null: at no known time. */
  deadline: string | null;
  /** The deadline is the latest possible one. */
  isLatest: boolean;
  /** From the begin to the loss. */
  windowMs: number | null;
  next: NextAction;
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
