/** A desk with the replayed sample history: the first file that needs it replays the history, and all others copy the result. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { readConfig } from "../../server/config.ts";
import { startApp } from "../../server/compose.ts";
import { quiet } from "./app.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";

/** The database of a desk with its history, and the DATA_DIR with its sandbox. The caller drops and removes them. */
export async function copySample(): Promise<{ database: TestDatabase; dataDir: string }> {
  const { url, sample } = inject("testServer");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Two files may need it first at the same time.
    await client.query("select pg_advisory_lock(hashtext($1))", [sample.template]);
    const { rowCount } = await client.query("select from pg_database where datname = $1", [sample.template]);
    if (rowCount === 0) await playSample(client);
  } finally {
    await client.end();
  }
  const dataDir = await mkdtemp(join(tmpdir(), "marketdesk-test-"));
  await cp(sample.folder, dataDir, { recursive: true });
  return { database: await createTestDatabase(sample.template), dataDir };
}

async function playSample(client: pg.Client): Promise<void> {
  const { sample } = inject("testServer");
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), "marketdesk-test-"));
  try {
    const config = readConfig({ PORT: "0", SANDBOX_PORT: "0", DATABASE_URL: database.url, DATA_DIR: dataDir });
    const app = await startApp(config, { log: quiet, dashboard: () => {} });
    await app.ready;
    await app.stop();
    await cp(dataDir, sample.folder, { recursive: true });
    // The name appears when the copy is complete. A database can only be copied without connections to it.
    const name = new URL(database.url).pathname.slice(1);
    await client.query(`alter database ${name} rename to ${sample.template}`);
    await client.query(`alter database ${sample.template} with allow_connections false`);
  } finally {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}
