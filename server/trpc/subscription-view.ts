/** A subscription as its page shows it. */
import type { Role } from "../../shared/roles.ts";
import type { CancelPolicyView } from "../../shared/views/cancellations.ts";
import type { OwnCustomer } from "../../shared/views/customer-name.ts";
import type { OperationView } from "../../shared/views/operations.ts";
import type { OpenAutomationsView } from "../../shared/views/automations.ts";
import type { PlannedChangeView } from "../../shared/views/planned-changes.ts";
import type { PriceView, SubscriptionView } from "../../shared/views/subscriptions.ts";
import { contactOf, isBoughtByReseller } from "../domain/customer.ts";
import { cancelRequestView, type waitingRequestOf } from "../database/queries/cancellations.ts";
import { type findSubscription, rowView } from "../database/queries/subscriptions.ts";
import { isFlatRate } from "../domain/change-limits.ts";
import { priceView } from "./price-view.ts";
import { accessReason, actionsFor } from "../domain/subscription.ts";

type Found = NonNullable<Awaited<ReturnType<typeof findSubscription>>>;

type Price = NonNullable<Found["price"]>;

function planView(plan: NonNullable<Found["plan"]>, stored: Price | null) {
  const price = stored?.words ? storedPriceView(stored.words, stored) : null;
  const isFresh = stored?.isFresh ?? false;
  return {
    ...plan,
    price: isFresh ? price : null,
    outdatedPrice: stored && price && !isFresh ? { price, at: stored.seenAt.toISOString() } : null,
    sourceOffers: stored?.sourceOffers ?? [],
  };
}

function storedPriceView(words: string, { amount, currency, isPerSeat, termUnit }: Price): PriceView {
  const money = amount && currency ? { amount, currency, isPerSeat: isPerSeat ?? false } : null;
  return priceView({ words, money, termUnit });
}

type ViewContext = {
  customer: OwnCustomer;
  operations: OperationView[];
  /** The cancellation that waits for approval. */
  request: Awaited<ReturnType<typeof waitingRequestOf>>;
  policy: CancelPolicyView;
  planned: PlannedChangeView[];
  automations: OpenAutomationsView;
};

export function subscriptionView(
  { record, row, plan, price, holdCodeName }: Found,
  { customer, operations, request, policy, planned, automations }: ViewContext,
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
    customer,
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
    answers: record.answers ?? [],
    isMine: record.ownerId === staff.id,
    firstSeenBy: record.firstSeenBy,
    createdAt: record.createdAt.toISOString(),
    syncedAt: record.syncedAt.toISOString(),
    accessReason: accessReason(record.status, hold),
    plan: plan && planView(plan, price),
    cancelRequest: request && cancelRequestView(request, staff.id),
    planned,
    automations,
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
