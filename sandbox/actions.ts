/** Actions on the whole sandbox, shared by its pages and `/control`. */
import { forgetPlanChanges } from "./fulfillment/catalog.ts";
import { scheduleEverything } from "./due.ts";
import { createSigningKey } from "./signing-key.ts";
import { Refusal } from "./fulfillment/refusal.ts";
import { addSample } from "./sample/sample.ts";
import { createEmptyState } from "./state.ts";
import type { Delivery, Operation } from "./model.ts";
import { queueWebhook, redeliver } from "./fulfillment/webhooks.ts";
import type { World } from "./world.ts";

const maxPublishedKeys = 3;
const maxClockShiftMs = 50 * 366 * 86_400_000;

/** Sets or advances the sandbox's clock and runs everything that has become due. */
export function moveClock(
  world: World,
  move: { now?: string | number | undefined; advanceMs?: number | undefined },
): void {
  const { now, advanceMs } = move;
  if ((now === undefined) === (advanceMs === undefined)) throw new Refusal(400, "Provide either now or advanceMs.");
  const target = now === undefined ? world.now() + (advanceMs ?? 0) : new Date(now).getTime();
  const offset = target - Date.now();
  if (!Number.isFinite(offset) || Math.abs(offset) > maxClockShiftMs)
    throw new Refusal(400, "The clock can be moved by at most 50 years.");
  world.state.clockOffsetMs = Math.round(offset);
  world.changed();
  world.timers.wake();
}

/** Creates a new signing key. Three keys stay published, unless `forgetOld` removes the old ones. */
export async function rotateKeys(world: World, forgetOld: boolean): Promise<string> {
  const key = await createSigningKey();
  world.state.keys = forgetOld ? [key] : [key, ...world.state.keys].slice(0, maxPublishedKeys);
  world.changed();
  return key.kid;
}

/** Deletes all purchases. Keeps the signing keys, so that issued tokens stay valid, and the product with its API key. */
export async function resetWorld(world: World, sample: boolean): Promise<void> {
  const { keys, purchaseTokenKey, product } = world.state;
  world.state = { ...(await createEmptyState()), keys, purchaseTokenKey, product };
  world.calls.clear();
  forgetPlanChanges();
  world.ledger.clear();
  world.inbox.clear();
  if (sample) addSample(world.state, world.now());
  scheduleEverything(world);
  world.changed();
}

/** Sends the webhook of an operation again, or for the first time if it was lost or never created. */
export function redeliverOperation(world: World, operation: Operation): Delivery[] {
  const known = () => [...world.state.deliveries.values()].filter((delivery) => delivery.operationId === operation.id);
  const deliveries = known();
  const latest = deliveries.at(-1);
  if (latest) {
    redeliver(world, latest);
    return [latest];
  }
  const subscription = world.state.subscriptions.get(operation.subscriptionId);
  if (subscription) queueWebhook(world, operation, subscription);
  return known();
}
