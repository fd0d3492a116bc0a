/** Connections to PostgreSQL: one pool a purpose, so that a busy dashboard cannot starve the webhook. */
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import type { Logger } from "pino";
import { pgConnection } from "./address.ts";
import { closeOnReadTimeout, createThrottledClient } from "./throttled-client.ts";

export type Database = ReturnType<typeof createDatabase>["db"];
/** A transaction, or the pool itself where one statement is enough. */
export type Executor = Database | Parameters<Parameters<Database["transaction"]>[0]>[0];

/** PostgreSQL ends a statement in time; when it says nothing so long after, the connection leads nowhere. */
const silenceMs = 1_000;

const byKey = {
  plan_cache_mode: "force_generic_plan",
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  // A short statement is not worth the compilation that a high estimate would begin.
  jit: "off",
};

const prompt = { jit: "off", max_parallel_workers_per_gather: "0" };

/**
 * A pool of connections with Drizzle on it.
 *
 * @param options.max how many connections it may hold
 * @param options.statementTimeoutMs after how long PostgreSQL ends a statement
 */
export function createDatabase(options: {
  url: string;
  name: string;
  max: number;
  statementTimeoutMs: number;
  /** How long to wait for a connection. Default 5 s. */
  connectTimeoutMs?: number;
  /**
   * All its statements look up a few rows by their keys, whatever the tables hold: planned once for each connection, for that,
   * and never for what the statistics say at the moment. PostgreSQL would else plan each at every execution, which costs as
   * much as running it, or keep the plan of the days when the tables were small.
   */
  isByKey?: boolean;
  /**
   * Each statement is to be answered soon, so PostgreSQL neither compiles one nor starts helpers for it: either costs more than
   * such a statement takes, and its estimates ask for them in searches that then read a few rows.
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
    }),
  });
  // Without this listener a connection that PostgreSQL ends while it is idle would end the process.
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
