/** Subscriptions, operations and deliveries as `/control` returns them. Instants are ISO 8601 text. */
import { pendingOperation } from "../fulfillment/operations.ts";
import type { Delivery, Operation, Subscription } from "../model.ts";
import type { World } from "../world.ts";

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

export function subscriptionView(world: World, subscription: Subscription) {
  const { termStart, termEnd, createdAt, suspendedAt, activatesAt, ...rest } = subscription;
  return {
    ...rest,
    termStart: iso(termStart),
    termEnd: iso(termEnd),
    createdAt: iso(createdAt),
    suspendedAt: iso(suspendedAt),
    activatesAt: iso(activatesAt),
    pendingOperationId: pendingOperation(world, subscription.id)?.id ?? null,
  };
}

export function deliveryView(delivery: Delivery) {
  return {
    ...delivery,
    body: JSON.parse(delivery.body) as unknown,
    createdAt: iso(delivery.createdAt),
    dueAt: iso(delivery.dueAt),
    attempts: delivery.attempts.map((attempt) => ({ ...attempt, at: iso(attempt.at) })),
  };
}

/** Operations with their deliveries, oldest first. */
export function operationViews(world: World, operations: readonly Operation[]) {
  const wanted = new Set(operations.map((operation) => operation.id));
  const found = [...world.state.deliveries.values()].filter((delivery) => wanted.has(delivery.operationId));
  const deliveries = Map.groupBy(found, (delivery) => delivery.operationId);
  return operations.map((operation) => operationView(operation, deliveries.get(operation.id) ?? []));
}

function operationView(operation: Operation, deliveries: readonly Delivery[]) {
  return {
    ...operation,
    createdAt: iso(operation.createdAt),
    dueAt: iso(operation.dueAt),
    finishedAt: iso(operation.finishedAt),
    deliveries: deliveries.map(deliveryView),
  };
}

/** Counts what is still in progress: webhooks, operations and activations. */
export function countPending({ state }: World) {
  const count = <T>(items: Iterable<T>, isOpen: (item: T) => boolean) => [...items].filter(isOpen).length;
  return {
    webhooks: count(state.deliveries.values(), (delivery) => delivery.outcome === "waiting"),
    operations: count(
      state.operations.values(),
      (operation) => operation.status === "InProgress" || (operation.status === "Succeeded" && !operation.isApplied),
    ),
    activations: count(
      state.subscriptions.values(),
      (item) => item.activatesAt !== null && item.status === "PendingFulfillmentStart",
    ),
  };
}

type Search = { q?: string | undefined; status?: string | undefined; offset: number; limit: number };

/** Subscriptions whose name, ID, plan, company or email contains all words, newest first. */
export function findSubscriptions(world: World, search: Search): { rows: Subscription[]; total: number } {
  const words = (search.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const { order, subscriptions } = world.state;
  const found = order
    .toReversed()
    .map((id) => subscriptions.get(id))
    .filter((item) => item !== undefined)
    .filter((item) => !search.status || item.status === search.status)
    .filter((item) => words.every((word) => textOf(item).includes(word)));
  return { rows: found.slice(search.offset, search.offset + search.limit), total: found.length };
}

function textOf({ id, name, offerId, planId, beneficiary, purchaser }: Subscription): string {
  const parts = [
    id,
    name,
    offerId,
    planId,
    beneficiary.company,
    beneficiary.emailId,
    purchaser.company,
    purchaser.emailId,
  ];
  return parts.join(" ").toLowerCase();
}
