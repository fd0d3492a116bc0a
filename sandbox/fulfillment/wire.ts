/** The marketplace's objects on the wire, including the service's inconsistencies. */
import { findOffer, findPlan } from "./catalog.ts";
import type { Plan } from "./catalog.ts";
import { sandboxPublisher } from "../publisher.ts";
import type { Operation, Party, Subscription } from "../model.ts";

/** An instant with seven decimals, as .NET writes it. */
export function instant(at: number, zone: "Z" | "" = "Z"): string {
  return `${new Date(at).toISOString().slice(0, -1)}${String(at % 9973).padStart(4, "0")}${zone}`;
}

function day(at: number): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}

function party({ emailId, objectId, tenantId, puid }: Party) {
  return { emailId, objectId, tenantId, puid };
}

function term(subscription: Subscription, dates: "instants" | "days") {
  const { termUnit, termStart, termEnd } = subscription;
  if (termStart === null || termEnd === null) return { termUnit };
  const write = dates === "days" ? (at: number) => day(at).slice(0, 10) : day;
  return { startDate: write(termStart), endDate: write(termEnd), termUnit, chargeDuration: null };
}

/** The response that contains the subscription: seats and dates differ between them. */
export type Place = "resolve" | "get" | "list" | "webhook";

// Flat-rate plans have no seats. Microsoft was observed to send null, "" or no field.
function seats(subscription: Subscription, place: Place): { quantity?: number | string | null } {
  if (subscription.quantity !== null) return { quantity: subscription.quantity };
  if (subscription.status === "Unsubscribed" && place === "get") return {};
  return { quantity: place === "list" ? "" : null };
}

/** A subscription as Get, List, Resolve and the webhook return it. */
export function subscriptionOnWire(subscription: Subscription, place: Place): Record<string, unknown> {
  return {
    id: subscription.id,
    name: subscription.name,
    publisherId: sandboxPublisher.publisherId,
    offerId: subscription.offerId,
    planId: subscription.planId,
    ...seats(subscription, place),
    beneficiary: party(subscription.beneficiary),
    purchaser: party(subscription.purchaser),
    allowedCustomerOperations: subscription.allowedCustomerOperations,
    sessionMode: subscription.sessionMode ?? "None",
    isFreeTrial: subscription.isFreeTrial,
    isTest: subscription.isTest,
    sandboxType: subscription.sandboxType,
    saasSubscriptionStatus: subscription.status,
    term: term(subscription, place === "list" ? "days" : "instants"),
    autoRenew: subscription.autoRenew,
    ...(place === "resolve" ? {} : { created: instant(subscription.createdAt) }),
    lastModified: "0001-01-01T00:00:00",
  };
}

/** The response of Resolve. */
export function resolvedOnWire(subscription: Subscription): Record<string, unknown> {
  return {
    id: subscription.id,
    subscriptionName: subscription.name,
    offerId: subscription.offerId,
    planId: subscription.planId,
    quantity: subscription.quantity ?? "",
    subscription: subscriptionOnWire(subscription, "resolve"),
  };
}

/** An operation as Get Operation and List Outstanding Operations return it. Its timestamp has no time zone. */
export function operationOnWire(operation: Operation, offerId: string): Record<string, unknown> {
  return {
    id: operation.id,
    activityId: operation.id,
    subscriptionId: operation.subscriptionId,
    offerId,
    publisherId: sandboxPublisher.publisherId,
    planId: operation.planId,
    quantity: operation.quantity ?? "",
    action: operation.action,
    timeStamp: instant(operation.createdAt, ""),
    status: operation.status,
    operationRequestSource: operation.source,
    errorStatusCode: operation.errorMessage === "" ? "" : "400",
    errorMessage: operation.errorMessage,
  };
}

/** The body of a webhook: the requested change at the top level, the current subscription nested. */
export function webhookBody(operation: Operation, subscription: Subscription): string {
  return JSON.stringify({
    id: operation.id,
    activityId: operation.id,
    publisherId: sandboxPublisher.publisherId,
    offerId: subscription.offerId,
    planId: operation.planId,
    // Observed for flat-rate subscriptions: one seat at the top level, null in the nested subscription.
    quantity: operation.quantity ?? 1,
    subscriptionId: subscription.id,
    timeStamp: instant(operation.createdAt),
    action: operation.action,
    status: operation.status,
    operationRequestSource: operation.source,
    subscription: subscriptionOnWire(subscription, "webhook"),
    purchaseToken: null,
  });
}

/** A plan as List Available Plans returns it. */
export function planOnWire(plan: Plan, offerId: string): Record<string, unknown> {
  return {
    planId: plan.planId,
    displayName: plan.name,
    isPrivate: plan.audience !== null,
    description: plan.description,
    ...(plan.minQuantity === null ? {} : { minQuantity: plan.minQuantity, maxQuantity: plan.maxQuantity }),
    hasFreeTrials: plan.hasFreeTrials,
    isPricePerSeat: findOffer(offerId)?.isPerSeat ?? false,
    isStopSell: plan.isStopSell,
    market: "US",
    planComponents: {
      recurrentBillingTerms: [{ termUnit: plan.termUnit, price: plan.price }, ...plan.otherTerms].map(
        ({ termUnit, price }) => ({
          currency: "USD",
          price,
          termUnit,
          termDescription: termInWords(termUnit),
          meteredQuantityIncluded: plan.dimensions.flatMap(({ id, included }) =>
            included === null ? [] : [{ dimensionId: id, units: included }],
          ),
        }),
      ),
      meteringDimensions: plan.dimensions.map(({ id, name, unit, price: pricePerUnit }) => ({
        id,
        currency: "USD",
        pricePerUnit,
        unitOfMeasure: unit,
        displayName: name,
      })),
    },
  };
}

/** `P1M` as "month", `P18M` as "18 months". */
export function termInWords(termUnit: string): string {
  const match = /^P(\d+)([DWMY])$/.exec(termUnit);
  if (!match) return termUnit;
  const unit = { D: "day", W: "week", M: "month", Y: "year" }[match[2] as "D" | "W" | "M" | "Y"];
  return match[1] === "1" ? unit : `${match[1]} ${unit}s`;
}

/** A plan's price, for instance "$12.00 per seat per month". */
export function priceInWords(offerId: string, planId: string): string {
  const plan = findPlan(offerId, planId);
  if (!plan) return "";
  const price = plan.price.toLocaleString("en-US", { style: "currency", currency: "USD" });
  return `${price}${plan.minQuantity === null ? "" : " per seat"} per ${termInWords(plan.termUnit)}`;
}
