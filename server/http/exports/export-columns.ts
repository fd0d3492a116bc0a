/** The columns of exports, with their headings. */
import { isolatedIn } from "../../../shared/foreign-text.ts";
import type { CustomerRow } from "../../../shared/views/customers.ts";
import type { ActivityView, DeliveryRow } from "../../../shared/views/history.ts";
import type { OperationView } from "../../../shared/views/operations.ts";
import type { UsageRow } from "../../../shared/views/usage.ts";
import type { SubscriptionRow } from "../../../shared/views/subscriptions.ts";

type Cell = string | number | boolean | null;
export type Columns<Row> = Record<string, (row: Row) => Cell>;

export const subscriptionColumns: Columns<SubscriptionRow> = {
  Subscription: (row) => row.name,
  "Subscription ID": (row) => row.id,
  Company: (row) => row.contactCompany,
  "Beneficiary email": (row) => row.beneficiaryEmail,
  Offer: (row) => row.offerName,
  "Offer ID": (row) => row.offerId,
  Plan: (row) => row.planName,
  "Plan ID": (row) => row.planId,
  Seats: (row) => row.quantity,
  Status: (row) => row.status,
  Access: (row) => row.access,
  "Access hold": (row) => row.isOnHold,
  "Term start": (row) => row.termStartsOn,
  "Term end": (row) => row.termEndsOn,
  "Auto-renews": (row) => row.autoRenews,
  "Free trial": (row) => row.isFreeTrial,
  "Purchased (UTC)": (row) => row.purchasedAt,
  "Changed (UTC)": (row) => row.updatedAt,
  "Open operations": (row) => row.openOperations,
  Tags: (row) => row.tags.join("; "),
  Owner: (row) => row.ownerName,
  "Follow-up": (row) => row.followUpOn,
  "Purchaser email": (row) => row.purchaserEmail,
  Tenant: (row) => row.tenantId,
  "Bought through a reseller": (row) => row.isReseller,
  "Price per month": (row) => row.money?.monthly ?? null,
  "Price per year": (row) => row.money?.yearly ?? null,
  Currency: (row) => row.money?.currency ?? null,
  "Price from": (row) => row.money?.basis ?? "unknown",
  Revenue: (row) => row.moneyState,
  "Synced (UTC)": (row) => row.seenAt,
  "Recently out of sync (UTC)": (row) => row.driftedAt,
};

export const customerColumns: Columns<CustomerRow> = {
  Customer: (row) => row.name,
  "Customer ID": (row) => row.id,
  Domains: (row) => row.domains.join("; "),
  Subscriptions: (row) => row.subscriptions,
  "Active subscriptions": (row) => row.activeSubscriptions,
  "Active seats": (row) => row.seats,
  MRR: (row) => row.mrr.map(({ monthly }) => monthly).join("; "),
  "MRR currency": (row) => row.mrr.map(({ currency }) => currency).join("; "),
  "Offer IDs": (row) => row.offers.join("; "),
  "Last purchase (UTC)": (row) => row.purchasedAt,
  "Next term end": (row) => row.termEndsOn,
  "Test purchases only": (row) => row.isTest,
  Owner: (row) => row.ownerName,
  Tags: (row) => row.tags.join("; "),
};

export const activityColumns: Columns<ActivityView> = {
  "At (UTC)": (row) => row.at,
  Who: (row) => row.actor.name,
  "Actor type": (row) => row.actor.kind,
  Source: (row) => row.source,
  What: (row) => isolatedIn(row.summary),
  Why: (row) => row.reason,
  "Reason code": (row) => row.reasonCode,
  Note: (row) => row.note,
  Subscription: (row) => row.subscriptionName,
  "Subscription ID": (row) => row.subscriptionId,
  "Customer ID": (row) => row.customerId,
  "Operation ID": (row) => row.operationId,
  "Delivery ID": (row) => row.deliveryId,
  "Bulk action ID": (row) => row.bulkRunId,
  Kind: (row) => row.kind,
  Before: (row) => (row.before === null ? null : JSON.stringify(row.before)),
  After: (row) => (row.after === null ? null : JSON.stringify(row.after)),
  "Entry ID": (row) => row.id,
};

export const operationColumns: Columns<OperationView> = {
  "Started (UTC)": (row) => row.createdAt,
  Action: (row) => row.action,
  Subscription: (row) => row.subscriptionName,
  "Subscription ID": (row) => row.subscriptionId,
  "From Microsoft": (row) => row.source === "Azure",
  Who: (row) => row.actor.name,
  Why: (row) => row.reason,
  Stage: (row) => row.stage,
  Outcome: (row) => row.outcome,
  "Microsoft’s status": (row) => row.status,
  Plan: (row) => row.planName,
  "Plan ID": (row) => row.planId,
  Seats: (row) => row.quantity,
  Decision: (row) => row.decision,
  "Decision reason": (row) => row.decisionReason,
  "Last error": (row) => row.lastError,
  "Acknowledged (UTC)": (row) => row.acknowledgedAt,
  "Settled (UTC)": (row) => row.settledAt,
  "Operation ID": (row) => row.id,
  "Microsoft’s operation ID": (row) => row.marketplaceId,
};

export const deliveryColumns: Columns<DeliveryRow> = {
  "Received (UTC)": (row) => row.receivedAt,
  Action: (row) => row.action,
  Subscription: (row) => row.subscriptionName,
  "Subscription ID": (row) => row.subscriptionId,
  Outcome: (row) => row.outcome,
  "Operation stage": (row) => row.operationStage,
  "Operation outcome": (row) => row.operationOutcome,
  "Operation ID": (row) => row.operationId,
  "Microsoft’s operation ID": (row) => row.marketplaceId,
  "Size in bytes": (row) => row.bytes,
  "Delivery ID": (row) => row.id,
};

/** Quantities are exported as text, because a spreadsheet's numbers keep only 15 digits. */
export const usageColumns: Columns<UsageRow> = {
  "Hour (UTC)": (row) => row.hour,
  Subscription: (row) => row.subscriptionName,
  "Subscription ID": (row) => row.subscriptionId,
  "Plan ID": (row) => row.planId,
  Dimension: (row) => row.dimensionName,
  "Dimension ID": (row) => row.dimension,
  Unit: (row) => row.unit,
  Used: (row) => row.usage,
  "Of earlier hours": (row) => row.carried,
  Billable: (row) => row.billable,
  Accepted: (row) => row.accepted,
  "List price": (row) => row.price?.listPrice ?? null,
  Currency: (row) => row.price?.currency ?? null,
  "Amount at list price": (row) => row.price?.amount ?? null,
  Lost: (row) => row.lost,
  "Billed later": (row) => row.late,
  State: (row) => row.state,
  Problem: (row) => row.problem,
  "Microsoft’s message": (row) => row.detail,
  "Hour ID": (row) => row.id,
};
