/** Operations: started by a customer, Microsoft or the publisher, then answered and applied. */
import { randomUUID } from "node:crypto";
import type { WebhookAction } from "../../shared/lifecycle.ts";
import { findPlan } from "./catalog.ts";
import { Refusal } from "./refusal.ts";
import { addOperation, operationsOf } from "../state.ts";
import { scheduleSubscription } from "./subscription-timer.ts";
import { endOfTerm, termFrom } from "./terms.ts";
import type { Delivery, Operation, OperationStatus, Subscription } from "../model.ts";
import { queueWebhook } from "./webhooks.ts";
import type { World } from "../world.ts";

export type ActOptions = {
  /** false: the webhook is lost. */
  deliver?: boolean;
};

const errorMessages: Partial<Record<OperationStatus, string>> = {
  Failed: "The operation was rejected by the publisher.",
  Conflict: "A newer change has won.",
};

/** The operation that locks a subscription, if any. */
export function pendingOperation(world: World, subscriptionId: string): Operation | undefined {
  return operationsOf(world.state, subscriptionId).findLast(
    (operation) => operation.status === "InProgress" || (operation.status === "Succeeded" && !operation.isApplied),
  );
}

type NewOperation = Pick<Operation, "action" | "source"> & Partial<Pick<Operation, "planId" | "quantity">>;

function createOperation(world: World, subscription: Subscription, input: NewOperation): Operation {
  const operation: Operation = {
    id: randomUUID(),
    subscriptionId: subscription.id,
    planId: subscription.planId,
    quantity: subscription.quantity,
    status: "InProgress",
    createdAt: world.now(),
    dueAt: null,
    finishedAt: null,
    isApplied: false,
    ending: null,
    errorMessage: "",
    ...input,
  };
  addOperation(world.state, operation);
  return operation;
}

function dueIn(world: World, operation: Operation, afterMs: number | null): void {
  operation.dueAt = afterMs === null ? null : world.now() + afterMs;
  world.timers.schedule("operation", operation.id, operation.dueAt);
  world.changed();
}

/** A customer requests another plan or number of seats. The publisher can reject the change until the window ends. */
export function requestCustomerChange(
  world: World,
  subscription: Subscription,
  asked: { planId: string } | { quantity: number },
  { deliver = true }: ActOptions = {},
): Operation {
  const action = "planId" in asked ? "ChangePlan" : "ChangeQuantity";
  const operation = createOperation(world, subscription, { action, source: "Azure", ...asked });
  queueWebhook(world, operation, subscription, !deliver);
  const { answerWindowMs, windowOpensOn } = world.state.settings;
  dueIn(world, operation, windowOpensOn === "operation" || !deliver ? answerWindowMs : null);
  return operation;
}

/** Reinstate: in progress until the publisher answers Success or the window ends. It cannot be rejected. */
export function requestReinstate(
  world: World,
  subscription: Subscription,
  { deliver = true }: ActOptions = {},
): Operation {
  const operation = createOperation(world, subscription, { action: "Reinstate", source: "Azure" });
  queueWebhook(world, operation, subscription, !deliver);
  dueIn(world, operation, world.state.settings.answerWindowMs);
  return operation;
}

/** The publisher's own change: it always succeeds after `operationDelayMs`. */
export function startPublisherChange(
  world: World,
  subscription: Subscription,
  asked: { planId: string } | { quantity: number },
): Operation {
  const action = "planId" in asked ? "ChangePlan" : "ChangeQuantity";
  const operation = createOperation(world, subscription, { action, source: "Partner", ...asked });
  queueWebhook(world, operation, subscription);
  dueIn(world, operation, world.state.settings.operationDelayMs);
  return operation;
}

/** The publisher cancels. Microsoft sends the webhook when the cancellation is complete. */
export function startPublisherCancel(world: World, subscription: Subscription): Operation {
  const operation = createOperation(world, subscription, { action: "Unsubscribe", source: "Partner" });
  dueIn(world, operation, world.state.settings.operationDelayMs);
  return operation;
}

/** A change that has already happened and is only announced: Subscribe, Suspend, Renew, Unsubscribe. */
export function sendNotice(
  world: World,
  subscription: Subscription,
  action: Extract<WebhookAction, "Subscribe" | "Suspend" | "Renew" | "Unsubscribe">,
  { deliver = true }: ActOptions = {},
): Operation {
  const operation = createOperation(world, subscription, { action, source: "Azure" });
  finish(world, operation, "Succeeded", "Made by Microsoft.");
  queueWebhook(world, operation, subscription, !deliver);
  return operation;
}

