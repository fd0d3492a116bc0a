/**
 * Proof of life for workers. A worker holds an advisory lock on a connection of its own; when its process dies, so does the
 * connection, and the locks of its jobs are released by any other instance (graphile-worker alone waits four hours).
 */
import { sql } from "drizzle-orm";
import pg from "pg";
import type { Database } from "../database/connection.ts";

/** The first key of these advisory locks; the second is the hash of the worker's id. */
const lockClass = 77_201;
/** A worker proves that it lives right after its first claim at the latest. */
const graceSeconds = 3;

/** A connection that holds a lock for each worker; `onLost` is called when it dies, and the workers must stop then. */
export async function openLiveness(options: { url: string; onLost: () => void }) {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: "marketdesk liveness",
    keepAlive: true,
  });
  let isClosing = false;
  client.on("error", () => {});
  client.on("end", () => {
    if (!isClosing) options.onLost();
  });
  await client.connect();
  let last: Promise<unknown> = Promise.resolve();
  return {
    /** One after the other: a connection takes one query at a time. */
    prove(workerId: string): Promise<unknown> {
      last = last.then(() => client.query("select pg_advisory_lock($1, hashtext($2))", [lockClass, workerId]));
      return last;
    },
    async close(): Promise<void> {
      isClosing = true;
      await client.end().catch(() => {});
    },
  };
}

/** Releases the jobs of workers that no longer prove that they live. Returns how many workers were found dead. */
export async function releaseDeadWorkers(db: Database): Promise<number> {
  const released = await db.execute<{ dead: number }>(sql`
    with dead as materialized (
      select distinct locked_by from graphile_worker.jobs
      where locked_by is not null and locked_at < now() - make_interval(secs => ${graceSeconds})
        and not exists (
          select from pg_locks where locktype = 'advisory' and classid = ${lockClass} and objsubid = 2
            and database = (select oid from pg_database where datname = current_database())
            and objid::bigint = (hashtext(locked_by)::bigint & 4294967295)))
    select count(*)::int as dead, graphile_worker.force_unlock_workers(array_agg(locked_by)) from dead having count(*) > 0`);
  return released.rows[0]?.dead ?? 0;
}
