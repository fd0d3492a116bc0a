/**
 * Replays the sample history at the first start. The clocks of Microsoft and Marketdesk go back eight weeks; then webhooks
 * are sent, purchasers use the landing page and staff act through the normal interfaces. Only waiting times are skipped.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { moveClock } from "../actions.ts";
import { countPending } from "../control/control-views.ts";
import { scheduleEverything } from "../due.ts";
import { applyChanges } from "../product.ts";
import { reportUsage } from "../product-usage.ts";
import { addSample } from "../sample/sample.ts";
import { defaultSettings } from "../sandbox-settings.ts";
import { startOfDay } from "../fulfillment/terms.ts";
import { dueAtOf } from "../fulfillment/subscription-timer.ts";
import { onSubscriptionDue } from "../fulfillment/subscriptions.ts";
import type { Subscription } from "../model.ts";
import type { World } from "../world.ts";
import type { Scene } from "./scenes.ts";
import { createPeople } from "./actors.ts";
import { momentsUntil, notRenewed, historyDays, rowsAtTheBeginning } from "./script.ts";

/** What the replay needs from Marketdesk. */
export type ReplayTarget = {
  /** Without a trailing slash. */
  url: string;
  /** Whether no work is in progress. `isFastForward`: retries that wait run immediately. */
  isIdle(isFastForward: boolean): Promise<boolean>;
  /** Runs the reconciliation, which normally runs every ten minutes. */
  compare(): Promise<void>;
  /** Runs the jobs that normally run at the end of a day. */
  endDay(): Promise<void>;
};

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** One minute before midnight: within the last quarter of an hour, in which Marketdesk's daily jobs run. */
const dayEndsMs = dayMs - 60_000;
const pollIntervalMs = 8;
const fastForwardAfterMs = 40;
const idleTimeoutMs = 8_000;
/** The replay does not wait for Microsoft's delays. */
const withoutDelays = { operationDelayMs: 0, activationDelayMs: 0, webhookDelayMs: 0, listLagMs: 0 };

/** Moves the state to the beginning of the history. */
export function beginHistory(world: World): void {
  const until = Date.now();
  world.state.replay = { until, next: 0 };
  moveClock(world, { now: until - historyDays * dayMs });
  addSample(world.state, world.now(), { rows: rowsAtTheBeginning });
}

/**
 * Replays the rest of the history, then sets the clock back to real time, also after a failure. Stops at the signal; the
 * next start continues.
 */
export async function playHistory(world: World, desk: ReplayTarget, signal: AbortSignal): Promise<void> {
  const { replay } = world.state;
  if (!replay) return;
  Object.assign(world.state.settings, withoutDelays);
  try {
    await playMoments(world, desk, replay, signal);
  } catch (error) {
    if (!signal.aborted) world.log(`The rest of the sample history was skipped: ${(error as Error).message}`);
  }
  if (signal.aborted) return;
  world.state.replay = null;
  Object.assign(world.state.settings, defaultSettings);
  moveClock(world, { now: Date.now() });
  scheduleEverything(world);
  await meter(world);
}

/** Reports the product's usage of the last day. Marketdesk bills it after the replay, like the usage of any other day. */
async function meter(world: World): Promise<void> {
  await reportUsage(world, "known").catch((error: unknown) =>
    world.log(`The simulated product could not report its usage: ${(error as Error).message}`),
  );
}

