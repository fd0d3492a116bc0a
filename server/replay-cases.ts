/**
 * `npm run replay-cases -- FILE_OR_FOLDER… [--database URL]`: replays pinned cases as a dry run, each on a new database,
 * and says which decisions differ. The databases are created in its own PostgreSQL, or on the server of the URL,
 * whose role must be allowed to create databases. Exit code 0: as recorded, 1: different, 2: not replayed.
 */
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { pino } from "pino";
import { pinnedCase } from "../shared/cases.ts";
import { replayCase } from "./replay-cases/replay-case.ts";
import { createDatabase } from "./database/connection/database.ts";
import { startEmbeddedPostgres } from "./database/embedded/postgres.ts";
import { migrate } from "./database/migrations/migrate.ts";
import { explainError } from "./describe-error.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
const log = pino({ level: "silent" });
const template = `marketdesk_cases_${process.pid}`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { database: { type: "string" } } });
  const files = (await Promise.all(positionals.map(filesIn))).flat();
  if (files.length === 0)
    throw new Error("Name the files of cases, or folders with them: npm run replay-cases -- cases");
  const cases = await Promise.all(files.map(readCase));
  const folder = await mkdtemp(path.join(tmpdir(), "marketdesk-cases-"));
  const embedded =
    values.database === undefined ? await startEmbeddedPostgres({ dataDir: folder, log: () => {} }) : null;
  const server = values.database ?? embedded?.url ?? "";
  try {
    await run(server, `create database ${template}`);
    await migrate(urlOf(server, template));
    let different = 0;
    for (const [index, { file, pinned }] of cases.entries()) {
      const differences = await onDatabase(server, `${template}_${index}`, pinned);
      different += differences.length > 0 ? 1 : 0;
      say(`${file}: ${pinned.name}: ${differences.length === 0 ? "as recorded" : differences.join(" ")}`);
    }
    say(`${cases.length - different} of ${cases.length} cases are decided as recorded.`);
    return different === 0 ? 0 : 1;
  } finally {
    await run(server, `drop database if exists ${template} with (force)`).catch(() => {});
    await embedded?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function filesIn(place: string): Promise<string[]> {
  const found = await stat(place).catch(() => null);
  if (found === null) throw new Error(`There is no file or folder ${place}.`);
  if (!found.isDirectory()) return [place];
  const names = await readdir(place);
  return names.filter((name) => name.endsWith(".json")).map((name) => path.join(place, name));
}

async function readCase(file: string) {
  const read = pinnedCase.safeParse(parsed(await readFile(file, "utf8")));
  if (!read.success) throw new Error(`${file} is not a case. Save it again from the delivery's page.`);
  return { file, pinned: read.data };
}

/** Null for anything but JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function onDatabase(server: string, name: string, pinned: Parameters<typeof replayCase>[1]): Promise<string[]> {
  await run(server, `create database ${name} template ${template}`);
  const { db, pool, close } = createDatabase({
    url: urlOf(server, name),
    name: "replay-cases",
    max: 2,
    statementTimeoutMs: 60_000,
    log,
  });
  try {
    return await replayCase({ db, pool, log }, pinned);
  } finally {
    await close();
    await run(server, `drop database if exists ${name} with (force)`);
  }
}

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function run(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`The cases could not be replayed. ${explainError(error)}\n`);
  process.exitCode = 2;
}
