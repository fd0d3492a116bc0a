import type { NeedPlace } from "../need-places.ts";
import type { ActivityView } from "./history.ts";

/**
 * Actions that help.
 * - `answer`: accept or reject a customer's change
 * - `retry`: retry the operation; `replay`: settle it again
 * - `refresh`: read the subscription from Microsoft
 * - `operation`: open its page, which shows Microsoft's delivery
 * - `done`: complete the follow-up
 * - `read`: mark a note as read, by the person it mentions
 * - `onboarded`: mark the customer as onboarded
 * - `write`: write an email to the customer
 * - `open`: open the page on which to act
 */
export type NeedAction =
  | "answer"
  | "retry"
  | "activate"
  | "replay"
  | "refresh"
  | "operation"
  | "done"
  | "read"
  | "onboarded"
  | "write"
  | "open";

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

/** A draft of an email to the customer, in plain text. */
export type NeedMail = { subject: string; body: string };

/** The draft with the customer's address. */
export type NeedMailView = NeedMail & { to: string };

/** A note on the timeline of its subscription or customer, and who it waits for. */
export type NoteOfNeed = { id: string; forId: string; customerId: string | null };

/** One item that needs attention, identified by kind and id. */
export type NeedView = {
  kind: string;
  /** The id of its subject. */
  id: string;
  /** Heading, icon and color of its kind. */
  group: string;
  icon: NeedIcon;
  tone: NeedTone;
  /** The name of its subject. */
  subject: string;
  subscriptionId: string | null;
  operationId: string | null;
  offerId: string | null;
  /** Why it happened, if that is known: needs of one kind and cause are similar. */
  cause: string | null;
  place: NeedPlace | null;
  /** A filtered list, if it is about several subscriptions. */
  list: { owner: string } | null;
  /** The note, if it is about one. */
  note: NoteOfNeed | null;
  /** The subscription's owner. */
  owner: { id: string; name: string } | null;
  /** The monthly amount of its subscription; null if unknown, ended or a test purchase. */
  money: { currency: string; monthly: string } | null;
  /** The item in a few words, and the explanation. */
  what: string;
  rule: string;
  /** Since when it exists; null if unknown or not useful. */
  since: string | null;
  /** The deadline; null without a known one. */
  deadline: string | null;
  /** The deadline is the latest possible one. */
  isLatest: boolean;
  /** Milliseconds from the start to the deadline. */
  windowMs: number | null;
  /** Actions that help, the best first. */
  actions: NeedAction[];
  /** The latest end of a snooze; null if it cannot be snoozed. */
  snoozableUntil: string | null;
  snooze: { until: string; reason: string; byName: string; at: string } | null;
};

export type NeedsView = {
  /** The earliest deadline first; of those due on the same later day, the largest amount. */
  needs: NeedView[];
  /** Some kind has more. */
  isCut: boolean;
  /** The number of snoozed needs. */
  snoozed: number;
};

/** How long after a purchase it needs attention. */
export type PurchaseGraceView = {
  minutes: number;
  /** 0: never set. */
  version: number;
  updated: { at: string; byName: string } | null;
};

/** For the navigation. */
export type NeedCountsView = {
  /** How many are listed. */
  count: number;
  /** Some kind has more than are listed. */
  isCut: boolean;
  /** How many are in the last tenth of their window. */
  urgent: number;
  /** Counted up to one more than `maxOpenCounted`. */
  openOperations: number;
  /** Some change rule asks staff first, so a change can wait for an answer at any time. */
  areStaffAsked: boolean;
};

/** What staff did since a time, newest first. */
export type DoneView = {
  count: number;
  /** There are more than are counted. */
  isCut: boolean;
  latest: ActivityView[];
};
