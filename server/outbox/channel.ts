/** What the sender needs to know about a kind of receiver. */
import type { Attempt } from "../database/writes/outbox-results.ts";
import type { ClaimedMessage } from "../database/writes/outbox-claims.ts";

export type Sent = Omit<Attempt, "at"> & {
  /** What the receiver asked for. */
  retryAfterMs: number | null;
  /** The receiver refuses further messages. */
  isGone: boolean;
  /** Retrying cannot help: the subject of the message no longer exists. */
  isFinal: boolean;
  /** Nothing was sent, because the message no longer applies. */
  isObsolete?: boolean;
};

export type Channel = {
  /**
   * Builds the message from the current state and sends it once.
   * @throws if it could not be tried, for example without the database, or because its claim has ended
   */
  send: (message: ClaimedMessage) => Promise<Sent>;
  /** The receiver has many addresses: one that fails, or asks for a pause, does not delay the others. */
  hasManyAddresses?: boolean;
};

/** The parts of a result that only an answer of the receiver could change. */
export const noAnswer = {
  status: null,
  request: null,
  answer: null,
  retryAfterMs: null,
  isGone: false,
  isFinal: false,
} satisfies Partial<Sent>;

/** The result if Marketdesk sent nothing, with the reason as a sentence. */
export function notSent(problem: string): Sent {
  return { ...noAnswer, outcome: "refused", durationMs: 0, problem };
}

/**
 * Called when a message has been built, right before it is sent: the machine may have stood still since the claim, or the database
 * may have been slow.
 * @throws if the claim of the message has ended
 */
export function requireClaim({ claimEndsAt }: Pick<ClaimedMessage, "claimEndsAt">): void {
  if (performance.now() >= claimEndsAt) throw new Error("The claim of the message ended before it was sent.");
}
