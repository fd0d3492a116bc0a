/** Creates jobs, without knowing who works on them. */
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";

/**
 * Creates a job that continues reconciliation. One job at a time: a waiting one is replaced. Always a new row,
 * because a run that lost its lock would otherwise move its own row and delete it on completion.
 * @param runAt the earliest start; null: immediately
 */
export async function enqueueReconcile(db: Executor, runAt: Date | null = null): Promise<void> {
  await db.execute(
    sql`with former as materialized (select graphile_worker.remove_job('reconcile'))
      select graphile_worker.add_job('reconcile', '{}'::json, queue_name := 'reconcile', run_at := ${runAt?.toISOString() ?? null}::timestamptz, job_key := 'reconcile', max_attempts := 25) from former`,
  );
}

/**
 * Creates a job to learn the names of an offer's plans, in the transaction of the row with an unknown plan; one job
 * per plan.
 */
export async function enqueueLearnPlans(
  db: Executor,
  met: { subscriptionId: string; offerId: string; planId: string; termUnit: string | null },
): Promise<void> {
  const jobKey = `plans:${createHash("sha256")
    .update(JSON.stringify([met.offerId, met.planId]))
    .digest("hex")}`;
  await db.execute(
    sql`select graphile_worker.add_job('learn-plans', ${JSON.stringify(met)}::json, queue_name := 'learn-plans', max_attempts := 25, job_key := ${jobKey}, job_key_mode := 'preserve_run_at')`,
  );
}

/**
 * Creates a job that continues a bulk run, as above.
 * @param runAt the earliest start; null: immediately
 */
export async function enqueueBulk(db: Executor, runId: string, runAt: Date | null = null): Promise<void> {
  const key = `bulk:${runId}`;
  await db.execute(
    sql`with former as materialized (select graphile_worker.remove_job(${key}))
      select graphile_worker.add_job('bulk-run', ${JSON.stringify({ runId })}::json, queue_name := ${key}, run_at := ${runAt?.toISOString() ?? null}::timestamptz, job_key := ${key}, max_attempts := 25) from former`,
  );
}

/** Creates a job that records the overview's metrics outside of its schedule. One job at a time. */
export async function enqueueFigures(db: Executor, runAt: Date): Promise<void> {
  await db.execute(
    sql`select graphile_worker.add_job('keep-figures', '{}'::json, run_at := ${runAt.toISOString()}::timestamptz, job_key := 'keep-figures', max_attempts := 3)`,
  );
}
