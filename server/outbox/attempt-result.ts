/** What an attempt to deliver a message means for the message, its lane and its receiver. */
import type { ClaimedLane, ClaimedMessage } from "../database/writes/outbox-claims.ts";
import type { LaneResult } from "../database/writes/outbox-results.ts";
import { afterFailure } from "../domain/message-retries.ts";
import type { Sent } from "./channel.ts";

type FinishedAttempt = {
  lane: ClaimedLane;
  message: ClaimedMessage;
  sent: Sent;
  /** One address that fails says nothing about the receiver's other addresses. */
  hasManyAddresses: boolean;
  /** From 0 to 1, to spread retries. */
  random: () => number;
};

/** `stopFor`: the receiver has to be stopped before the result is stored, for this reason. */
export function resultOfAttempt({ lane, message, sent, hasManyAddresses, random }: FinishedAttempt): {
  result: LaneResult;
  stopFor?: "gone" | "failing";
} {
  const at = lane.claimedAt;
  const { retryAfterMs, isGone, isFinal, isObsolete: _, ...attempt } = sent;
  const isReceiversFailure = !hasManyAddresses;
  const attempted = { lane, attempt: { at, ...attempt }, retryInMs: 0, receiverPauseMs: 0, isReceiversFailure };
  if (sent.outcome === "delivered") return { result: { ...attempted, state: "delivered" } };
  if (isFinal) return { result: { ...attempted, state: "failed" } };
  if (isGone) return { result: { ...attempted, state: "waiting" }, stopFor: "gone" };
  const { failingSince, failingLanes } = lane.receiver;
  const after = afterFailure(
    {
      at,
      attempts: message.attempts + 1,
      firstAttemptAt: message.firstAttemptAt ?? at,
      failingSince: failingSince ?? at,
      failingLanes: failingLanes + (message.attempts === 0 ? 1 : 0),
      retryAfterMs,
    },
    random(),
  );
  switch (after.next) {
    case "pause-receiver":
      if (hasManyAddresses) return { result: { ...attempted, state: "failed" } };
      return { result: { ...attempted, state: "waiting" }, stopFor: "failing" };
    case "give-up":
      return { result: { ...attempted, state: "failed" } };
    case "retry":
      return {
        result: {
          ...attempted,
          state: "waiting",
          retryInMs: after.inMs,
          receiverPauseMs: hasManyAddresses ? 0 : after.receiverPauseMs,
        },
      };
  }
}
