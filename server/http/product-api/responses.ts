/** Rows as the product API returns them. */
import { startInUtc } from "../../../shared/day.ts";
import { accessOf } from "../../../shared/lifecycle.ts";
import { type EventKind, productDifferences } from "../../../shared/product.ts";
import { contactOf, isBoughtByReseller } from "../../domain/customer.ts";
import type { ProductEvent, ProductSubscription } from "../../database/queries/product.ts";
import { accessReason } from "../../domain/subscription.ts";
import type { ChangeShape, SubscriptionShape } from "./schemas.ts";

export function subscriptionAnswer({
  row,
  confirmation,
  offerName,
  planName,
  price,
}: ProductSubscription): SubscriptionShape {
  const isOnHold = row.holdAt !== null;
  const access = accessOf(row.status, isOnHold);
  const hold = isOnHold ? { reason: row.holdReason ?? "", byName: row.holdBy ?? "" } : null;
  const waits = row.status === "PendingFulfillmentStart" && row.activationAskedAt !== null;
  return {
    id: row.id,
    name: row.name,
    offerId: row.offerId,
    planId: row.planId,
    offer: { id: row.offerId, name: offerName },
    plan: { id: row.planId, name: planName },
    price: moneyOf(price, row.termUnit),
    quantity: row.quantity,
    status: row.status,
    statusSince: row.statusSince.toISOString(),
    access,
    accessReason: accessReason(row.status, hold),
    isOnHold,
    activation:
      waits && row.activationAskedAt && row.activationWaitsFor
        ? { askedAt: row.activationAskedAt.toISOString(), waitsFor: row.activationWaitsFor }
        : null,
    term: {
      unit: row.termUnit,
      startsOn: row.termStartsOn,
      endsOn: row.termEndsOn,
      startsAt: row.termStartsOn && startInUtc(row.termStartsOn).toISOString(),
      endsAt: row.termEndsOn && startInUtc(row.termEndsOn).toISOString(),
    },
    autoRenews: row.autoRenews,
    isFreeTrial: row.isFreeTrial,
    isTest: row.isTest,
    isReseller: isBoughtByReseller(row) ?? false,
    beneficiary: {
      email: row.beneficiaryEmail,
      objectId: row.beneficiaryObjectId,
      tenantId: row.beneficiaryTenantId,
    },
    purchaser: { email: row.purchaserEmail, objectId: row.purchaserObjectId, tenantId: row.purchaserTenantId },
    contact: contactOf(row),
    answers: row.answers ?? [],
    purchasedAt: row.purchasedAt?.toISOString() ?? null,
    updatedAt: row.updatedAt.toISOString(),
    version: row.version + row.ownVersion,
    confirmation: confirmation && {
      planId: confirmation.planId,
      quantity: confirmation.quantity,
      access: confirmation.access,
      reference: confirmation.reference,
      evidence: confirmation.evidence,
      confirmedAt: confirmation.confirmedAt.toISOString(),
      changedAt: confirmation.changedAt.toISOString(),
      differsSince: confirmation.differsSince?.toISOString() ?? null,
      differences: productDifferences({ ...row, access }, confirmation),
    },
  };
}

function moneyOf(price: ProductSubscription["price"], term: string | null): SubscriptionShape["price"] {
  if (!price?.amount || !price.currency) return null;
  return { amount: price.amount, currency: price.currency, per: price.isPerSeat ? "seat" : "subscription", term };
}

export function changeAnswer({ entry, subscription }: ProductEvent): ChangeShape {
  return {
    id: entry.id,
    // Only these kinds become events.
    type: entry.kind as EventKind,
    at: entry.at.toISOString(),
    summary: entry.summary,
    // An automation is a part of Marketdesk, and a kind that is new would break products that check the value.
    by: entry.actorKind === "automation" ? "system" : entry.actorKind,
    subscriptionId: entry.subscriptionId ?? "",
    before: entry.before,
    after: entry.after,
    subscription: subscription && subscriptionAnswer(subscription),
  };
}
