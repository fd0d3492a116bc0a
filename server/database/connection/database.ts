/** Connections to PostgreSQL: one pool per purpose, so that a busy dashboard cannot starve the webhook. */
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import type { Logger } from "pino";
import { pgConnection } from "./address.ts";
import { closeOnReadTimeout, createThrottledClient } from "./throttled-client.ts";

export type Database = ReturnType<typeof createDatabase>["db"];
/** A transaction, or the pool if one statement is enough. */
export type Executor = Database | Parameters<Parameters<Database["transaction"]>[0]>[0];

/** PostgreSQL cancels a statement on time; after this much more silence the connection is dead. */
const silenceMs = 1_000;

const byKey = {
  plan_cache_mode: "force_generic_plan",
  enable_seqscan: "off",
  // A bitmap has no order: planned without statistics, each claim would read and sort all operations that are due.
  enable_bitmapscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  // Compilation, which a high estimate would trigger, costs more than a short statement.
  jit: "off",
};

const prompt = { jit: "off", max_parallel_workers_per_gather: "0" };

/**
 * A connection pool with Drizzle.
 * @param options.max the most connections
 */
export function createDatabase(options: {
  url: string;
  name: string;
  max: number;
  statementTimeoutMs: number;
  /** How long to wait for a connection. Default 5 s. */
  connectTimeoutMs?: number;
  /**
   * All its statements look up a few rows by key, so they are planned once per connection and never by current
   * statistics. Otherwise PostgreSQL plans each execution, or keeps a plan from when the tables were small.
   */
  isByKey?: boolean;
  /**
   * Its statements have many parts, so they are planned once per connection: PostgreSQL may otherwise plan them again for the values of
   * each execution, which takes several times as long as running them.
   */
  isPlannedOnce?: boolean;
  /**
   * Its statements must be fast, so PostgreSQL neither compiles them nor starts parallel workers: both cost more
   * than such a statement.
   */
  isPrompt?: boolean;
  log: Logger;
}) {
  const pool = new pg.Pool({
    ...pgConnection(options.url),
    application_name: `marketdesk ${options.name}`,
    max: options.max,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 60_000,
    query_timeout: options.statementTimeoutMs + silenceMs,
    keepAlive: true,
    Client: createThrottledClient(options.url, {
      statement_timeout: `${options.statementTimeoutMs}ms`,
      ...(options.isByKey ? byKey : options.isPrompt ? prompt : {}),
      ...(options.isPlannedOnce ? { plan_cache_mode: "force_generic_plan" } : {}),
    }),
  });
  // Without this listener, an idle connection that PostgreSQL closes would end the process.
  let isClosing = false;
  pool.on("error", (error) => {
    if (!isClosing) options.log.warn({ err: error, pool: options.name }, "an idle connection was lost");
  });
  pool.on("connect", closeOnReadTimeout);
  return {
    pool,
    db: drizzle({ client: pool, casing: "snake_case" }),
    close(): Promise<void> {
      isClosing = true;
      return pool.end();
    },
  };
}
