/** The database: embedded or configured, migrated to this version's schema, with a connection pool for each kind of work. */
import { intakeConnections } from "../commands/operations/receive-webhook.ts";
import { createDatabase } from "../database/connection/database.ts";
import { prepareDataDir } from "../database/embedded/data-dir.ts";
import { startEmbeddedPostgres } from "../database/embedded/postgres.ts";
import { prepareDatabase } from "../database/migrations/migrate.ts";
import { jobConcurrency } from "../jobs/worker.ts";
import type { Composition } from "./composition.ts";

/** Statements of concurrent runs are batched, so that a few connections serve many of them. */
const settlingConnections = 8;
/** Claims, reads and results of all attempts in flight are batched. */
const outboxConnections = 4;
/** Sending alternates with short statements. */
const usageConnections = 3;
/** PostgreSQL cancels a statement that a page waits for after this time. */
const pageTimeoutMs = 2_000;
const longTimeoutMs = 30_000;
/** For statements that read all subscriptions, at night. */
const wholeTableTimeoutMs = 10 * 60_000;

export type AppDatabase = Awaited<ReturnType<typeof openDatabase>>;

export async function openDatabase({ config, log, started }: Composition) {
  if (needsDataDir(config)) await prepareDataDir(config.dataDir);
  const url = config.databaseUrl ?? (await startOwnPostgres());
  const warning = await prepareDatabase(url);
  if (warning !== null) log.warn(warning);

  const pool = (name: string, options: Omit<Parameters<typeof createDatabase>[0], "url" | "name" | "log">) =>
    started(`pool ${name}`, createDatabase({ url, name, log, ...options }), (part) => part.close());
  return {
    url,
    desk: pool("desk", { max: 8, statementTimeoutMs: pageTimeoutMs, isPrompt: true }),
    /** Their plans take megabytes of each connection, so there are few. */
    needs: pool("needs", { max: 2, statementTimeoutMs: pageTimeoutMs, isPrompt: true, isPlannedOnce: true }),
    /** For exports and for previews of a rule, which read many pages or days one after another. */
    longReads: pool("desk, long reads", { max: 3, statementTimeoutMs: longTimeoutMs }),
    // A database that refuses connections fails immediately; a busy one gets the time that Microsoft allows for an answer.
    webhook: pool("webhook", { max: intakeConnections, statementTimeoutMs: 2_000, connectTimeoutMs: 3_000 }),
    settling: pool("settling", { max: settlingConnections, statementTimeoutMs: longTimeoutMs, isByKey: true }),
    outbox: pool("outbox", { max: outboxConnections, statementTimeoutMs: longTimeoutMs }),
    usage: pool("usage", { max: usageConnections, statementTimeoutMs: longTimeoutMs }),
    jobs: pool("jobs", { max: jobConcurrency + 2, statementTimeoutMs: longTimeoutMs }),
    upkeep: pool("upkeep", { max: 1, statementTimeoutMs: wholeTableTimeoutMs }),
  };

  async function startOwnPostgres(): Promise<string> {
    const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log: (line) => log.info(line) });
    return started("PostgreSQL", embedded, (part) => part.stop()).url;
  }
}

/** Whether files are needed for the embedded database, the sandbox's state or a generated secret, because no setting replaces them. */
function needsDataDir({ databaseUrl, entra, sessionSecret }: Composition["config"]): boolean {
  return databaseUrl === null || entra === null || sessionSecret === null;
}
