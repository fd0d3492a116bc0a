/** Making jobs, without knowing who does them. */
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";

/**
 * Asks for a reconcile run to go on. One job at a time, whoever asks; a job that waits already gives way to
 * one at the new time. It is a new row in any case: a run that asks for its own next one, while its lock was taken from it,
 * would otherwise move its own row, and remove it when it completes.
 *
 * @param runAt not before; null: at once
 */
export async function enqueueReconcile(db: Executor, runAt: Date | null = null): Promise<void> {
  await db.execute(
    sql`with former as materialized (select graphile_worker.remove_job('reconcile'))
      select graphile_worker.add_job('reconcile', '{}'::json, queue_name := 'reconcile', run_at := ${runAt?.toISOString() ?? null}::timestamptz, job_key := 'reconcile', max_attempts := 25) from former`,
  );
}

/** Asks for the names of an offer's plans, in the transaction of the row that names an unknown one; one job for each plan. */
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
 * Asks for a bulk run to go on, as above.
 *
 * @param runAt not before; null: at once
 */
export async function enqueueBulk(db: Executor, runId: string, runAt: Date | null = null): Promise<void> {
  const key = `bulk:${runId}`;
  await db.execute(
    sql`with former as materialized (select graphile_worker.remove_job(${key}))
      select graphile_worker.add_job('bulk-run', ${JSON.stringify({ runId })}::json, queue_name := ${key}, run_at := ${runAt?.toISOString() ?? null}::timestamptz, job_key := ${key}, max_attempts := 25) from former`,
  );
}

/** Asks for the figures of the overview to be written down outside their hours. One job at a time, whoever asks. */
export async function enqueueFigures(db: Executor, runAt: Date): Promise<void> {
  await db.execute(
    sql`select graphile_worker.add_job('keep-figures', '{}'::json, run_at := ${runAt.toISOString()}::timestamptz, job_key := 'keep-figures', max_attempts := 3)`,
  );
}
