/** Which cached answers a change makes stale. */
import type { LiveView } from "../../server/trpc/live.ts";

/** Needs depend on nearly everything. */
const needs = ["needs.list", "needs.counts"];

/** Procedures whose answers a change affects; `own` ones only for the changed subscription. */
const affectedProcedures: Record<
  Exclude<LiveView["topic"], "resync" | "offer">,
  { any: readonly string[]; own: readonly string[] }
> = {
  subscription: {
    any: [
      ...needs,
      "subscriptions.list",
      "subscriptions.siblings",
      "subscriptions.counts",
      "subscriptions.facets",
      "plannedChanges.list",
      "activity.list",
    ],
    own: ["subscriptions.get", "subscriptions.timeline", "truth.get", "questions.ofSubscription"],
  },
  operation: {
    any: [
      ...needs,
      "operations.list",
      "operations.asked",
      "operations.trace",
      "subscriptions.list",
      "subscriptions.siblings",
      "deliveries.list",
      "deliveries.get",
      // A bulk run shows how far its changes are at Microsoft.
      "bulk.get",
      "bulk.list",
      "bulk.rows",
      "activity.list",
    ],
    own: ["subscriptions.get", "subscriptions.timeline", "truth.get"],
  },
  customer: {
    any: [
      "customers.list",
      "customers.count",
      "customers.facets",
      "customers.get",
      "customers.needs",
      "customers.timeline",
      "plannedChanges.list",
      "activity.list",
    ],
    own: [],
  },
  delivery: { any: ["deliveries.list", "deliveries.rejected"], own: ["subscriptions.timeline"] },
  usage: {
    any: [
      ...needs,
      "usage.list",
      "usage.proof",
      "usage.status",
      "usage.comparison",
      "usage.dimensions",
      "usage.ofCustomer",
      "activity.list",
    ],
    own: ["subscriptions.timeline", "usage.ofSubscription"],
  },
  view: { any: ["views.list"], own: [] },
  rule: { any: ["needs.counts", "rules.list", "rules.history", "rules.preview", "activity.list"], own: [] },
  policy: { any: ["policies.list", "policies.history", "activity.list"], own: [] },
  policy_change: { any: [...needs, "policyChanges.list", "activity.list"], own: [] },
  endpoint: { any: [...needs, "endpoints.list", "messages.list", "activity.list"], own: [] },
  notification: {
    any: [...needs, "channels.list", "notifications.get", "purchaserMails.list", "activity.list"],
    own: [],
  },
  message: { any: ["endpoints.list", "messages.list", "messages.get"], own: [] },
  key: { any: ["keys.list", "signingKeys.list", "truth.get", "activity.list"], own: [] },
  // Needs that depend only on time have no change of their own, and appear with the reconciliation every ten minutes.
  reconcile: {
    any: [...needs, "reconcile.runs", "reconcile.status", "reconcile.differences", "activity.list"],
    own: [],
  },
  setting: {
    any: [
      "reasons.list",
      "cancellations.policy",
      "branding.list",
      "branding.history",
      "branding.preview",
      "needs.purchaseGrace",
      "retention.get",
      "destinations.list",
      "destinations.history",
      "destinations.origins",
      "questions.list",
      "questions.history",
      "questions.ofSubscription",
      "automations.list",
      "automations.get",
      "activity.list",
    ],
    own: [],
  },
  need: { any: [...needs, "overview.health", "activity.list"], own: ["subscriptions.timeline"] },
  bulk: { any: ["bulk.get", "bulk.list", "bulk.rows", "activity.list"], own: [] },
  staff: { any: ["staff.list", "me.get", "activity.list"], own: [] },
};

/** Whether the answer under this query key may have changed. tRPC's keys are `[path, { input }]`; others are never affected. */
export function isAffected(queryKey: readonly unknown[], changes: readonly LiveView[]): boolean {
  const [path, options] = queryKey as [unknown?, { input?: { id?: string } }?];
  const named = Array.isArray(path) ? path.join(".") : "";
  // The list of today's staff activity is a part of the activity.
  const procedure = named === "needs.done" ? "activity.list" : named;
  return changes.some(({ topic, subscriptionId }) => {
    // Any page can show the name of an offer.
    if (topic === "resync" || topic === "offer") return true;
    const { any, own } = affectedProcedures[topic];
    if (any.includes(procedure)) return true;
    return own.includes(procedure) && (subscriptionId === null || options?.input?.id === subscriptionId);
  });
}
