/** Microsoft's response as facts. What it omits or only spells differently keeps our value. */
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

/** `None` means no mark; a missing value keeps ours. */
function markOf(said: string | null, current: string | null | undefined): string | null {
  if (said === null) return current ?? null;
  return said.toLowerCase() === "none" ? null : said;
}

/** Ids and addresses are compared without case. */
function text(said: string | null, current: string | null | undefined): string | null {
  return said === null || isSameText(said, current ?? null) ? (current ?? said) : said;
}

function isSameText(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
}

/** A different person replaces all fields: gaps are not filled from the previous one. */
function party(said: MarketplaceParty, current: MarketplaceParty): MarketplaceParty {
  const differs = (key: "tenantId" | "objectId") =>
    said[key] !== null && current[key] !== null && !isSameText(said[key], current[key]);
  if (differs("tenantId") || differs("objectId")) return said;
  return {
    email: text(said.email, current.email),
    objectId: text(said.objectId, current.objectId),
    tenantId: text(said.tenantId, current.tenantId),
  };
}

function termUnit(said: string | null, current: string | null): string | null {
  if (said === null || current === null) return said ?? current;
  return isSameText(said, current) || isSameTerm(said, current) ? current : said;
}

/** Instants in the same second are equal, and so are a day without a time and any time on that day. */
function instant(said: Date | null, current: Date | null): Date | null {
  if (said === null || current === null) return said ?? current;
  const [a, b] = [said.toISOString(), current.toISOString()];
  const isDay = [a, b].some((at) => at.slice(10) === "T00:00:00.000Z");
  const length = isDay ? "2027-03-14".length : "2027-03-14T15:09:26".length;
  return a.slice(0, length) === b.slice(0, length) ? current : said;
}
