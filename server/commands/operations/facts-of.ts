/** Microsoft's response as facts. Where it omits a value or only spells it differently, our value stays. */
import { isSameTerm } from "../../../shared/term.ts";
import type { SubscriptionRow } from "../../database/writes/settlement.ts";
import { type FactName, pickFacts, type SubscriptionFacts } from "../../domain/subscription.ts";
import type { MarketplaceParty, MarketplaceSubscription } from "../../marketplace/types.ts";

export function factsOf(
  truth: MarketplaceSubscription,
  current: (SubscriptionFacts & Pick<SubscriptionRow, "personErasedAt">) | null,
): SubscriptionFacts {
  const offerId = text(truth.offerId, current?.offerId) ?? "";
  const planId = text(truth.planId, current?.planId) ?? "";
  const beneficiary = party(truth.beneficiary, {
    email: current?.beneficiaryEmail ?? null,
    objectId: current?.beneficiaryObjectId ?? null,
    tenantId: current?.beneficiaryTenantId ?? null,
  });
  const purchaser = party(truth.purchaser, {
    email: current?.purchaserEmail ?? null,
    objectId: current?.purchaserObjectId ?? null,
    tenantId: current?.purchaserTenantId ?? null,
  });
  // A new plan may have no seats: Microsoft expresses a flat-rate plan's missing quantity in several ways.
  const isSamePlan = current !== null && offerId === current.offerId && planId === current.planId;
  const keptQuantity = isSamePlan || truth.status === "Unsubscribed" ? (current?.quantity ?? null) : null;
  const facts = {
    name: truth.name ?? current?.name ?? "",
    publisherId: text(truth.publisherId, current?.publisherId),
    offerId,
    planId,
    quantity: truth.quantity ?? keptQuantity,
    status: truth.status ?? current?.status ?? "PendingFulfillmentStart",
    unrecognisedStatus: truth.status === null ? (truth.rawStatus ?? current?.unrecognisedStatus ?? null) : null,
    beneficiaryEmail: beneficiary.email,
    beneficiaryObjectId: beneficiary.objectId,
    beneficiaryTenantId: beneficiary.tenantId,
    purchaserEmail: purchaser.email,
    purchaserObjectId: purchaser.objectId,
    purchaserTenantId: purchaser.tenantId,
    termUnit: termUnit(truth.term.unit, current?.termUnit ?? null),
    termStartsOn: truth.term.startsOn ?? current?.termStartsOn ?? null,
    termEndsOn: truth.term.endsOn ?? current?.termEndsOn ?? null,
    autoRenews: truth.autoRenew ?? current?.autoRenews ?? null,
    isFreeTrial: truth.isFreeTrial ?? current?.isFreeTrial ?? false,
    isTest: truth.isTest ?? current?.isTest ?? false,
    sandboxType: markOf(truth.sandboxType, current?.sandboxType),
    sessionMode: markOf(truth.sessionMode, current?.sessionMode),
    allowedCustomerOperations:
      truth.allowedCustomerOperations.length > 0
        ? truth.allowedCustomerOperations
        : (current?.allowedCustomerOperations ?? []),
    purchasedAt: instant(truth.createdAt, current?.purchasedAt ?? null),
  };
  // A person who was erased after the cancellation is not stored again.
  return current?.personErasedAt ? { ...facts, ...pickFacts(current, personFacts) } : facts;
}

const personFacts: FactName[] = [
  "name",
  "beneficiaryEmail",
  "beneficiaryObjectId",
  "purchaserEmail",
  "purchaserObjectId",
];

/** `None` means that Microsoft has not marked the subscription; a missing value keeps ours. */
function markOf(incoming: string | null, current: string | null | undefined): string | null {
  if (incoming === null) return current ?? null;
  return incoming.toLowerCase() === "none" ? null : incoming;
}

/** Ids and addresses are compared without case. */
function text(incoming: string | null, current: string | null | undefined): string | null {
  return incoming === null || isSameText(incoming, current ?? null) ? (current ?? incoming) : incoming;
}

function isSameText(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
}

/** A different person replaces all fields: gaps are not filled from the previous one. */
function party(incoming: MarketplaceParty, current: MarketplaceParty): MarketplaceParty {
  const differs = (key: "tenantId" | "objectId") =>
    incoming[key] !== null && current[key] !== null && !isSameText(incoming[key], current[key]);
  if (differs("tenantId") || differs("objectId")) return incoming;
  return {
    email: text(incoming.email, current.email),
    objectId: text(incoming.objectId, current.objectId),
    tenantId: text(incoming.tenantId, current.tenantId),
  };
}

function termUnit(incoming: string | null, current: string | null): string | null {
  if (incoming === null || current === null) return incoming ?? current;
  return isSameText(incoming, current) || isSameTerm(incoming, current) ? current : incoming;
}

/** Instants in the same second are equal, and so are a day without a time and any time on that day. */
function instant(incoming: Date | null, current: Date | null): Date | null {
  if (incoming === null || current === null) return incoming ?? current;
  const [a, b] = [incoming.toISOString(), current.toISOString()];
  const isDay = [a, b].some((at) => at.slice(10) === "T00:00:00.000Z");
  const length = isDay ? "2027-03-14".length : "2027-03-14T15:09:26".length;
  return a.slice(0, length) === b.slice(0, length) ? current : incoming;
}
