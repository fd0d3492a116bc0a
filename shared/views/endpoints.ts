import type { ReceiverState, StateReason } from "../outbox.ts";
import type { EventKind } from "../product.ts";
import type { LastChangeView } from "./notifications.ts";

/** An address of the product that gets its events. */
export type EndpointView = {
  id: string;
  name: string;
  address: string;
  /** Null: all. */
  eventTypes: EventKind[] | null;
  /** Null: all. */
  offerIds: string[] | null;
  state: ReceiverState;
  stateReason: StateReason | null;
  stateSince: string;
  /** The first failure since the last delivery; null if the last attempt delivered. */
  failingSince: string | null;
  /** Nothing is sent before, as the endpoint asked or because it fails; null if nothing holds messages back until a time. */
  nextAttemptAt: string | null;
  /** The last delivery, to the minute. */
  deliveredAt: string | null;
  waiting: number;
  waitingSince: string | null;
  failed: number;
  /** How many of the waiting messages are sent again on request. */
  resending: number;
  secretChangedAt: string;
  /** Until when messages are also signed with the secret before. */
  previousSecretEndsAt: string | null;
  createdByName: string;
  createdAt: string;
  /** What an edit replaces; differs after an edit. */
  version: string;
  changed: LastChangeView;
};

/** The result of a test message. */
export type TestResult = {
  isDelivered: boolean;
  status: number | null;
  problem: string | null;
  durationMs: number;
  answer: string | null;
  /** The message in the list. */
  messageRow: number;
};
