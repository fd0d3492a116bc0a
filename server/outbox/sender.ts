/**
 * Sends messages that are due: claims the first of each lane, delivers it, and stores the result. Any number
 * of instances may run it; a claim that its instance does not return expires.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { type ClaimedLane, claimLanes } from "../database/writes/outbox-claims.ts";
import { hasReceivers } from "../database/queries/outbox.ts";
import { deliverLane, type DeliveryOptions } from "./deliver-lane.ts";
import { createEventAddressing } from "./event-addressing.ts";
import { startResultNews } from "./result-news.ts";
import { createSendBudget } from "./send-budget.ts";

/**
 * Messages in flight to one receiver. There is no limit for all of them: it would let slow receivers delay the
 * others, and the number of receivers is limited.
 */
export const slotsPerReceiver = 8;
/** While webhooks arrive faster than they can be stored, or operations wait, messages are late, but not stopped. */
const slotsWhileBusy = 1;
const busyPauseMs = 1_000;
/** Finds work without a wake-up: lanes of an instance that died, or that had to wait. */
const pollIntervalMs = 1_000;
/** A longer stop would delay deployments; claims that are not returned expire. */
const stopTimeoutMs = 5_000;

export type SenderOptions = DeliveryOptions & {
  /** Whether the webhook or the settling of operations needs the machine now. */
  isBusy: () => boolean;
  log: Logger;
};

/** Starts sending. `wake`: there may be something new; `stop` waits a while for attempts in progress. */
export function startSender(options: SenderOptions) {
  const { db, isBusy, log } = options;
  let isStopped = false;
  let isAwake = true;
  let wakeUp = (): void => {};
  const running = new Set<Promise<void>>();
  const inFlight = new Map<string, number>();
  const budget = createSendBudget();
  const addressing = createEventAddressing({ db, isBusy, onDue: proceed });
  const resultNews = startResultNews(db);
  const progress = { isStopped: () => isStopped, onStored: resultNews.expectResults };

  function proceed(): void {
    isAwake = true;
    wakeUp();
  }

  function wake(): void {
    addressing.expectEvents();
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

  function start(lane: ClaimedLane): void {
    const { receiverId } = lane;
    inFlight.set(receiverId, (inFlight.get(receiverId) ?? 0) + 1);
    const ended: Promise<void> = deliverLane(options, lane, progress)
      .catch((error: unknown) => log.warn({ err: error }, "a message could not be tried; it is repeated"))
      .finally(() => {
        inFlight.set(receiverId, (inFlight.get(receiverId) ?? 1) - 1);
        running.delete(ended);
        proceed();
      });
    running.add(ended);
  }

  async function claim(): Promise<void> {
    const slots = isBusy() ? slotsWhileBusy : slotsPerReceiver;
    const claimed = await claimLanes(db, { claim: randomUUID(), slots, inFlight: budget.usedSlots(inFlight, slots) });
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
          await addressing.addressEvents();
          await claim();
        }
        if (isBusy()) await sleep(busyPauseMs);
        else await waitForWake();
      } catch (error) {
        if (isStopped) return;
        addressing.expectEvents();
        log.warn({ err: error }, "could not claim messages; retrying in a second");
        await sleep(pollIntervalMs);
      }
    }
  }

  const working = work();
  return {
    wake,
    async stop(): Promise<void> {
      isStopped = true;
      wake();
      resultNews.stop();
      await working;
      await Promise.race([Promise.allSettled(running), sleep(stopTimeoutMs, undefined, { ref: false })]);
    },
  };
}
