/** Subscriptions on Microsoft's side: purchased, activated, renewed, suspended, reinstated, ended. */
import { randomUUID } from "node:crypto";
import { findOffer, findPlan, plansFor, seatsProblem } from "./catalog.ts";
import {
  requestCustomerChange,
  requestReinstate,
  endSubscription,
  pendingOperation,
  supersedePending,
  sendNotice,
} from "./operations.ts";
import type { ActOptions } from "./operations.ts";
import { findPersona, partyOf } from "../personas.ts";
import type { Persona } from "../personas.ts";
import { openPurchaseToken, sealPurchaseToken } from "./purchase-token.ts";
import { Refusal } from "./refusal.ts";
import { addSubscription } from "../state.ts";
import { dueAtOf, scheduleSubscription } from "./subscription-timer.ts";
import { endOfTerm, termFrom } from "./terms.ts";
import type { Operation, Subscription } from "../model.ts";
import type { World } from "../world.ts";

export type Purchase = {
  offerId: string;
  planId: string;
  quantity?: number | undefined;
  name?: string | undefined;
  /** Persona keys. */
  purchaser?: string | undefined;
  beneficiary?: string | undefined;
  /** Default: as set in the plan. */
  autoActivate?: boolean | undefined;
  /** Marks a test purchase; so does an offer ID that ends in `-preview`. */
  isTest?: boolean | undefined;
  sandboxType?: "None" | "Csp" | undefined;
  sessionMode?: "None" | "DryRun" | undefined;
  /** The price of the private offer through which the plan is purchased. */
  privatePrice?: number | undefined;
  /** false: the webhook of an automatic activation is lost. */
  deliver?: boolean | undefined;
};

function purchaserNamed(key: string): Persona {
  const persona = findPersona(key);
  if (!persona || persona.kind !== "purchaser")
    throw new Refusal(400, `Purchaser "${key}" does not exist. Use ada, ben, cleo, reseller or personal.`);
  return persona;
}

/** Buys a plan. @throws Refusal that says what cannot be bought, and why */
export function buy(world: World, purchase: Purchase): Subscription {
  const purchaser = purchaserNamed(purchase.purchaser ?? "ada");
  const isReseller = purchaser.key === "reseller";
  const beneficiary = purchaserNamed(purchase.beneficiary ?? (isReseller ? "cleo" : purchaser.key));
  const offer = findOffer(purchase.offerId);
  if (!offer) throw new Refusal(400, `Offer "${purchase.offerId}" does not exist.`);
  const plan = findPlan(purchase.offerId, purchase.planId);
  if (!plan) throw new Refusal(400, `Offer ${offer.offerId} has no plan "${purchase.planId}".`);
  if (plan.isStopSell) throw new Refusal(400, `Plan ${plan.planId} is no longer sold.`);
  if (!plansFor(offer.offerId, beneficiary.tenantId).some(({ planId }) => planId === plan.planId)) {
    throw new Refusal(400, `Plan ${plan.planId} is private, and ${beneficiary.company} is not in its audience.`);
  }
  const quantity = offer.isPerSeat ? (purchase.quantity ?? plan.minQuantity ?? 1) : null;
  const problem = quantity === null ? null : seatsProblem(plan, quantity);
  if (problem) throw new Refusal(400, problem);

  const isForOthers = purchaser.tenantId !== beneficiary.tenantId;
  const subscription: Subscription = {
    id: randomUUID(),
    name: purchase.name?.trim() || `${beneficiary.company} ${offer.name.replace("Contoso ", "")}`,
    offerId: purchase.offerId,
    planId: plan.planId,
    firstPlanId: plan.planId,
    quantity,
    status: "PendingFulfillmentStart",
    purchaser: partyOf(purchaser),
    beneficiary: partyOf(beneficiary),
    termUnit: plan.termUnit,
    termStart: null,
    termEnd: null,
    autoRenew: true,
    isFreeTrial: plan.hasFreeTrials,
    isTest: purchase.isTest ?? false,
    allowedCustomerOperations: isForOthers ? ["Read"] : ["Delete", "Update", "Read"],
    sandboxType: purchase.sandboxType ?? "None",
    sessionMode: purchase.sessionMode ?? "None",
    ...(purchase.privatePrice === undefined
      ? {}
      : { privateOffer: { externalId: randomUUID(), price: purchase.privatePrice } }),
    createdAt: world.now(),
    suspendedAt: null,
    activatesAt: null,
  };
  addSubscription(world.state, subscription);
  if (purchase.autoActivate ?? plan.autoActivates) {
    markSubscribed(world, subscription);
    sendNotice(world, subscription, "Subscribe", { deliver: purchase.deliver });
  }
  scheduleSubscription(world, subscription);
  world.changed();
  return subscription;
}

/** Creates a purchase token, and the landing page's address with the token encoded once. */
export function landingLink(world: World, subscription: Subscription): { token: string; landingUrl: string } {
  const expiresAt = world.now() + world.state.settings.purchaseTokenTtlMs;
  const token = sealPurchaseToken(Buffer.from(world.state.purchaseTokenKey, "base64"), subscription.id, expiresAt);
  const separator = world.landingUrl.includes("?") ? "&" : "?";
  return { token, landingUrl: `${world.landingUrl}${separator}token=${encodeURIComponent(token)}` };
}

