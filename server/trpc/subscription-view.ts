/** A subscription as its page shows it. */
import type { Role } from "../../shared/roles.ts";
import type { CancelPolicyView } from "../../shared/views/cancellations.ts";
import type { OperationView } from "../../shared/views/operations.ts";
import type { SubscriptionView } from "../../shared/views/subscriptions.ts";
import { contactOf, isBoughtByReseller } from "../domain/customer.ts";
import { cancelRequestView, type waitingRequestOf } from "../database/queries/cancellations.ts";
import { type findSubscription, rowView } from "../database/queries/subscriptions.ts";
import { isFlatRate } from "../domain/change-limits.ts";
import { accessReason, actionsFor } from "../domain/subscription.ts";

type Found = NonNullable<Awaited<ReturnType<typeof findSubscription>>>;

/** The columns of the price form one fact, or none. */
function planView({ outdatedPrice, priceSeenAt, sourceOffers, ...plan }: NonNullable<Found["plan"]>) {
  const outdated =
    outdatedPrice === null || priceSeenAt === null ? null : { price: outdatedPrice, at: priceSeenAt.toISOString() };
  return { ...plan, outdatedPrice: outdated, sourceOffers: sourceOffers ?? [] };
}

type ViewContext = {
  operations: OperationView[];
  /** The cancellation that waits for approval. */
  request: Awaited<ReturnType<typeof waitingRequestOf>>;
  policy: CancelPolicyView;
};

export function subscriptionView(
  { record, row, plan, holdCodeName }: Found,
  { operations, request, policy }: ViewContext,
  staff: { id: string; role: Role },
): SubscriptionView {
  const hold =
    record.holdAt === null
      ? null
      : {
          reason: record.holdReason ?? "",
          reasonCode: holdCodeName,
          byName: record.holdBy ?? "",
          at: record.holdAt.toISOString(),
        };
  const openActions = operations.filter((operation) => operation.stage !== "settled").map(({ action }) => action);
  return {
    ...rowView(row),
    publisherId: record.publisherId,
    beneficiary: {
      email: record.beneficiaryEmail,
      objectId: record.beneficiaryObjectId,
      tenantId: record.beneficiaryTenantId,
    },
    purchaser: {
      email: record.purchaserEmail,
      objectId: record.purchaserObjectId,
      tenantId: record.purchaserTenantId,
    },
    isReseller: isBoughtByReseller(record),
    termUnit: record.termUnit,
    allowedCustomerOperations: record.allowedCustomerOperations,
    hold,
    contact: contactOf(record),
    isMine: record.ownerId === staff.id,
    firstSeenBy: record.firstSeenBy,
    createdAt: record.createdAt.toISOString(),
    syncedAt: record.syncedAt.toISOString(),
    accessReason: accessReason(record.status, hold),
    plan: plan && planView(plan),
    cancelRequest: request && cancelRequestView(request, staff.id),
    cancelNeedsSecondPerson: policy.needsSecondPerson,
    actions: actionsFor(
      {
        ...record,
        isFlatRate: plan?.isPricePerSeat === false && isFlatRate(record.quantity, { isPricePerSeat: false }),
        isOnHold: hold !== null,
        openActions,
        cancelRequestedBy: request?.request.requestedByName ?? null,
      },
      staff.role,
    ),
    operations,
    raw: record.raw,
  };
}
