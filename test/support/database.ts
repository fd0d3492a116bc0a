import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { inject } from "vitest";
import "./global-database.ts";

export type TestDatabase = {
  /** By the role that owns the tables. */
  url: string;
  /** By the role that apps run with. */
  appUrl: string;
  drop(): Promise<void>;
};

/** A database of its own, by default migrated and empty: copied from the run's template. Drop it in `afterAll`. */
export async function createTestDatabase(template = inject("testServer").template): Promise<TestDatabase> {
  const { url: server, appRole } = inject("testServer");
  const name = `marketdesk_test_${randomBytes(8).toString("hex")}`;
  // The default strategy writes each page to the log too.
  await run(server, `create database ${name} template ${template} strategy file_copy`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  const url = address.href;
  address.username = appRole.name;
  address.password = appRole.password;
  return { url, appUrl: address.href, drop: () => run(server, `drop database if exists ${name} with (force)`) };
}

/** For a test's own connections, which wait as long as a slow and busy machine needs. */
export const longTimeouts = { statementTimeoutMs: 60_000, connectTimeoutMs: 60_000 };

/** PostgreSQL refuses to copy a database for a moment, for instance while it is being vacuumed. */
const objectInUse = "55006";

async function run(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.query(statement);
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== objectInUse || attempt === 10) throw error;
        await sleep(50 * attempt);
      }
    }
  } finally {
    await client.end();
  }
}
