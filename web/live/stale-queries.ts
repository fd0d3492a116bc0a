/** Which answers of the server a change makes stale. */
import type { LiveView } from "../../server/trpc/live.ts";

/** What waits for someone hangs on nearly everything. */
const needs = ["needs.list", "needs.counts", "needs.done"];

/** Procedures whose answers a change touches; `own` ones only where they are about the changed subscription. */
const affectedProcedures: Record<
  Exclude<LiveView["topic"], "resync">,
  { any: readonly string[]; own: readonly string[] }
> = {
  subscription: {
    any: [...needs, "subscriptions.list", "subscriptions.counts", "subscriptions.facets", "activity.list"],
    own: ["subscriptions.get", "subscriptions.timeline", "truth.get"],
  },
  operation: {
    any: [
      ...needs,
      "operations.list",
      "operations.trace",
      "subscriptions.list",
      "deliveries.list",
      "deliveries.get",
      "activity.list",
    ],
    own: ["subscriptions.get", "subscriptions.timeline", "truth.get"],
  },
  delivery: { any: ["deliveries.list", "deliveries.rejected"], own: ["subscriptions.timeline"] },
  view: { any: ["views.list"], own: [] },
  rule: { any: ["rules.list", "rules.history", "rules.preview", "activity.list"], own: [] },
  policy: { any: ["policies.list", "policies.history", "activity.list"], own: [] },
  policy_change: { any: [...needs, "policyChanges.list", "activity.list"], own: [] },
  key: { any: ["keys.list", "truth.get", "activity.list"], own: [] },
  // A comparison runs every ten minutes: with it comes what has begun to wait by the passing of time alone.
  reconcile: {
    any: [...needs, "reconcile.runs", "reconcile.status", "reconcile.differences", "activity.list"],
    own: [],
  },
  setting: { any: ["reasons.list", "cancellations.policy", "branding.get", "retention.get", "activity.list"], own: [] },
  need: { any: [...needs, "overview.health", "activity.list"], own: ["subscriptions.timeline"] },
  bulk: { any: ["bulk.get", "bulk.list", "bulk.rows", "activity.list"], own: [] },
  staff: { any: ["staff.list", "me.get", "activity.list"], own: [] },
};

/** Whether the answer under this query key may differ after the changes. tRPC's are `[path, { input }]`; any other is never touched. */
export function isAffected(queryKey: readonly unknown[], changes: readonly LiveView[]): boolean {
  const [path, options] = queryKey as [unknown?, { input?: { id?: string } }?];
  const procedure = Array.isArray(path) ? path.join(".") : "";
  return changes.some(({ topic, subscriptionId }) => {
    if (topic === "resync") return true;
    const { any, own } = affectedProcedures[topic];
    if (any.includes(procedure)) return true;
    return own.includes(procedure) && (subscriptionId === null || options?.input?.id === subscriptionId);
  });
}