/** Ends an operation. A succeeded operation is applied immediately or after `subscriptionLagMs`. */
function finish(world: World, operation: Operation, status: OperationStatus, ending: string): void {
  operation.status = status;
  operation.finishedAt = world.now();
  operation.ending = ending;
  operation.errorMessage = errorMessages[status] ?? "";
  const lagMs = isChange(operation) ? world.state.settings.subscriptionLagMs : 0;
  if (status === "Succeeded" && lagMs > 0) {
    dueIn(world, operation, lagMs);
    return;
  }
  operation.dueAt = null;
  if (status === "Succeeded") apply(world, operation);
  world.changed();
}

function isChange(operation: Operation): boolean {
  return operation.action === "ChangePlan" || operation.action === "ChangeQuantity";
}

function apply(world: World, operation: Operation): void {
  operation.isApplied = true;
  const subscription = world.state.subscriptions.get(operation.subscriptionId);
  if (!subscription) return;
  if (operation.action === "ChangePlan") applyPlan(subscription, operation.planId);
  if (operation.action === "ChangeQuantity") subscription.quantity = operation.quantity;
  if (operation.action === "Reinstate") applyReinstate(world, subscription);
  if (operation.action === "Unsubscribe" && operation.source === "Partner") {
    endSubscription(world, subscription);
    queueWebhook(world, operation, subscription);
  }
  scheduleSubscription(world, subscription);
  world.changed();
}

function applyPlan(subscription: Subscription, planId: string): void {
  const plan = findPlan(subscription.offerId, planId);
  subscription.planId = planId;
  if (!plan) return;
  if (!plan.hasFreeTrials) subscription.isFreeTrial = false;
  if (plan.termUnit === subscription.termUnit) return;
  subscription.termUnit = plan.termUnit;
  if (subscription.termStart !== null) Object.assign(subscription, termFrom(subscription.termStart, plan.termUnit));
}

function applyReinstate(world: World, subscription: Subscription): void {
  subscription.status = "Subscribed";
  subscription.suspendedAt = null;
  if (subscription.termEnd !== null && endOfTerm(subscription.termEnd) <= world.now()) {
    Object.assign(subscription, termFrom(world.now(), subscription.termUnit));
  }
}

/** Ends a subscription permanently; pending operations are superseded. */
export function endSubscription(world: World, subscription: Subscription): void {
  supersedePending(world, subscription);
  subscription.status = "Unsubscribed";
  subscription.suspendedAt = null;
  subscription.activatesAt = null;
  subscription.autoRenew = false;
  world.changed();
}

/** Ends operations in progress that a newer change supersedes. */
export function supersedePending(world: World, subscription: Subscription): void {
  for (const operation of operationsOf(world.state, subscription.id)) {
    if (operation.status === "InProgress") finish(world, operation, "Conflict", "Superseded by a newer change.");
  }
}

/**
 * The publisher's answer to an operation. Only `Success` and `Failure` have an effect; the real service was observed to
 * return 200 for any other value. @throws Refusal 409 if the operation is no longer pending
 */
export function acknowledge(world: World, operation: Operation, word: unknown): void {
  if (operation.status !== "InProgress") throw new Refusal(409, "The operation is no longer pending.");
  if (word === "Success") finish(world, operation, "Succeeded", "The publisher answered Success.");
  else if (word === "Failure" && isChange(operation)) reject(world, operation, "The publisher answered Failure.");
}

function reject(world: World, operation: Operation, ending: string): void {
  finish(world, operation, "Failed", ending);
  const subscription = world.state.subscriptions.get(operation.subscriptionId);
  if (!subscription || !world.state.settings.revertAfterRejection) return;
  const isRevert = operation.planId === subscription.planId && operation.quantity === subscription.quantity;
  if (isRevert) return;
  const { planId, quantity } = subscription;
  requestCustomerChange(
    world,
    subscription,
    operation.action === "ChangePlan" ? { planId } : { quantity: quantity ?? 1 },
  );
}

/** Applies the response to a webhook to its operation. A 4xx rejects a customer's change. */
export function onWebhookAnswer(world: World, delivery: Delivery, answer: "delivered" | "refused" | "given up"): void {
  const operation = world.state.operations.get(delivery.operationId);
  if (!operation || operation.status !== "InProgress" || operation.source !== "Azure") return;
  if (answer === "delivered") {
    if (operation.dueAt === null) dueIn(world, operation, world.state.settings.answerWindowMs);
  } else if (isChange(operation)) {
    reject(world, operation, answer === "refused" ? "The webhook returned 4xx." : "The webhook was not delivered.");
  }
}

/** Continues an operation that is due. */
export function onOperationDue(world: World, id: string): void {
  const operation = world.state.operations.get(id);
  if (!operation || operation.dueAt === null || operation.dueAt > world.now()) return;
  if (operation.status === "InProgress") {
    const ending = operation.source === "Partner" ? "Done." : "Accepted automatically: no answer in time.";
    finish(world, operation, "Succeeded", ending);
  } else if (operation.status === "Succeeded" && !operation.isApplied) {
    operation.dueAt = null;
    apply(world, operation);
  }
}
