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
  /** Nothing was sent, because the message is no longer true. */
  isObsolete?: boolean;
};

export type Channel = {
  /**
   * Builds the message from the current state and sends it once.
   * @throws if it could not be tried, for example without the database
   */
  send: (message: ClaimedMessage) => Promise<Sent>;
  /** The receiver has many addresses: one that fails, or asks for a pause, does not hold back the others. */
  hasManyAddresses?: boolean;
};
