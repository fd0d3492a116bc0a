/**
 * Proof of life for pools of workers. A pool holds an advisory lock on a connection of its own; when its process dies, so
 * does the connection, and the locks of its jobs are released by any other instance (graphile-worker alone waits four hours).
 */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import pg from "pg";
import type { Database } from "../database/connection.ts";

/** The first key of these advisory locks; the second is the hash of the pool's id. */
const lockClass = 77_201;
/** A pool proves that it lives right after its first claim at the latest. */
const graceSeconds = 2;
/** A connection that was lost is opened again within this time, or the pool gives up. */
const reconnectWithinMs = 3_000;
const reconnectEveryMs = 750;

/** A connection that holds a lock for each pool; `onLost` is called when there is none for too long, and they must stop then. */
export async function openLiveness(options: { url: string; onLost: () => void }) {
  const proven = new Set<string>();
  let isClosing = false;
  let client = await connect();
  let last: Promise<unknown> = Promise.resolve();

  async function connect(): Promise<pg.Client> {
    const opened = new pg.Client({
      connectionString: options.url,
      application_name: "marketdesk liveness",
      connectionTimeoutMillis: 1_000,
      keepAlive: true,
    });
    opened.on("error", () => {});
    await opened.connect();
    opened.once("end", () => void reconnect());
    return opened;
  }

  async function reconnect(): Promise<void> {
    const until = Date.now() + reconnectWithinMs;
    while (!isClosing && Date.now() < until) {
      try {
        client = await connect();
        // Closed meanwhile: a lock that outlives its pool would keep its jobs for ever.
        if (isClosing) return await client.end();
        for (const id of proven) await lock(id);
        return;
      } catch {
        await sleep(reconnectEveryMs);
      }
    }
    if (!isClosing) options.onLost();
  }

  function lock(id: string): Promise<unknown> {
    return client.query("select pg_advisory_lock($1, hashtext($2))", [lockClass, id]);
  }

  return {
    /** One after the other: a connection takes one query at a time. */
    prove(poolId: string): Promise<unknown> {
      proven.add(poolId);
      last = last.then(() => lock(poolId));
      return last;
    },
    async close(): Promise<void> {
      isClosing = true;
      await client.end().catch(() => {});
    },
  };
}

/** Pools that hold jobs and do not prove that they live. */
async function absentPools(db: Database): Promise<string[]> {
  const found = await db.execute<{ id: string }>(sql`
    select distinct locked_by as id from graphile_worker.jobs
    where locked_by is not null and locked_at < now() - make_interval(secs => ${graceSeconds})
      and not exists (
        select from pg_locks where locktype = 'advisory' and classid = ${lockClass} and objsubid = 2
          and database = (select oid from pg_database where datname = current_database())
          and objid::bigint = (hashtext(locked_by)::bigint & 4294967295))`);
  return found.rows.map((row) => row.id);
}

/**
 * Releases the jobs of pools that were absent twice in a row: one that has just lost its connection is not dead, and its
 * jobs must not be given to another. Call it about once a second; each call returns how many pools were found dead.
 */
export function createReleaseOfDead(db: Database): () => Promise<number> {
  let suspects: string[] = [];
  return async () => {
    const before = suspects;
    suspects = [];
    const absent = await absentPools(db);
    const dead = absent.filter((id) => before.includes(id));
    suspects = absent;
    if (dead.length > 0) {
      await db.execute(sql`select graphile_worker.force_unlock_workers(${sql.param(dead)}::text[])`);
    }
    return dead.length;
  };
}

/**
 * Removes what a pool leaves behind that lost its jobs to another, or the database before it could complete them:
 *
 * - A job that asks for its own next run is replaced while it is locked: without a key and without attempts left, it would
 *   stay for ever.
 * - A queue is claimed and freed in one statement with a job of it. One that is locked while none of its jobs is would never
 *   run again.
 */
export async function removeLeftovers(db: Database): Promise<void> {
  await db.execute(sql`
    select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker.jobs
    where task_identifier = 'settle-operation' and key is null and attempts >= max_attempts and locked_at is null
    having count(*) > 0`);
  await db.execute(sql`
    update graphile_worker._private_job_queues queues set locked_by = null, locked_at = null
    where locked_at is not null and not exists (
      select from graphile_worker._private_jobs jobs where jobs.job_queue_id = queues.id and jobs.locked_at is not null)`);
}
