/** What an export holds of each row, under headings in words. */
import { isolatedIn } from "../../shared/foreign-text.ts";
import type { ActivityView, DeliveryRow } from "../../shared/views/history.ts";
import type { OperationView } from "../../shared/views/operations.ts";
import type { SubscriptionRow } from "../../shared/views/subscriptions.ts";

type Cell = string | number | boolean | null;
export type Columns<Row> = Record<string, (row: Row) => Cell>;

export const subscriptionColumns: Columns<SubscriptionRow> = {
  Subscription: (row) => row.name,
  "Subscription id": (row) => row.id,
  Company: (row) => row.contactCompany,
  "Beneficiary e-mail": (row) => row.beneficiaryEmail,
  Offer: (row) => row.offerId,
  Plan: (row) => row.planName,
  "Plan id": (row) => row.planId,
  Seats: (row) => row.quantity,
  Status: (row) => row.status,
  Access: (row) => row.access,
  "On hold by us": (row) => row.isOnHold,
  "Term starts": (row) => row.termStartsOn,
  "Term ends": (row) => row.termEndsOn,
  "Renews by itself": (row) => row.autoRenews,
  "Free trial": (row) => row.isFreeTrial,
  "Purchased (UTC)": (row) => row.purchasedAt,
  "Changed (UTC)": (row) => row.updatedAt,
  "Open operations": (row) => row.openOperations,
  Tags: (row) => row.tags.join("; "),
  Owner: (row) => row.ownerName,
  "Follow up on": (row) => row.followUpOn,
  "Purchaser e-mail": (row) => row.purchaserEmail,
  Tenant: (row) => row.tenantId,
  "Sold by a reseller": (row) => row.isReseller,
  "Seen at Microsoft (UTC)": (row) => row.seenAt,
  "Differed from Microsoft (UTC)": (row) => row.driftedAt,
};

export const activityColumns: Columns<ActivityView> = {
  "At (UTC)": (row) => row.at,
  Who: (row) => row.actor.name,
  "Kind of actor": (row) => row.actor.kind,
  "From where": (row) => row.source,
  What: (row) => isolatedIn(row.summary),
  Why: (row) => row.reason,
  "Reason code": (row) => row.reasonCode,
  Note: (row) => row.note,
  Subscription: (row) => row.subscriptionName,
  "Subscription id": (row) => row.subscriptionId,
  "Operation id": (row) => row.operationId,
  "Delivery id": (row) => row.deliveryId,
  "Bulk run id": (row) => row.bulkRunId,
  Kind: (row) => row.kind,
  Before: (row) => (row.before === null ? null : JSON.stringify(row.before)),
  After: (row) => (row.after === null ? null : JSON.stringify(row.after)),
  "Entry id": (row) => row.id,
};

export const operationColumns: Columns<OperationView> = {
  "Started (UTC)": (row) => row.createdAt,
  Action: (row) => row.action,
  Subscription: (row) => row.subscriptionName,
  "Subscription id": (row) => row.subscriptionId,
  "From Microsoft": (row) => row.source === "Azure",
  Who: (row) => row.actor.name,
  Why: (row) => row.reason,
  Stage: (row) => row.stage,
  Outcome: (row) => row.outcome,
  "Microsoft’s status": (row) => row.status,
  Plan: (row) => row.planId,
  Seats: (row) => row.quantity,
  Decision: (row) => row.decision,
  "Why decided so": (row) => row.decisionReason,
  "Last trouble": (row) => row.lastError,
  "Acknowledged (UTC)": (row) => row.acknowledgedAt,
  "Settled (UTC)": (row) => row.settledAt,
  "Operation id": (row) => row.id,
  "Operation id at Microsoft": (row) => row.marketplaceId,
};

export const deliveryColumns: Columns<DeliveryRow> = {
  "Received (UTC)": (row) => row.receivedAt,
  Action: (row) => row.action,
  Subscription: (row) => row.subscriptionName,
  "Subscription id": (row) => row.subscriptionId,
  Outcome: (row) => row.outcome,
  "Stage of the operation": (row) => row.operationStage,
  "Outcome of the operation": (row) => row.operationOutcome,
  "Operation id": (row) => row.operationId,
  "Operation id at Microsoft": (row) => row.marketplaceId,
  "Size in bytes": (row) => row.bytes,
  "Delivery id": (row) => row.id,
};
