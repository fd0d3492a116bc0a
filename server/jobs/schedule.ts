// cspell:words crontabs
/**
 * Recurring jobs, by the database's clock. The scheduler of graphile-worker follows the host's clock: if that was ahead, here or on
 * another instance, no job would run until the wrong time is reached.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { type ParsedCronItem, parseCronItems } from "graphile-worker";
import type { Logger } from "pino";
import type { Database } from "../database/connection/database.ts";

/** A crontab pattern in UTC, and the task that it starts. */
export type RecurringJob = { task: string; match: string };

const minuteMs = 60_000;
const retryMs = 1_000;
/** Added to each wait, so that a timer never ends in the minute before. */
const marginMs = 20;
/**
 * Jobs that were missed, because no instance ran, the database was unavailable or the machine stood still, run once. A day, because
 * an instance that is stopped every night would otherwise never do what is due at night.
 */
const maxLateMinutes = 24 * 60;

/** `at`: the last minute in which the job is due, as ISO 8601. */
export type DueJob = { task: string; at: string };

export function startSchedule({ db, jobs, log }: { db: Database; jobs: RecurringJob[]; log: Logger }) {
  const items = parseCronItems(jobs);
  const stopping = new AbortController();
  const { signal } = stopping;
  /** The last minute whose jobs were started. */
  let done: number | null = null;

  /** @returns the milliseconds until the next minute */
  async function startDue(): Promise<number> {
    const { rows } = await db.execute<{ ms: number }>(sql`select (extract(epoch from now()) * 1000)::float8 as ms`);
    const ms = rows[0]?.ms ?? 0;
    const minute = Math.floor(ms / minuteMs);
    if (done === null) await noteNewJobs(db, jobs, minute);
    const due = dueJobs(items, done, minute);
    if (due.length > 0) await addRecurringJobs(db, due);
    done = minute;
    return minuteMs - (ms % minuteMs) + marginMs;
  }

  async function work(): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await startDue().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, "recurring jobs could not be started; trying again");
        return retryMs;
      });
      await sleep(waitMs, undefined, { signal }).catch(() => {});
    }
  }

  const working = items.length === 0 ? Promise.resolve() : work();
  return {
    async stop(): Promise<void> {
      stopping.abort();
      await working;
    },
  };
}

/**
 * The jobs that are due in a minute that has not been checked, each once. Others may have started them: see `addRecurringJobs`.
 *
 * @param done the last checked minute, in minutes since 1970; null at the start
 * @param minute the current one
 */
export function dueJobs(items: ParsedCronItem[], done: number | null, minute: number): DueJob[] {
  // After the database's clock was set back, the current minute has not been checked.
  const after = done !== null && done > minute ? minute - 1 : Math.max(done ?? 0, minute - maxLateMinutes);
  const due = new Map<string, string>();
  for (let at = after + 1; at <= minute; at += 1) {
    const digest = digestOf(at);
    for (const item of items) if (item.match(digest)) due.set(item.task, new Date(at * minuteMs).toISOString());
  }
  return [...due].map(([task, at]) => ({ task, at }));
}

function digestOf(minute: number) {
  const at = new Date(minute * minuteMs);
  return {
    min: at.getUTCMinutes(),
    hour: at.getUTCHours(),
    date: at.getUTCDate(),
    month: at.getUTCMonth() + 1,
    dow: at.getUTCDay(),
  };
}

/** Jobs that no instance has known, on a new database or in a new version, have missed nothing before this minute. */
async function noteNewJobs(db: Database, jobs: RecurringJob[], minute: number): Promise<void> {
  const at = new Date((minute - 1) * minuteMs).toISOString();
  await db.execute(sql`
    insert into graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
    select task, now(), ${at}::timestamptz from unnest(${sql.param(jobs.map(({ task }) => task))}::text[]) as new(task) order by task
    on conflict (identifier) do nothing`);
}

/**
 * Adds each job once for each of its minutes, however many instances run. A recorded run in the future comes from a clock
 * that was wrong.
 */
export async function addRecurringJobs(db: Database, due: DueJob[]): Promise<void> {
  await db.execute(sql`
    with due as (
      select task, at from jsonb_to_recordset(${JSON.stringify(due)}::jsonb) as d(task text, at timestamptz) order by task
    ), begun as (
      insert into graphile_worker._private_known_crontabs as known (identifier, known_since, last_execution)
      select task, now(), at from due
      on conflict (identifier) do update set last_execution = excluded.last_execution
      where known.last_execution is null or known.last_execution < excluded.last_execution
        or known.last_execution > now() + interval '1 minute'
      returning identifier
    )
    select graphile_worker.add_job(identifier, '{}'::json) from begun`);
}
