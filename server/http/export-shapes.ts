/** What an export holds of each row, under headings in words. */
import type { ActivityView } from "../../shared/views/history.ts";
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
  "Term ends (UTC)": (row) => row.termEndsAt,
  "Renews by itself": (row) => row.autoRenews,
  "Free trial": (row) => row.isFreeTrial,
  "Purchased (UTC)": (row) => row.purchasedAt,
  "Changed (UTC)": (row) => row.updatedAt,
  "Open operations": (row) => row.openOperations,
  Tags: (row) => row.tags.join("; "),
  Owner: (row) => row.ownerName,
  "Follow up on": (row) => row.followUpOn,
};

export const activityColumns: Columns<ActivityView> = {
  "At (UTC)": (row) => row.at,
  Who: (row) => row.actor.name,
  "Kind of actor": (row) => row.actor.kind,
  What: (row) => row.summary,
  Why: (row) => row.reason,
  "Reason code": (row) => row.reasonCode,
  Note: (row) => row.note,
  Subscription: (row) => row.subscriptionName,
  "Subscription id": (row) => row.subscriptionId,
  "Operation id": (row) => row.operationId,
  "Delivery id": (row) => row.deliveryId,
  Kind: (row) => row.kind,
  Before: (row) => (row.before === null ? null : JSON.stringify(row.before)),
  After: (row) => (row.after === null ? null : JSON.stringify(row.after)),
  "Entry id": (row) => row.id,
};
