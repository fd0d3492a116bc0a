/**
 * Plays the sample's past at a first start: Microsoft's clock goes back eight weeks, and the desk's with it, and then everything
 * happens as it would on any other day: webhooks are sent, purchasers come to the landing page, staff press buttons. Nothing
 * is written behind anyone's back; only the time between the moments is left out.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { moveClock } from "../actions.ts";
import { underway } from "../control/control-views.ts";
import { scheduleEverything } from "../due.ts";
import { followDesk } from "../product.ts";
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

/** What the player must know of the desk that it plays for. */
export type ReplayTarget = {
  /** Without a trailing slash. */
  url: string;
  /** Whether nothing is under way. `isFastForward`: what waits for its next try is tried at once. */
  isIdle(isFastForward: boolean): Promise<boolean>;
  /** Does what the desk does by itself every ten minutes: it compares its record with Microsoft's. */
  compare(): Promise<void>;
  /** Does what the desk does at the end of a day. */
  endDay(): Promise<void>;
};

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** The last quarter of an hour of a day, as the desk's own schedule has it. */
const dayEndsMs = dayMs - 60_000;
const pollIntervalMs = 8;
const fastForwardAfterMs = 40;
const idleTimeoutMs = 8_000;
/** Nobody waits for Microsoft in a past that is over. */
const quick = { operationDelayMs: 0, activationDelayMs: 0, webhookDelayMs: 0, listLagMs: 0 };

/** Puts the state where the past begins. */
export function beginHistory(world: World): void {
  const until = Date.now();
  world.state.replay = { until, next: 0 };
  moveClock(world, { now: until - historyDays * dayMs });
  addSample(world.state, world.now(), { rows: rowsAtTheBeginning });
}

/**
 * Plays what is left of the past, and brings the clock back, whatever became of it. Ends early at the signal; the next start
 * goes on.
 */
export async function playHistory(world: World, desk: ReplayTarget, signal: AbortSignal): Promise<void> {
  const { replay } = world.state;
  if (!replay) return;
  Object.assign(world.state.settings, quick);
  try {
    await playMoments(world, desk, replay, signal);
  } catch (error) {
    if (!signal.aborted) world.log(`The rest of the past was left out: ${(error as Error).message}`);
  }
  if (signal.aborted) return;
  world.state.replay = null;
  Object.assign(world.state.settings, defaultSettings);
  moveClock(world, { now: Date.now() });
  scheduleEverything(world);
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
    const due = nextDue(world);
    const at = Math.min(moment?.at ?? Infinity, due?.at ?? Infinity, replay.until);
    await endDaysBefore(world, desk, at, signal);
    goTo(world, at);
    if (at === replay.until) break;
    if (moment?.at === at) {
      // With the act in one stored state, so that a past that is cut off neither leaves it out nor repeats it.
      replay.next += 1;
      await Promise.resolve(moment.act(scene)).catch((error: unknown) => {
        if (!signal.aborted) world.log(`A moment of the past was left out: ${(error as Error).message}`);
      });
    } else if (due) {
      happens(world, due.subscription);
    }
    world.changed();
    await waitUntilIdle(world, desk, signal);
    // A term that goes on by itself changes nothing in the product.
    if (moment?.at === at) await follow(world);
  }
}

async function follow(world: World): Promise<void> {
  await followDesk(world).catch((error: unknown) => world.log(`The product in the past: ${(error as Error).message}`));
}

function findByName(world: World, name: string): Subscription {
  const found = [...world.state.subscriptions.values()].find((subscription) => subscription.name === name);
  if (!found) throw new Error(`There is no subscription ${name}.`);
  return found;
}

/** Microsoft's billing does not do all at midnight: each subscription has its own hour of the night. */
function nextDue(world: World): { at: number; subscription: Subscription } | null {
  let next: { at: number; subscription: Subscription } | null = null;
  for (const subscription of world.state.subscriptions.values()) {
    const due = dueAtOf(subscription);
    const at = due === null ? Infinity : due + (parseInt(subscription.id.slice(0, 6), 16) % (6 * hourMs));
    if (at < (next?.at ?? Infinity)) next = { at, subscription };
  }
  return next;
}

function happens(world: World, subscription: Subscription): void {
  const { until } = world.state.replay ?? { until: 0 };
  onSubscriptionDue(world, subscription.id);
  const isLastTerm = (dueAtOf(subscription) ?? 0) > until;
  if (isLastTerm && notRenewed.has(subscription.name)) subscription.autoRenew = false;
}

function goTo(world: World, at: number): void {
  moveClock(world, { now: Math.max(at, world.now()) });
}

async function endDaysBefore(world: World, desk: ReplayTarget, at: number, signal: AbortSignal): Promise<void> {
  for (let end = startOfDay(world.now()) + dayEndsMs; end < at; end += dayMs) {
    if (end < world.now() || signal.aborted) continue;
    goTo(world, end);
    await follow(world);
    await desk.endDay();
  }
}

/** Waits until both sides have done all there is to do. What Microsoft only does later happens now. */
async function waitUntilIdle(world: World, desk: ReplayTarget, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const tookMs = performance.now() - startedAt;
    if (signal.aborted || tookMs > idleTimeoutMs) break;
    const { webhooks, operations, activations } = underway(world);
    if (webhooks + activations === 0 && (await desk.isIdle(tookMs > fastForwardAfterMs))) {
      if (operations === 0) return;
      if (tookMs > fastForwardAfterMs) passAnswerWindows(world);
    }
    await sleep(pollIntervalMs);
  }
  if (!signal.aborted) world.log("A moment of the past was not over in time; the past goes on.");
}

/** A change that nobody heard of goes through when Microsoft has waited long enough. */
function passAnswerWindows(world: World): void {
  const dues = [...world.state.operations.values()].map(({ dueAt }) => dueAt).filter((dueAt) => dueAt !== null);
  const [next] = dues.toSorted((one, other) => one - other);
  if (next !== undefined && next > world.now()) goTo(world, next);
}