async function playMoments(
  world: World,
  desk: ReplayTarget,
  replay: NonNullable<World["state"]["replay"]>,
  signal: AbortSignal,
): Promise<void> {
  const moments = momentsUntil(replay.until);
  const find = (name: string) => findByName(world, name);
  const scene: Scene = { world, people: createPeople(desk.url), find, compare: desk.compare };
  await waitUntilIdle(world, desk, signal);
  for (;;) {
    if (signal.aborted) return;
    const moment = moments[replay.next];
    const due = nextDue(world, replay.until);
    const at = Math.min(moment?.at ?? Infinity, due?.at ?? Infinity, replay.until);
    await endDaysBefore(world, desk, at, signal);
    moveClockTo(world, at);
    if (at === replay.until) break;
    if (moment?.at === at) {
      // Saved together with the action's effect, so that an interrupted replay neither skips nor repeats it.
      replay.next += 1;
      await Promise.resolve(moment.act(scene)).catch((error: unknown) => {
        if (!signal.aborted) world.log(`An event of the sample history was skipped: ${(error as Error).message}`);
      });
    } else if (due) {
      runDueSubscription(world, due.subscription);
    }
    world.changed();
    await waitUntilIdle(world, desk, signal);
    // An automatic renewal changes nothing in the product.
    if (moment?.at === at) await follow(world);
  }
}

async function follow(world: World): Promise<void> {
  await applyChanges(world).catch((error: unknown) =>
    world.log(`The simulated product failed in the sample history: ${(error as Error).message}`),
  );
}

function findByName(world: World, name: string): Subscription {
  const found = [...world.state.subscriptions.values()].find((subscription) => subscription.name === name);
  if (!found) throw new Error(`Subscription ${name} does not exist.`);
  return found;
}

function nextDue(world: World, until: number): { at: number; subscription: Subscription } | null {
  let next: { at: number; subscription: Subscription } | null = null;
  for (const subscription of world.state.subscriptions.values()) {
    const due = dueAtOf(subscription);
    const at = due === null ? Infinity : hourOfNight(due, subscription.id, until);
    if (at < (next?.at ?? Infinity)) next = { at, subscription };
  }
  return next;
}

/**
 * Each subscription is due at its own hour of the night, because Microsoft does not bill all at midnight. In a night that has not
 * ended yet, the replay does not leave it to the present.
 */
export function hourOfNight(due: number, subscriptionId: string, until: number): number {
  const hour = due + (parseInt(subscriptionId.slice(0, 6), 16) % (6 * hourMs));
  return Math.max(due, Math.min(hour, until - hourMs));
}

function runDueSubscription(world: World, subscription: Subscription): void {
  const { until } = world.state.replay ?? { until: 0 };
  onSubscriptionDue(world, subscription.id);
  const isLastTerm = (dueAtOf(subscription) ?? 0) > until;
  if (isLastTerm && notRenewed.has(subscription.name)) subscription.autoRenew = false;
}

function moveClockTo(world: World, at: number): void {
  moveClock(world, { now: Math.max(at, world.now()) });
}

async function endDaysBefore(world: World, desk: ReplayTarget, at: number, signal: AbortSignal): Promise<void> {
  for (let end = startOfDay(world.now()) + dayEndsMs; end < at; end += dayMs) {
    if (end < world.now() || signal.aborted) continue;
    moveClockTo(world, end);
    await follow(world);
    await desk.endDay();
  }
}

/** Waits until both sides are idle, and skips Microsoft's waiting times. */
async function waitUntilIdle(world: World, desk: ReplayTarget, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const tookMs = performance.now() - startedAt;
    if (signal.aborted || tookMs > idleTimeoutMs) break;
    const { webhooks, operations, activations } = countPending(world);
    if (webhooks + activations === 0 && (await desk.isIdle(tookMs > fastForwardAfterMs))) {
      if (operations === 0) return;
      if (tookMs > fastForwardAfterMs) passAnswerWindows(world);
    }
    await sleep(pollIntervalMs);
  }
  if (!signal.aborted) world.log("An event of the sample history did not finish in time; the replay continues.");
}

/** Moves the clock to the end of the next answer window, at which Microsoft accepts an unanswered change. */
function passAnswerWindows(world: World): void {
  const dues = [...world.state.operations.values()].map(({ dueAt }) => dueAt).filter((dueAt) => dueAt !== null);
  const [next] = dues.toSorted((one, other) => one - other);
  if (next !== undefined && next > world.now()) moveClockTo(world, next);
}
