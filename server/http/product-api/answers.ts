/** Rows as the product API gives them. */
import { startInUtc } from "../../../shared/day.ts";
import { accessOf } from "../../../shared/lifecycle.ts";
import { type EventKind, productDifferences } from "../../../shared/product.ts";
import { contactOf, isBoughtByReseller } from "../../domain/customer.ts";
import type { ProductEvent, ProductSubscription } from "../../database/queries/product.ts";
import { accessReason } from "../../domain/subscription.ts";
import type { ChangeShape, SubscriptionShape } from "./shapes.ts";

export function subscriptionAnswer({ held, confirmation }: ProductSubscription): SubscriptionShape {
  const isOnHold = held.holdAt !== null;
  const access = accessOf(held.status, isOnHold);
  const hold = isOnHold ? { reason: held.holdReason ?? "", byName: held.holdBy ?? "" } : null;
  const waits = held.status === "PendingFulfillmentStart" && held.activationAskedAt !== null;
  return {
    id: held.id,
    name: held.name,
    offerId: held.offerId,
    planId: held.planId,
    quantity: held.quantity,
    status: held.status,
    statusSince: held.statusSince.toISOString(),
    access,
    accessReason: accessReason(held.status, hold),
    isOnHold,
    activation:
      waits && held.activationAskedAt && held.activationWaitsFor
        ? { askedAt: held.activationAskedAt.toISOString(), waitsFor: held.activationWaitsFor }
        : null,
    term: {
      unit: held.termUnit,
      startsOn: held.termStartsOn,
      endsOn: held.termEndsOn,
      startsAt: held.termStartsOn && startInUtc(held.termStartsOn).toISOString(),
      endsAt: held.termEndsOn && startInUtc(held.termEndsOn).toISOString(),
    },
    autoRenews: held.autoRenews,
    isFreeTrial: held.isFreeTrial,
    isTest: held.isTest,
    isReseller: isBoughtByReseller(held) ?? false,
    beneficiary: {
      email: held.beneficiaryEmail,
      objectId: held.beneficiaryObjectId,
      tenantId: held.beneficiaryTenantId,
    },
    purchaser: { email: held.purchaserEmail, objectId: held.purchaserObjectId, tenantId: held.purchaserTenantId },
    contact: contactOf(held),
    purchasedAt: held.purchasedAt?.toISOString() ?? null,
    updatedAt: held.updatedAt.toISOString(),
    version: held.version + held.ownVersion,
    confirmation: confirmation && {
      planId: confirmation.planId,
      quantity: confirmation.quantity,
      access: confirmation.access,
      reference: confirmation.reference,
      evidence: confirmation.evidence,
      confirmedAt: confirmation.confirmedAt.toISOString(),
      changedAt: confirmation.changedAt.toISOString(),
      differsSince: confirmation.differsSince?.toISOString() ?? null,
      differences: productDifferences({ ...held, access }, confirmation),
    },
  };
}

export function changeAnswer({ entry, subscription }: ProductEvent): ChangeShape {
  return {
    id: entry.id,
    // Only these kinds become events.
    type: entry.kind as EventKind,
    at: entry.at.toISOString(),
    summary: entry.summary,
    by: entry.actorKind,
    subscriptionId: entry.subscriptionId ?? "",
    before: entry.before,
    after: entry.after,
    subscription: subscription && subscriptionAnswer(subscription),
  };
}
