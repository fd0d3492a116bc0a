/** Runs what is due: operations, subscription changes and webhook deliveries. */
import { onOperationDue, onWebhookAnswer } from "./fulfillment/operations.ts";
import { onSubscriptionDue } from "./fulfillment/subscriptions.ts";
import { scheduleSubscription } from "./fulfillment/subscription-timer.ts";
import type { DueKind } from "./timers.ts";
import { attemptDelivery } from "./fulfillment/webhooks.ts";
import type { World } from "./world.ts";

/** Runs what is due for one item. An outdated entry does nothing. */
export function runDue(world: World, kind: DueKind, id: string): void {
  if (kind === "operation") onOperationDue(world, id);
  else if (kind === "subscription") subscriptionIsDue(world, id);
  else {
    attemptDelivery(world, id, (delivery, answer) => onWebhookAnswer(world, delivery, answer)).catch(
      (error: unknown) => {
        world.log(`A webhook could not be sent: ${(error as Error).message}`);
      },
    );
  }
}

/** During the history replay, the replay itself renews and ends subscriptions; only activations run by timer. */
function subscriptionIsDue(world: World, id: string): void {
  if (world.state.replay === null || world.state.subscriptions.get(id)?.activatesAt) onSubscriptionDue(world, id);
}

/** Schedules everything that the state contains; called after a start and after a reset. */
export function scheduleEverything(world: World): void {
  for (const subscription of world.state.subscriptions.values()) scheduleSubscription(world, subscription);
  for (const { id, dueAt } of world.state.operations.values()) world.timers.schedule("operation", id, dueAt);
  for (const { id, dueAt } of world.state.deliveries.values()) world.timers.schedule("delivery", id, dueAt);
}
