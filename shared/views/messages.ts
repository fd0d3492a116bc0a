import type { AttemptOutcome, MessageState, ReceiverKind } from "../outbox.ts";

/** A request as it is kept: without the signature, and its body shortened. */
export type SentRequest = { headers: Record<string, string>; body: string; bytes: number };

export type MessageRow = {
  id: number;
  receiverKind: ReceiverKind;
  receiverId: string;
  receiverName: string;
  /** What the receiver knows it by. */
  messageId: string;
  type: string;
  subscriptionId: string | null;
  subscriptionName: string | null;
  state: MessageState;
  attempts: number;
  problem: string | null;
  createdAt: string;
  endedAt: string | null;
  /** The next attempt; null unless it waits, is the next of its subscription, and its receiver is active. */
  dueAt: string | null;
};

export type AttemptView = {
  id: number;
  at: string;
  durationMs: number;
  outcome: AttemptOutcome;
  status: number | null;
  problem: string | null;
  request: SentRequest | null;
  answer: string | null;
};

export type MessageView = MessageRow & {
  /** What happened, in a sentence; null for a test. */
  summary: string | null;
  /** How many messages of the same subscription must be delivered first. */
  waitsFor: number;
  attemptList: AttemptView[];
};
