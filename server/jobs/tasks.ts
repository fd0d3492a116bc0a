/** What each kind of job does. */
import type { TaskList } from "graphile-worker";
import { z } from "zod";
import { checkCounts } from "../commands/upkeep/check-counts.ts";
import { applyRetention } from "../commands/upkeep/apply-retention.ts";
import { recordFigures } from "../commands/upkeep/record-figures.ts";
import {
  continueReconcile,
  recordReconcileFailure,
  reconcileEveryMinutes,
  startReconcile,
} from "../commands/reconcile/reconcile.ts";
import { carryOutPlannedChanges } from "../commands/planned-changes/carry-out-planned-changes.ts";
import { continueAwaitedVisits } from "../commands/purchases/await-visit.ts";
import { applyDuePolicyChanges } from "../commands/policies/decide-policy-change.ts";
import { expireCancellations } from "../commands/subscriptions/cancel-requests.ts";
import { rotateDueSigningKey, type SigningContext } from "../commands/signing-keys/rotate-signing-key.ts";
import { learnPlans } from "../commands/subscriptions/learn-plans.ts";
import type { AnchorFile } from "../commands/upkeep/anchor-file.ts";
import { refreshPlans } from "../commands/subscriptions/refresh-plans.ts";
import { verifyRecordForAWhile } from "../commands/upkeep/verify-record.ts";
import { workBulk } from "../commands/bulk/work-bulk.ts";
import type { Context } from "../context.ts";
import type { Database } from "../database/connection/database.ts";
import { sweepCalls } from "../database/writes/call-record.ts";
import { sweepCallKeys } from "../database/writes/idempotent-calls.ts";
import { sweepSubmissions } from "../database/writes/submissions.ts";
import { MarketplaceError } from "../marketplace/errors.ts";
import type { RecurringJob } from "./schedule.ts";
import { enqueueBulk, enqueueReconcile } from "../database/writes/enqueue.ts";

type JobContext = Omit<Context, "actor"> & {
  /** For statements that take longer than `db` allows. */
  upkeepDb: Database;
  /** Checks with Entra the staff sessions that are due. */
  recheckStaff: () => Promise<void>;
  signing: SigningContext;
  /** Where anchors of the audit trail are stored; null: only in the log. */
  anchors: AnchorFile | null;
};

const bulkPayload = z.object({ runId: z.uuid() });
const plansPayload = z.object({
  subscriptionId: z.string(),
  offerId: z.string(),
  planId: z.string(),
  /** Absent in jobs of an older version. */
  termUnit: z.string().nullable().default(null),
});

export function createTasks(deps: JobContext): TaskList {
  const asReconciliation: Context = { ...deps, actor: { kind: "system", name: "Reconciliation" } };
  const asMarketdesk: Context = { ...deps, actor: { kind: "system", name: "Marketdesk" } };
  return {
    async "bulk-run"(payload, { abortSignal }) {
      const { runId } = bulkPayload.parse(payload);
      const { isDone, runAt } = await workBulk(deps, runId, abortSignal);
      if (!isDone) await enqueueBulk(deps.db, runId, runAt);
    },

    async reconcile(_payload, { abortSignal }) {
      try {
        const { isDone } = await continueReconcile(asReconciliation, abortSignal);
        if (!isDone) await enqueueReconcile(deps.db);
      } catch (error) {
        if (!(error instanceof MarketplaceError)) throw error;
        await recordReconcileFailure(asReconciliation, error.message);
        if (error.retryAfterMs === null) throw error;
        await enqueueReconcile(deps.db, new Date(deps.now().getTime() + error.retryAfterMs));
      }
    },

    async "start-reconcile"() {
      await startReconcile(asReconciliation);
    },

    async "keep-figures"() {
      await recordFigures(asMarketdesk);
    },

    async "keep-retention"(_payload, { abortSignal }) {
      await applyRetention(asMarketdesk, abortSignal);
    },

    async "check-counts"() {
      await checkCounts({ ...asMarketdesk, db: deps.upkeepDb });
    },

    async "learn-plans"(payload) {
      await learnPlans(asMarketdesk, plansPayload.parse(payload));
    },

    async "sweep-calls"(_payload, { abortSignal }) {
      await sweepCalls(deps.db, abortSignal);
    },

    async "refresh-plans"(_payload, { abortSignal }) {
      await refreshPlans(asMarketdesk, abortSignal);
    },

    async "continue-awaited-visits"(_payload, { abortSignal }) {
      await continueAwaitedVisits({ ...asMarketdesk, secret: deps.signing.secret }, abortSignal);
    },

    async "expire-cancellations"() {
      await expireCancellations(deps);
    },

    async "carry-out-planned-changes"(_payload, { abortSignal }) {
      await carryOutPlannedChanges(deps, abortSignal);
    },

    async "apply-policy-changes"() {
      await applyDuePolicyChanges(deps);
    },

    async "sweep-submissions"() {
      await sweepSubmissions(deps.db, deps.now());
      await sweepCallKeys(deps.db, deps.now());
    },

    async "rotate-signing-key"() {
      await rotateDueSigningKey(deps.signing);
    },

    async "recheck-staff"() {
      await deps.recheckStaff();
    },

    async "verify-record"(_payload, { abortSignal }) {
      await verifyRecordForAWhile(deps, { anchors: deps.anchors, signal: abortSignal });
    },
  };
}

export const recurringJobs: RecurringJob[] = [
  // Reconciliation finds changes without a webhook.
  { task: "start-reconcile", match: `*/${reconcileEveryMinutes} * * * *` },
  // The last run of a day records the day's final counts.
  { task: "keep-figures", match: "14,29,44,59 * * * *" },
  // At night for most customers, and not on the hour.
  { task: "check-counts", match: "17 2 * * *" },
  { task: "sweep-calls", match: "51 * * * *" },
  // Refreshes only what is almost a day old, between reconciliations.
  { task: "refresh-plans", match: "4,14,24,34,44,54 * * * *" },
  { task: "continue-awaited-visits", match: "* * * * *" },
  { task: "expire-cancellations", match: "*/5 * * * *" },
  { task: "carry-out-planned-changes", match: "* * * * *" },
  { task: "apply-policy-changes", match: "*/5 * * * *" },
  { task: "sweep-submissions", match: "23 * * * *" },
  { task: "rotate-signing-key", match: "41 * * * *" },
  { task: "recheck-staff", match: "* * * * *" },
  { task: "verify-record", match: "* * * * *" },
  { task: "keep-retention", match: "37 2 * * *" },
];