/** The subscription of a purchase token. Only the call log distinguishes `expired` from `damaged`. */
export function subscriptionOfToken(world: World, token: string): Subscription | "expired" | "damaged" {
  const opened = openPurchaseToken(Buffer.from(world.state.purchaseTokenKey, "base64"), token);
  if (!opened) return "damaged";
  if (opened.expiresAt <= world.now()) return "expired";
  return world.state.subscriptions.get(opened.subscriptionId) ?? "damaged";
}

function markSubscribed(world: World, subscription: Subscription): void {
  subscription.status = "Subscribed";
  subscription.activatesAt = null;
  Object.assign(subscription, termFrom(world.now(), subscription.termUnit));
  world.changed();
}

/** Accepts an activation, which takes effect after the activation delay. A second call changes nothing. */
export function startActivation(world: World, subscription: Subscription): void {
  subscription.activatesAt ??= world.now() + world.state.settings.activationDelayMs;
  scheduleSubscription(world, subscription);
  world.changed();
}

/** A customer or reseller requests another plan in Microsoft's portal. */
export function customerChangesPlan(
  world: World,
  subscription: Subscription,
  planId: string,
  options?: ActOptions,
): Operation {
  requireChangeable(world, subscription);
  const plan = plansFor(subscription.offerId, subscription.beneficiary.tenantId).find((item) => item.planId === planId);
  if (!plan) throw new Refusal(400, `Plan "${planId}" is not offered to this customer.`);
  if (plan.isStopSell) throw new Refusal(400, `Plan ${planId} is no longer sold.`);
  if (planId === subscription.planId) throw new Refusal(400, `The subscription already has plan ${planId}.`);
  const problem = subscription.quantity === null ? null : seatsProblem(plan, subscription.quantity);
  if (problem) throw new Refusal(400, problem);
  return requestCustomerChange(world, subscription, { planId }, options);
}

/** A customer or reseller requests another number of seats in Microsoft's portal. */
export function customerChangesQuantity(
  world: World,
  subscription: Subscription,
  quantity: number,
  options?: ActOptions,
): Operation {
  requireChangeable(world, subscription);
  const plan = findPlan(subscription.offerId, subscription.planId);
  const problem = plan ? seatsProblem(plan, quantity) : "The subscription's plan is not in the catalog.";
  if (problem) throw new Refusal(400, problem);
  if (quantity === subscription.quantity) throw new Refusal(400, `The subscription already has ${quantity} seats.`);
  return requestCustomerChange(world, subscription, { quantity }, options);
}

function requireChangeable(world: World, subscription: Subscription): void {
  requireStatus(subscription, "Subscribed", "changed");
  const pending = pendingOperation(world, subscription.id);
  if (pending) throw new Refusal(409, `${pending.action} is still pending. Wait until it is complete.`);
}

function requireStatus(subscription: Subscription, status: Subscription["status"], done: string): void {
  if (subscription.status === status) return;
  throw new Refusal(409, `Only a subscription that is ${status} can be ${done}; this one is ${subscription.status}.`);
}

/** A payment failed: Microsoft changes the status first, then sends the webhook. */
export function suspend(world: World, subscription: Subscription, options?: ActOptions): Operation {
  requireStatus(subscription, "Subscribed", "suspended");
  supersedePending(world, subscription);
  subscription.status = "Suspended";
  subscription.suspendedAt = world.now();
  scheduleSubscription(world, subscription);
  return sendNotice(world, subscription, "Suspend", options);
}

/** The customer has paid. */
export function reinstate(world: World, subscription: Subscription, options?: ActOptions): Operation {
  requireStatus(subscription, "Suspended", "reinstated");
  if (pendingOperation(world, subscription.id)) throw new Refusal(409, "A Reinstate operation is already in progress.");
  return requestReinstate(world, subscription, options);
}

/** The next term begins. A free trial becomes a paid subscription. */
export function renew(world: World, subscription: Subscription, options?: ActOptions): Operation {
  requireStatus(subscription, "Subscribed", "renewed");
  const next = subscription.termEnd === null ? world.now() : endOfTerm(subscription.termEnd);
  Object.assign(subscription, termFrom(next, subscription.termUnit));
  subscription.isFreeTrial = false;
  scheduleSubscription(world, subscription);
  return sendNotice(world, subscription, "Renew", options);
}

/** The customer cancels, or Microsoft ends the subscription. */
export function unsubscribe(world: World, subscription: Subscription, options?: ActOptions): Operation {
  if (subscription.status === "Unsubscribed") throw new Refusal(409, "The subscription has already ended.");
  endSubscription(world, subscription);
  return sendNotice(world, subscription, "Unsubscribe", options);
}

/** Activates, expires, renews or ends a subscription that is due. */
export function onSubscriptionDue(world: World, id: string): void {
  const subscription = world.state.subscriptions.get(id);
  const dueAt = subscription ? dueAtOf(subscription) : null;
  if (!subscription || dueAt === null || dueAt > world.now()) return;
  const isActivation = subscription.activatesAt !== null;
  if (isActivation && world.state.settings.activationOutcome === "Subscribed") {
    markSubscribed(world, subscription);
    scheduleSubscription(world, subscription);
  } else if (subscription.status === "Subscribed" && subscription.autoRenew) {
    renew(world, subscription);
  } else {
    unsubscribe(world, subscription);
  }
}
