/** Microsoft's answer as facts. What it does not say stays as we hold it, and so does what it only writes in another form. */
import type { SubscriptionRow } from "../../database/settlement.ts";
import { type FactName, pickFacts, type SubscriptionFacts } from "../../domain/subscription.ts";
import type { MarketplaceParty, MarketplaceSubscription } from "../../marketplace/types.ts";

export function factsOf(
  truth: MarketplaceSubscription,
  held: (SubscriptionFacts & Pick<SubscriptionRow, "personErasedAt">) | null,
): SubscriptionFacts {
  const offerId = text(truth.offerId, held?.offerId) ?? "";
  const planId = text(truth.planId, held?.planId) ?? "";
  const beneficiary = party(truth.beneficiary, {
    email: held?.beneficiaryEmail ?? null,
    objectId: held?.beneficiaryObjectId ?? null,
    tenantId: held?.beneficiaryTenantId ?? null,
  });
  const purchaser = party(truth.purchaser, {
    email: held?.purchaserEmail ?? null,
    objectId: held?.purchaserObjectId ?? null,
    tenantId: held?.purchaserTenantId ?? null,
  });
  // Of another plan the seats may really be none: a flat-rate plan has no number, and Microsoft writes that in several ways.
  const isSamePlan = held !== null && offerId === held.offerId && planId === held.planId;
  const keptQuantity = isSamePlan || truth.status === "Unsubscribed" ? (held?.quantity ?? null) : null;
  const facts = {
    name: truth.name ?? held?.name ?? "",
    publisherId: text(truth.publisherId, held?.publisherId),
    offerId,
    planId,
    quantity: truth.quantity ?? keptQuantity,
    status: truth.status ?? held?.status ?? "PendingFulfillmentStart",
    unrecognisedStatus: truth.status === null ? (truth.rawStatus ?? held?.unrecognisedStatus ?? null) : null,
    beneficiaryEmail: beneficiary.email,
    beneficiaryObjectId: beneficiary.objectId,
    beneficiaryTenantId: beneficiary.tenantId,
    purchaserEmail: purchaser.email,
    purchaserObjectId: purchaser.objectId,
    purchaserTenantId: purchaser.tenantId,
    termUnit: termUnit(truth.term.unit, held?.termUnit ?? null),
    termStartsOn: truth.term.startsOn ?? held?.termStartsOn ?? null,
    termEndsOn: truth.term.endsOn ?? held?.termEndsOn ?? null,
    autoRenews: truth.autoRenew ?? held?.autoRenews ?? null,
    isFreeTrial: truth.isFreeTrial ?? held?.isFreeTrial ?? false,
    isTest: truth.isTest ?? held?.isTest ?? false,
    sandboxType: markOf(truth.sandboxType, held?.sandboxType),
    sessionMode: markOf(truth.sessionMode, held?.sessionMode),
    allowedCustomerOperations:
      truth.allowedCustomerOperations.length > 0
        ? truth.allowedCustomerOperations
        : (held?.allowedCustomerOperations ?? []),
    purchasedAt: instant(truth.createdAt, held?.purchasedAt ?? null),
  };
  // A person who was erased after the end is not taken again.
  return held?.personErasedAt ? { ...facts, ...pickFacts(held, personFacts) } : facts;
}

const personFacts: FactName[] = [
  "name",
  "beneficiaryEmail",
  "beneficiaryObjectId",
  "purchaserEmail",
  "purchaserObjectId",
];

/** `None` is no mark; absent leaves what is known. */
function markOf(said: string | null, held: string | null | undefined): string | null {
  if (said === null) return held ?? null;
  return said.toLowerCase() === "none" ? null : said;
}

/** Ids and addresses are the same in upper and lower case. */
function text(said: string | null, held: string | null | undefined): string | null {
  return said === null || isSameText(said, held ?? null) ? (held ?? said) : said;
}

function isSameText(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
}

/** Somebody else is taken as said: what is missing of the new one is not filled with the old one's. */
function party(said: MarketplaceParty, held: MarketplaceParty): MarketplaceParty {
  const differs = (key: "tenantId" | "objectId") =>
    said[key] !== null && held[key] !== null && !isSameText(said[key], held[key]);
  if (differs("tenantId") || differs("objectId")) return said;
  return {
    email: text(said.email, held.email),
    objectId: text(said.objectId, held.objectId),
    tenantId: text(said.tenantId, held.tenantId),
  };
}

/** `P12M` and `P1Y` are the same term. */
function termUnit(said: string | null, held: string | null): string | null {
  if (said === null || held === null) return said ?? held;
  const months = monthsOf(said);
  return isSameText(said, held) || (months !== null && months === monthsOf(held)) ? held : said;
}

function monthsOf(unit: string): number | null {
  const [, count, letter] = /^P(\d{1,4})([MY])$/i.exec(unit) ?? [];
  return count === undefined || letter === undefined ? null : Number(count) * (letter.toUpperCase() === "Y" ? 12 : 1);
}

/** An instant of the same second, and a day without a time where we hold a time of that day, are the same. */
function instant(said: Date | null, held: Date | null): Date | null {
  if (said === null || held === null) return said ?? held;
  const [a, b] = [said.toISOString(), held.toISOString()];
  const isDay = [a, b].some((at) => at.slice(10) === "T00:00:00.000Z");
  const length = isDay ? "2027-03-14".length : "2027-03-14T15:09:26".length;
  return a.slice(0, length) === b.slice(0, length) ? held : said;
}
