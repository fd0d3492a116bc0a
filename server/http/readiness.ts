/**
 * Checks that an instance can serve: it can write and commit with a prepared statement, receives notifications, and
 * holds its lock. A database that only answers `select 1` may be read-only, full, or behind a pooler that supports
 * none of these.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { v7 as newId } from "uuid";
import { databaseProblem } from "../database/statements/database-problem.ts";
import { isLocked } from "../jobs/liveness.ts";
import type { ChangeProof } from "../database/connection/change-listener.ts";

export type Readiness = {
  /** Null if the instance can serve; otherwise why it cannot. */
  problem(): Promise<string | null>;
  /** Waits at the start until the instance can serve. Returns null, or why it cannot: after some seconds, or after a minute if it may only be slow. */
  begin(): Promise<string | null>;
};

/** How long a proof is valid, so that frequent checks are cheap. */
const validForMs = 1_000;
const notifyTimeoutMs = 2_000;
const beginWithinMs = 10_000;
/** On a busy machine, workers take long to connect. Nothing about the database is known from that. */
const workersStartWithinMs = 60_000;
const workersAreNotRunning = "its workers are not running";
const readOnly = "25006";

/** Another session may hold a lock on the instance's row, which proves nothing about the instance, so the statement then writes another row. */
const prove = {
  name: "prove-readiness",
  text: `with free as (
      select from instances where name = $1 for update skip locked
    ), written as (
      insert into instances (name, proved_at)
      select case when exists (select from free) or not exists (select from instances where name = $1) then $1
        else $1 || ' ' || $3 end, now()
      on conflict (name) do update set proved_at = excluded.proved_at
    ), forgotten as (
      delete from instances where name in (
        select name from instances where proved_at < now() - interval '1 day' and name <> $1
        limit 100 for update skip locked)
    )
    select pg_notify($2, $3), ${isLocked("$4")} as "holdsLock"`,
};

/** @param options.pool the webhook's connections: the instance serves only if they work */
export function createReadiness(options: {
  pool: pg.Pool;
  instance: string;
  changes: ChangeProof;
  /** The id under which the instance claims operations; null if it does not. */
  workerId: () => string | null;
}): Readiness {
  const { pool, instance, changes, workerId } = options;
  let provedAt = -Infinity;
  let inFlight: Promise<string | null> | null = null;

  async function proveOnce(): Promise<string | null> {
    const by = workerId();
    const token = newId();
    const received = changes.waitFor(token, notifyTimeoutMs);
    try {
      const values = [instance, changes.proofChannel, token, by ?? ""];
      const { rows } = await pool.query<{ holdsLock: boolean }>({ ...prove, values });
      if (by === null) return workersAreNotRunning;
      if (!rows[0]?.holdsLock) return "its workers hold no lock in the database";
    } catch (error) {
      if ((error as { code?: string }).code === readOnly) return "the database is read-only";
      const problem = databaseProblem(error);
      return problem === null
        ? "the database does not respond, or accepts no changes"
        : `the database cannot be used: ${problem}`;
    }
    if (!(await received)) return "it does not receive the database's notifications";
    provedAt = performance.now();
    return null;
  }

  async function problem(): Promise<string | null> {
    if (performance.now() - provedAt < validForMs) return null;
    inFlight ??= proveOnce().finally(() => (inFlight = null));
    return inFlight;
  }

  return {
    problem,
    async begin() {
      const startedAt = performance.now();
      for (;;) {
        const why = await problem();
        const maxMs = why === workersAreNotRunning ? workersStartWithinMs : beginWithinMs;
        if (why === null || performance.now() - startedAt > maxMs) return why;
        await sleep(50);
      }
    },
  };
}
