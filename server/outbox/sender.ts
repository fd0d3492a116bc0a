/**
 * Sends messages that are due: claims the first of each lane, delivers it, and stores the result. Any number
 * of instances may run it; a claim that its instance does not return expires.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { ReceiverKind } from "../../shared/outbox.ts";
import type { Database } from "../database/connection/database.ts";
import { announce } from "../database/record/record.ts";
import { assignPositions } from "../database/writes/event-positions.ts";
import { type ClaimedLane, type ClaimedMessage, claimLanes, claimSeconds } from "../database/writes/outbox-claims.ts";
import { type LaneResult, writeResult } from "../database/writes/outbox-results.ts";
import { hasReceivers } from "../database/queries/outbox.ts";
import { afterFailure } from "../domain/message-retries.ts";
import type { Channel, Sent } from "./channel.ts";
import { createSendBudget } from "./send-budget.ts";
import { stopReceiver } from "./stop-receiver.ts";

/**
 * Messages in flight to one receiver. There is no limit for all of them: it would let slow receivers delay the
 * others, and the number of receivers is limited.
 */
export const slotsPerReceiver = 8;
/**
 * While webhooks arrive faster than they can be stored, or operations wait, messages are late, but not stopped. Most of their
 * cost is that of addressing events.
 */
const slotsWhileBusy = 1;
const busyPauseMs = 1_000;
const gatherWhileBusyMs = 10_000;
/** Finds work without a wake-up: lanes of an instance that died, or that had to wait. */
const pollIntervalMs = 1_000;
/** Events that happen together are addressed together. */
const gatherMs = 100;
/** A longer stop would delay deployments; claims that are not returned expire. */
const stopTimeoutMs = 5_000;
const resultRetryMs = 500;
const announceEveryMs = 1_000;

export type SenderOptions = {
  db: Database;
  /** Messages to receivers of other kinds wait for an instance that has their channel. */
  channels: Partial<Record<ReceiverKind, Channel>>;
  now: () => Date;
  /** Whether the webhook or the settling of operations needs the machine now. */
  isBusy: () => boolean;
  onAttempt?: (kind: ReceiverKind, outcome: Sent["outcome"]) => void;
  log: Logger;
  random?: () => number;
};

