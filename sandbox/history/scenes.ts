/** What may happen in the sample's past. Each act goes the way that it goes on any other day. */
import { addFault } from "../faults.ts";
import {
  buy,
  customerChangesPlan,
  customerChangesQuantity,
  landingLink,
  type Purchase,
  reinstate,
  suspend,
  unsubscribe,
} from "../fulfillment/subscriptions.ts";
import type { Subscription } from "../model.ts";
import type { World } from "../world.ts";
import type { People } from "./actors.ts";

/** What an act has to do with. */
export type Scene = {
  world: World;
  people: People;
  /** A subscription by its name. */
  find(name: string): Subscription;
  /** The desk compares its record with Microsoft's, as it does every ten minutes. */
  compare(): Promise<void>;
};

/** Throws when what it wants is refused, which a past that goes on where it was cut off may meet. */
export type Act = (scene: Scene) => void | Promise<unknown>;

export function buys(purchase: Purchase & { name: string; isTest?: boolean }): Act {
  return ({ world }) => {
    const { isTest, ...bought } = purchase;
    const subscription = buy(world, bought);
    if (isTest) subscription.isTest = true;
  };
}

/** Of a purchase that nobody brings to the landing page the desk learns when it compares. */
export const deskCompares: Act = ({ compare }) => compare();

export function activates(purchaser: string, name: string): Act {
  return ({ world, people, find }) => people.activates(purchaser, landingLink(world, find(name)).landingUrl);
}

/** A customer changes something in Microsoft's portal. `isLost`: its webhook never comes. */
export function customerWants(
  name: string,
  wanted: { planId: string } | { quantity: number },
  { isLost = false } = {},
): Act {
  return ({ world, find }) => {
    const options = { deliver: !isLost };
    return void ("planId" in wanted
      ? customerChangesPlan(world, find(name), wanted.planId, options)
      : customerChangesQuantity(world, find(name), wanted.quantity, options));
  };
}

export const isNotPaid =
  (name: string): Act =>
  ({ world, find }) =>
    void suspend(world, find(name));

export const isPaid =
  (name: string): Act =>
  ({ world, find }) =>
    void reinstate(world, find(name));

export const leaves =
  (name: string): Act =>
  ({ world, find }) =>
    void unsubscribe(world, find(name));

/** A member of staff does something with a subscription at the desk. */
export function staffDoes(staff: string, procedure: string, name: string, input: object = {}): Act {
  return ({ people, find }) =>
    people.asks(staff, `subscriptions.${procedure}`, { subscriptionId: find(name).id, ...input });
}

/** The same, and Microsoft refuses it. */
export function staffIsRefused(staff: string, procedure: string, name: string, input: object, why: string): Act {
  return ({ world, people, find }) => {
    const { id } = find(name);
    const body = { error: { code: "BadRequest", message: why } };
    addFault(world, { target: `PATCH ^/api/saas/subscriptions/${id}$`, times: 1, status: 400, body });
    return people.asks(staff, `subscriptions.${procedure}`, { subscriptionId: id, ...input });
  };
}

/** Staff at the desk, with what is about no one subscription. */
export function staffAsks(staff: string, procedure: string, input: object = {}): Act {
  return ({ people }) => people.asks(staff, procedure, input);
}

/** Staff do something to many subscriptions at once: a dry run, and its start. */
export function staffDoesToMany(staff: string, action: object, filters: object): Act {
  return async ({ people }) => {
    const { id } = await people.asks<{ id: string }>(staff, "bulk.plan", { action, target: { filters } });
    await people.asks(staff, "bulk.start", { id });
  };
}

/** An admin makes a key for the product, which follows the desk from then on. */
export function productIsJoined(admin: string, keyName: string, deafTo: string[]): Act {
  return async ({ world, people }) => {
    const { key } = await people.asks<{ key: string }>(admin, "keys.make", { name: keyName });
    world.state.product = { key, next: null, deafTo };
    world.changed();
  };
}
