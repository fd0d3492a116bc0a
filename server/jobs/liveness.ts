/**
 * Liveness of workers: each holds an advisory lock on its own connection. When its process dies, so does the
 * connection, and another instance frees its work (graphile-worker alone waits four hours). PostgreSQL ends the connection of a
 * process that stands still.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type pg from "pg";
import { advisoryLockClasses } from "../database/statements/advisory-locks.ts";
import { pgConnection } from "../database/connection/address.ts";
import { connectBackoffMs, createThrottledClient } from "../database/connection/throttled-client.ts";
import type { Database } from "../database/connection/database.ts";

/** The second key of these locks is the hash of the pool's id. */
const lockClass = advisoryLockClasses.liveness;
/** A pool takes its lock at the latest this long after its first claim. */
const graceSeconds = 2;
/** A lost connection is reopened within this time, or the pool gives up. */
const reconnectWithinMs = 3_000;
const reconnectTimeoutMs = 1_000;
const reconnectEveryMs = 900;
/** On a busy machine, a connection can take more than a second. Longer, and an attempt that hangs would delay the recovery. */
const firstConnectWithinMs = 3_000;
const spreadMs = 200;
/** Much longer than a busy machine delays a process. */
const defaultSilenceMs = 9_000;
const beatsPerSilence = 4;

/**
 * A connection that holds a lock for each pool. `onLost` is called when it was lost for too long; the pools must
 * stop then.
 * @param options.maxSilenceMs how long the process may stand still and keep its locks. Default 9 s
 */
export async function openLiveness(options: { url: string; onLost: () => void; maxSilenceMs?: number }) {
  const { maxSilenceMs = defaultSilenceMs } = options;
  const Client = createThrottledClient(options.url, { idle_session_timeout: `${maxSilenceMs}ms` });
  const proven = new Set<string>();
  let isClosing = false;
  let client = await connect(firstConnectWithinMs);
  let last: Promise<unknown> = Promise.resolve();
  let beat: Promise<unknown> | null = null;
  const beats = setInterval(() => {
    beat ??= client
      .query("select")
      .catch(() => {})
      .finally(() => (beat = null));
  }, maxSilenceMs / beatsPerSilence);

  async function connect(withinMs: number): Promise<pg.Client> {
    const opened = new Client({
      ...pgConnection(options.url),
      application_name: "marketdesk liveness",
      connectionTimeoutMillis: withinMs,
      keepAlive: true,
    });
    opened.on("error", () => {});
    await opened.connect();
    opened.once("end", () => void reconnect());
    return opened;
  }

  async function reconnect(): Promise<void> {
    const until = performance.now() + reconnectWithinMs;
    while (!isClosing && performance.now() < until) {
      try {
        client = await connect(reconnectTimeoutMs);
        // Closed in the meantime: a lock that outlives its pool would keep its jobs forever.
        if (isClosing) return await client.end();
        for (const id of proven) await lock(id);
        return;
      } catch {
        // All connections share this short backoff: retrying sooner fails, later loses time.
        await sleep((connectBackoffMs(options.url) || reconnectEveryMs) + Math.random() * spreadMs);
      }
    }
    if (!isClosing) options.onLost();
  }

  function lock(id: string): Promise<unknown> {
    return client.query("select pg_advisory_lock($1, hashtext($2))", [lockClass, id]);
  }

  return {
    /** One after the other, because a connection takes one query at a time. */
    prove(poolId: string): Promise<unknown> {
      proven.add(poolId);
      last = last.then(() => lock(poolId));
      return last;
    },
    async close(): Promise<void> {
      isClosing = true;
      clearInterval(beats);
      await client.end().catch(() => {});
    },
  };
}

/**
 * An SQL condition: whether a worker holds its lock.
 * @param id an SQL expression for the worker's id
 */
export function isLocked(id: string): string {
  return `exists (
  select from pg_locks where locktype = 'advisory' and classid = ${lockClass} and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database())
    and objid::bigint = (hashtext(${id})::bigint & 4294967295))`;
}

/**
 * Workers that hold operations or jobs without a lock. A worker of operations takes its lock before its first
 * claim.
 */
const absentHolders = `
with holders as (
  select distinct claimed_by as id from operations where claimed_by is not null
  union select distinct locked_by from graphile_worker._private_jobs
  where locked_by is not null and locked_at < now() - interval '${graceSeconds} seconds'
)
select id from holders where not ${isLocked("id")}`;

/** Frees what dead workers hold. */
const freeAll = `
with freed as (
  update operations set claimed_by = null where claimed_by = any($1::text[]) returning id
), unlocked as (
  select graphile_worker.force_unlock_workers($1::text[])
)
select (select count(*)::int from freed) as operations from unlocked`;

/**
 * Frees what dead workers hold. A worker counts as dead when it is absent at several checks in a row, because one that has just
 * lost its connection may return. Each call of the returned function checks once and returns how many workers were dead.
 * @param options.checks how many times in a row a worker must be absent
 */
export function createDeadWorkerRelease(db: Database, options: { checks: number }): () => Promise<number> {
  let absences = new Map<string, number>();
  return async () => {
    const { rows } = await db.$client.query<{ id: string }>({ name: "absent-holders", text: absentHolders });
    absences = new Map(rows.map(({ id }) => [id, (absences.get(id) ?? 0) + 1]));
    const dead = [...absences].filter(([, times]) => times >= options.checks).map(([id]) => id);
    if (dead.length > 0) await db.$client.query(freeAll, [dead]);
    return dead.length;
  };
}

/**
 * A queue is claimed and freed in one statement with a job of it. If its pool lost the database before completing
 * the job, the queue would stay locked forever.
 */
export async function freeAbandonedQueues(db: Database): Promise<void> {
  await db.execute(sql`
    update graphile_worker._private_job_queues queues set locked_by = null, locked_at = null
    where locked_at is not null and not exists (
      select from graphile_worker._private_jobs jobs where jobs.job_queue_id = queues.id and jobs.locked_at is not null)`);
}
