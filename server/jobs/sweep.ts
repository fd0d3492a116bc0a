/** Makes jobs for committed operations that have none: at once after each intake, and every second for what a crash left. */
import { sql } from "drizzle-orm";
import type { Logger } from "pino";
import type { ChangeView } from "../../shared/views/history.ts";
import type { Database } from "../database/connection.ts";
import { announce } from "../database/record.ts";
import { settleJob } from "./enqueue.ts";

const batchLimit = 500;
const everyMs = 1_000;

/** Makes the jobs of one batch. Two instances never take the same rows. Returns how many. */
export async function enqueueWaiting(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    const claimed = await tx.execute<{ id: string; subscription_id: string }>(sql`
      update operations set enqueued_at = now() where id in (
        select id from operations where enqueued_at is null and stage <> 'settled'
        order by created_at limit ${batchLimit} for update skip locked)
      returning id, subscription_id`);
    if (claimed.rows.length === 0) return 0;
    const jobs = claimed.rows.map((row) => settleJob({ id: row.id, subscriptionId: row.subscription_id }));
    await tx.execute(sql`
      select count(*) from graphile_worker.add_jobs(array(
        select row(job->>'identifier', (job->'payload')::json, job->>'queueName', null::timestamptz, 25, job->>'jobKey', null, null)::graphile_worker.job_spec
        from jsonb_array_elements(${JSON.stringify(jobs)}::jsonb) job))`);
    await announce(
      tx,
      claimed.rows.flatMap((row): ChangeView[] => [{ topic: "delivery", subscriptionId: row.subscription_id }]),
    );
    return claimed.rows.length;
  });
}

/** Runs `enqueueWaiting` every second and whenever it is asked, never twice at a time. */
export function startSweep(options: { db: Database; log: Logger }) {
  let isRunning = false;
  let isAsked = false;
  let isStopped = false;
  let current: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    do {
      isAsked = false;
      try {
        while ((await enqueueWaiting(options.db)) === batchLimit && !isStopped);
      } catch (error) {
        options.log.warn({ err: error }, "jobs could not be made; the next sweep tries again");
      }
    } while (isAsked && !isStopped);
    isRunning = false;
  }

  function sweepNow(): void {
    isAsked = true;
    if (isRunning || isStopped) return;
    isRunning = true;
    current = run();
  }

  const timer = setInterval(sweepNow, everyMs);
  return {
    sweepNow,
    async stop(): Promise<void> {
      isStopped = true;
      clearInterval(timer);
      await current;
    },
  };
}
