/** Tries the message of a claimed lane once, and stores the result. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ReceiverKind } from "../../shared/outbox.ts";
import type { Database } from "../database/connection/database.ts";
import { type ClaimedLane, claimSeconds } from "../database/writes/outbox-claims.ts";
import { type LaneResult, writeResult } from "../database/writes/outbox-results.ts";
import { resultOfAttempt } from "./attempt-result.ts";
import type { Channel, Sent } from "./channel.ts";
import { stopReceiver } from "./stop-receiver.ts";

/** When a message is due again that could not be tried. */
const untriedRetryMs = 1_000;
const resultRetryMs = 500;

export type DeliveryOptions = {
  db: Database;
  /** Messages to receivers of other kinds wait for an instance that has their channel. */
  channels: Partial<Record<ReceiverKind, Channel>>;
  now: () => Date;
  onAttempt?: (kind: ReceiverKind, outcome: Sent["outcome"]) => void;
  random?: () => number;
};

type DeliveryProgress = {
  /** A sender that stops does not retry failed writes. */
  isStopped: () => boolean;
  onStored: () => void;
};

/** @throws if the message could not be tried, or the result could not be stored; the claim then expires */
export async function deliverLane(
  options: DeliveryOptions,
  lane: ClaimedLane,
  { isStopped, onStored }: DeliveryProgress,
): Promise<void> {
  const { db, channels, random = Math.random } = options;
  const { message } = lane;
  const store = async (result: LaneResult): Promise<void> => {
    await retryUntilStored(() => writeResult(db, result), isStopped);
    onStored();
  };
  const notAttempted = { lane, attempt: null, receiverPauseMs: 0, isReceiversFailure: false };
  if (message === null) return store({ ...notAttempted, state: "waiting", retryInMs: 0 });
  const channel = channels[message.receiverKind];
  if (!channel) return store({ ...notAttempted, state: "waiting", retryInMs: untriedRetryMs });
  let sent: Sent;
  try {
    sent = await channel.send(message);
  } catch (error) {
    await store({ ...notAttempted, state: "waiting", retryInMs: untriedRetryMs });
    throw error;
  }
  if (sent.isObsolete) return store({ ...notAttempted, state: "stopped", problem: sent.problem, retryInMs: 0 });
  options.onAttempt?.(message.receiverKind, sent.outcome);
  const { hasManyAddresses = false } = channel;
  const { result, stopFor } = resultOfAttempt({ lane, message, sent, hasManyAddresses, random });
  if (stopFor) {
    const stop = () => stopReceiver(options, { lane, reason: stopFor });
    await retryUntilStored(stop, isStopped);
  }
  await store(result);
}

/** Retries a failed write while the claim lasts, because without a stored result the message would be sent again. */
async function retryUntilStored(write: () => Promise<void>, isStopped: () => boolean): Promise<void> {
  const endsAt = performance.now() + claimSeconds * 1_000;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (performance.now() > endsAt || isStopped()) throw error;
      await sleep(resultRetryMs);
    }
  }
}