/** Starts sending. `wake`: there may be something new; `stop` waits a while for attempts in progress. */
export function startSender(options: SenderOptions) {
  const { db, channels, log, random = Math.random } = options;
  let isStopped = false;
  let isAwake = true;
  /** Whether there may be events that have not been addressed. */
  let hasNewEvents = true;
  /** Whether messages have changed since pages were last notified. */
  let hasResults = false;
  let lastAddressedAt = Number.NEGATIVE_INFINITY;
  let wakeUp = (): void => {};
  const running = new Set<Promise<void>>();
  const inFlight = new Map<string, number>();
  const budget = createSendBudget();

  function proceed(): void {
    isAwake = true;
    wakeUp();
  }

  function wake(): void {
    hasNewEvents = true;
    proceed();
  }

  async function waitForWake(): Promise<void> {
    if (isStopped || isAwake) return;
    const timer = new AbortController();
    const woken = new Promise<void>((resolve) => (wakeUp = resolve));
    const polled = sleep(pollIntervalMs, undefined, { signal: timer.signal }).then(wake, () => {});
    await Promise.race([woken, polled]);
    timer.abort();
  }

  async function addressEvents(): Promise<void> {
    if (!hasNewEvents) return;
    const waitMs = lastAddressedAt + (options.isBusy() ? gatherWhileBusyMs : gatherMs) - performance.now();
    if (waitMs > 0) return void setTimeout(proceed, waitMs).unref();
    hasNewEvents = false;
    lastAddressedAt = performance.now();
    const { isMore } = await assignPositions(db, { isAll: false });
    if (!isMore) return;
    hasNewEvents = true;
    setTimeout(proceed, gatherMs).unref();
  }

  function start(lane: ClaimedLane): void {
    const { receiverId } = lane;
    inFlight.set(receiverId, (inFlight.get(receiverId) ?? 0) + 1);
    const ended: Promise<void> = deliver(lane)
      .catch((error: unknown) => log.warn({ err: error }, "a message could not be tried; it is repeated"))
      .finally(() => {
        inFlight.set(receiverId, (inFlight.get(receiverId) ?? 1) - 1);
        running.delete(ended);
        proceed();
      });
    running.add(ended);
  }

  async function deliver(lane: ClaimedLane): Promise<void> {
    const { message } = lane;
    const notAttempted = { lane, attempt: null, receiverPauseMs: 0, isReceiversFailure: false };
    if (message === null) return store({ ...notAttempted, state: "waiting", retryInMs: 0 });
    const channel = channels[message.receiverKind];
    if (!channel) return store({ ...notAttempted, state: "waiting", retryInMs: pollIntervalMs });
    let sent: Sent;
    try {
      sent = await channel.send(message);
    } catch (error) {
      await store({ ...notAttempted, state: "waiting", retryInMs: pollIntervalMs });
      throw error;
    }
    if (sent.isObsolete) return store({ ...notAttempted, state: "stopped", problem: sent.problem, retryInMs: 0 });
    options.onAttempt?.(message.receiverKind, sent.outcome);
    const { result, stopFor } = resultOf(lane, message, sent, channel.hasManyAddresses ?? false);
    if (stopFor) await retryUntilStored(() => stopReceiver(options, { receiverId: lane.receiverId, reason: stopFor }));
    await store(result);
  }

  function resultOf(
    lane: ClaimedLane,
    message: ClaimedMessage,
    { retryAfterMs, isGone, isFinal, isObsolete: _, ...sent }: Sent,
    hasManyAddresses: boolean,
  ): { result: LaneResult; stopFor?: "gone" | "failing" } {
    const at = lane.claimedAt;
    const isReceiversFailure = !hasManyAddresses;
    const attempted = { lane, attempt: { at, ...sent }, retryInMs: 0, receiverPauseMs: 0, isReceiversFailure };
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

  async function store(result: LaneResult): Promise<void> {
    await retryUntilStored(() => writeResult(db, result));
    hasResults = true;
  }

  /** Notifies open pages once a second: a notification for each message would slow down all commits. */
  async function announceResults(): Promise<void> {
    if (!hasResults) return;
    hasResults = false;
    await announce(db, [{ topic: "message", subscriptionId: null }]).catch(() => {});
  }

  /** Retries a failed write while the claim lasts, because without a stored result the message would be sent again. */
  async function retryUntilStored(write: () => Promise<void>): Promise<void> {
    const endsAt = performance.now() + claimSeconds * 1_000;
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (performance.now() > endsAt || isStopped) throw error;
        await sleep(resultRetryMs);
      }
    }
  }

  async function claim(): Promise<void> {
    const slots = options.isBusy() ? slotsWhileBusy : slotsPerReceiver;
    const claimed = await claimLanes(db, {
      claim: randomUUID(),
      slots,
      inFlight: budget.usedSlots(inFlight, slots),
    });
    for (const lane of claimed) {
      budget.take(lane.receiverId);
      start(lane);
    }
  }

  async function work(): Promise<void> {
    while (!isStopped) {
      try {
        isAwake = false;
        if (await hasReceivers(db)) {
          await addressEvents();
          await claim();
        }
        if (options.isBusy()) await sleep(busyPauseMs);
        else await waitForWake();
      } catch (error) {
        if (isStopped) return;
        hasNewEvents = true;
        log.warn({ err: error }, "could not claim messages; retrying in a second");
        await sleep(pollIntervalMs);
      }
    }
  }

  const working = work();
  const announcing = setInterval(() => void announceResults(), announceEveryMs);
  return {
    wake,
    async stop(): Promise<void> {
      isStopped = true;
      wake();
      clearInterval(announcing);
      await working;
      await Promise.race([Promise.allSettled(running), sleep(stopTimeoutMs, undefined, { ref: false })]);
    },
  };
}
