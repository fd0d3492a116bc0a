/** When Microsoft does something to a subscription by itself. */
import { activationWindowDays, suspensionWindowDays } from "../../shared/lifecycle.ts";
import { endOfTerm } from "./terms.ts";
import type { Subscription } from "../model.ts";
import type { World } from "../world.ts";

const dayMs = 86_400_000;

/** The instant of activation, lapse, renewal or end, whichever the status has next; null: none. */
export function dueAtOf(subscription: Subscription): number | null {
  switch (subscription.status) {
    case "PendingFulfillmentStart":
      return subscription.activatesAt ?? subscription.createdAt + activationWindowDays * dayMs;
    case "Subscribed":
      return subscription.termEnd === null ? null : endOfTerm(subscription.termEnd);
    case "Suspended":
      return (subscription.suspendedAt ?? subscription.createdAt) + suspensionWindowDays * dayMs;
    case "Unsubscribed":
      return null;
  }
}

/** Plans the next thing that happens to a subscription. To be called after every change of its status or dates. */
export function scheduleSubscription(world: World, subscription: Subscription): void {
  world.timers.schedule("subscription", subscription.id, dueAtOf(subscription));
}
