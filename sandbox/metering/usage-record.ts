/** Microsoft's metering: which usage it accepts. Each subscription and dimension has one accepted event per UTC hour. */
import { randomUUID } from "node:crypto";
import { findOffer, findPlan } from "../fulfillment/catalog.ts";
import type { AcceptedUsage, Subscription } from "../model.ts";
import { operationsOf } from "../state.ts";
import { keyOf } from "./usage-key.ts";
import type { World } from "../world.ts";

const hourMs = 3_600_000;
const windowMs = 24 * hourMs;

export type UsageStatus =
  | "Accepted"
  | "Duplicate"
  | "Expired"
  | "Error"
  | "ResourceNotFound"
  | "ResourceNotActive"
  | "InvalidDimension"
  | "InvalidQuantity"
  | "BadArgument";

export type UsageVerdict =
  | { status: "Accepted" | "Duplicate"; accepted: AcceptedUsage }
  | { status: Exclude<UsageStatus, "Accepted" | "Duplicate">; message: string };

const refuse = (status: Exclude<UsageStatus, "Accepted" | "Duplicate">, message: string) => ({ status, message });

/** Accepts an event or says why not. */
export function takeUsage(world: World, event: Record<string, unknown>): UsageVerdict {
  const { usage } = world.state;
  if (usage.failuresLeft > 0) {
    usage.failuresLeft -= 1;
    world.changed();
    return refuse("Error", "An internal error occurred. Please retry.");
  }
  const { resourceId, resourceUri, quantity, dimension, effectiveStartTime, planId } = event;
  if (resourceId !== undefined && resourceUri !== undefined)
    return refuse("BadArgument", "Only one of resourceId and resourceUri may be sent.");
  if (typeof resourceId !== "string" || resourceId === "") return refuse("BadArgument", "The resourceId is required.");
  if (typeof dimension !== "string" || dimension === "") return refuse("BadArgument", "The dimension is required.");
  if (typeof planId !== "string" || planId === "") return refuse("BadArgument", "The planId is required.");
  if (typeof quantity !== "number") return refuse("BadArgument", "The quantity is required.");
  const at = readTime(effectiveStartTime);
  if (at === null) return refuse("BadArgument", "The effectiveStartTime is not valid.");
  const subscription = world.state.subscriptions.get(resourceId);
  if (!subscription) return refuse("ResourceNotFound", "The resource was not found.");
  if (at > world.now()) return refuse("BadArgument", "The effectiveStartTime is in the future.");
  const hour = Math.floor(at / hourMs) * hourMs;
  const key = keyOf(resourceId, dimension, hour);
  const earlier = usage.accepted.get(key);
  if (earlier) return { status: "Duplicate", accepted: earlier };
  if (world.now() - at >= windowMs) return refuse("Expired", "The usage event is older than 24 hours.");
  const problem = billingProblem(world, subscription, { at, dimension, planId });
  if (problem) return problem;
  if (!(quantity > 0)) return refuse("InvalidQuantity", "The quantity must be greater than zero.");
  const accepted: AcceptedUsage = {
    usageEventId: randomUUID(),
    resourceId,
    planId,
    dimension,
    quantity: truncated(quantity),
    effectiveStartTime: String(effectiveStartTime),
    hour,
    messageTime: world.now(),
  };
  usage.accepted.set(key, accepted);
  world.changed();
  return { status: "Accepted", accepted };
}

function billingProblem(
  world: World,
  subscription: Subscription,
  usage: { at: number; dimension: string; planId: string },
): UsageVerdict | null {
  const isOver = subscription.status === "Unsubscribed" && usage.at < endOf(world, subscription);
  if (subscription.status !== "Subscribed" && !isOver)
    return refuse("ResourceNotActive", "The resource is not active.");
  if (subscription.isFreeTrial) return refuse("BadArgument", "Usage of a free trial cannot be billed.");
  if (findOffer(subscription.offerId)?.isPerSeat)
    return refuse("BadArgument", "The plan has a price per user, which metering does not support.");
  if (usage.planId !== planAt(world, subscription, usage.at))
    return refuse("BadArgument", "The planId is not the plan of the resource.");
  const plan = findPlan(subscription.offerId, usage.planId);
  if (!plan?.dimensions.some(({ id }) => id === usage.dimension))
    return refuse("InvalidDimension", "The dimension is not part of the plan.");
  return null;
}

function endOf(world: World, { id }: Subscription): number {
  const end = operationsOf(world.state, id).findLast(({ action, isApplied }) => action === "Unsubscribe" && isApplied);
  return end ? (end.finishedAt ?? end.createdAt) : 0;
}

/** Usage from before a change of plan belongs to the plan of that time. Microsoft does not document it. */
function planAt(world: World, subscription: Subscription, at: number): string {
  const changes = operationsOf(world.state, subscription.id).filter(
    ({ action, isApplied }) => action === "ChangePlan" && isApplied,
  );
  const later = changes.findIndex(({ finishedAt, createdAt }) => (finishedAt ?? createdAt) > at);
  if (later === -1) return subscription.planId;
  return changes[later - 1]?.planId ?? subscription.firstPlanId ?? subscription.planId;
}

/** Amounts below 0.01 count as zero. */
function truncated(quantity: number): number {
  return Number(/^\d+(?:\.\d{1,2})?/.exec(String(quantity))?.[0] ?? quantity);
}

/** With or without a time zone; the default is UTC. */
function readTime(value: unknown): number | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/.test(value))
    return null;
  const at = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`);
  return Number.isNaN(at) ? null : at;
}
