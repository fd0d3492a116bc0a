/** Customers and staff at work, at random from a seed. */
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, type Random } from "./seeded-random.ts";
import type { Scene } from "./scene.ts";

type Customer = {
  id: string;
  name: string;
  /** Each requested number of seats is new for its subscription, so that each state shows its age. */
  seatsAskedFor: number;
};

const plans = ["team", "business", "business-annual"];
const maxSeats = 49;

type TrafficAction = (scene: Scene, customer: Customer, random: Random) => Promise<unknown>;

const customerActions: [weight: number, action: TrafficAction][] = [
  [38, (scene, customer) => seats(customer, (quantity) => act(scene, customer, "change-quantity", { quantity }))],
  [22, (scene, customer, random) => act(scene, customer, "change-plan", { planId: random.of(plans) })],
  [10, (scene, customer) => act(scene, customer, "suspend", {})],
  [14, (scene, customer) => act(scene, customer, "reinstate", {})],
  [10, (scene, customer) => act(scene, customer, "renew", {})],
  [2, (scene, customer) => act(scene, customer, "unsubscribe", {})],
];

const staffActions: [weight: number, action: TrafficAction][] = [
  [
    40,
    (scene, customer) => seats(customer, (quantity) => scene.staff.change("changeQuantity", customer.id, { quantity })),
  ],
  [25, (scene, customer, random) => scene.staff.change("changePlan", customer.id, { planId: random.of(plans) })],
  [10, (scene, customer) => scene.staff.change("suspend", customer.id)],
  [10, (scene, customer) => scene.staff.change("reinstate", customer.id)],
  [3, (scene, customer) => scene.staff.change("cancel", customer.id, { confirmation: customer.name })],
  [12, (scene, customer) => scene.staff.read("subscriptions.get", { id: customer.id })],
];

/**
 * @param options.actsPerSecond of customers; staff make a tenth of it
 * @param options.customers bought before the traffic begins
 */
export function createTraffic(scene: Scene, options: { seed: number; actsPerSecond: number; customers?: number }) {
  const random = createRandom(options.seed);
  const customers: Customer[] = [];
  let hasStopped = false;
  let acts = 0;
  let refusals = 0;

  async function buy(): Promise<void> {
    const name = `Customer ${customers.length + 1}`;
    const purchase = await scene.control<{ subscriptionId: string }>("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 5,
      name,
      purchaser: random.of(["ada", "ben", "cleo"]),
      autoActivate: true,
    });
    customers.push({ id: purchase.subscriptionId, name, seatsAskedFor: 5 });
  }

  /** Whether the action was carried out; Microsoft and Marketdesk refuse actions that are not possible now. */
  async function one(actions: [number, TrafficAction][]): Promise<void> {
    const customer = random.of(customers);
    const action = pickAction(actions, random);
    acts += 1;
    await action(scene, customer, random).catch((error: Error) => {
      if (!/^(400|409) /.test(error.message)) throw error;
      refusals += 1;
    });
  }

  async function paced(perSecond: number, step: () => Promise<unknown>): Promise<void> {
    const inProgress = new Set<Promise<unknown>>();
    for (let at = performance.now(); !hasStopped; at += 1_000 / perSecond) {
      await sleep(Math.max(0, at - performance.now()));
      const going = step().catch(() => {});
      inProgress.add(going);
      void going.finally(() => inProgress.delete(going));
    }
    await Promise.all(inProgress);
  }

  let running: Promise<unknown> = Promise.resolve();
  return {
    customers,
    figures: () => ({ acts, refusals, customers: customers.length }),
    async begin(): Promise<void> {
      for (let index = 0; index < (options.customers ?? 40); index += 1) await buy();
      running = Promise.all([
        paced(options.actsPerSecond, () => (random.chance(0.04) ? buy() : one(customerActions))),
        paced(Math.max(1, options.actsPerSecond / 10), () => one(staffActions)),
        paced(5, () =>
          scene.control("settings", { webhookDelayMs: random.below(120), webhookCopies: random.chance(0.2) ? 2 : 1 }),
        ),
      ]);
    },
    async end(): Promise<void> {
      hasStopped = true;
      await running;
    },
  };
}

function act(scene: Scene, customer: Customer, name: string, body: object): Promise<unknown> {
  return scene.control(`subscriptions/${customer.id}/${name}`, body);
}

async function seats(customer: Customer, ask: (quantity: number) => Promise<unknown>): Promise<unknown> {
  if (customer.seatsAskedFor >= maxSeats) return null;
  customer.seatsAskedFor += 1;
  return ask(customer.seatsAskedFor);
}

function pickAction(actions: [number, TrafficAction][], random: Random): TrafficAction {
  let left = random.below(actions.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, action] of actions) {
    left -= weight;
    if (left < 0) return action;
  }
  throw new Error("there is no action");
}
