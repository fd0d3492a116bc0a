/** When Microsoft changes a subscription automatically. */
import { activationWindowDays, suspensionWindowDays } from "../../shared/lifecycle.ts";
import { endOfTerm } from "./terms.ts";
import type { Subscription } from "../model.ts";
import type { World } from "../world.ts";

const dayMs = 86_400_000;

/** The instant of the next activation, expiry, renewal or end; null: none. */
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

/** Schedules a subscription's next automatic change. Call this after each change of its status or dates. */
export function scheduleSubscription(world: World, subscription: Subscription): void {
  world.timers.schedule("subscription", subscription.id, dueAtOf(subscription));
}
