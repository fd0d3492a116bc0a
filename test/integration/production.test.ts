/** The build as production runs it: with Node and PostgreSQL, and without the sources or any package. */
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { controlOf, eventually } from "../support/app.ts";
import { freePort } from "../support/ports.ts";
import { startFlags } from "../support/start-flags.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const closing: (() => Promise<unknown>)[] = [];
let folder: string;
let settings: Record<string, string>;
let control: ReturnType<typeof controlOf>;
let ownerUrl: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "marketdesk-production-"));
  closing.push(() => rm(folder, { recursive: true }));
  for (const part of ["dist/web", "dist/server", "drizzle"]) {
    await cp(path.join(root, part), path.join(folder, part), { recursive: true });
  }

  const { url: server, appRole } = inject("testServer");
  const name = `marketdesk_test_${randomBytes(8).toString("hex")}`;
  await query(server, `create database ${name}`);
  closing.push(() => query(server, `drop database ${name} with (force)`));
  const address = new URL(server);
  address.pathname = `/${name}`;
  ownerUrl = address.href;
  address.username = appRole.name;
  address.password = appRole.password;

  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const sandbox = await startSandbox({
    port: 0,
    landingUrl: `${publicUrl}/landing`,
    webhookUrl: `${publicUrl}/webhooks/marketplace`,
    stateFile: null,
    sample: false,
    webhookRetryMs: [50, 100, 200, 400],
  });
  closing.push(() => sandbox.stop());
  control = controlOf(sandbox.url);
  await control("settings", { operationDelayMs: 30, activationDelayMs: 30, webhookDelayMs: 0 });
  const { entra } = sandbox;
  settings = {
    NODE_ENV: "production",
    PORT: String(port),
    DATABASE_URL: address.href,
    // With these settings it is not needed.
    DATA_DIR: noFolder(),
    SESSION_SECRET: randomBytes(48).toString("base64"),
    MARKETPLACE_API_URL: sandbox.marketplaceApiUrl,
    ENTRA_AUTHORITY: sandbox.url,
    ENTRA_TENANT_ID: entra.tenantId,
    ENTRA_CLIENT_ID: entra.clientId,
    ENTRA_CLIENT_SECRET: "secret" in entra.credential ? entra.credential.secret : "",
  };
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

test("migrates, serves the dashboard, settles a purchase and stops, only from dist/ and drizzle/", async () => {
  const migrate = ["dist/server/migrate.js", "--grant", inject("testServer").appRole.name];
  const migrated = await promisify(execFile)(process.execPath, migrate, {
    cwd: folder,
    env: { DATABASE_URL: ownerUrl },
  });
  expect(migrated.stdout).toContain("Applied 0000");

  const app = spawn(process.execPath, [...startFlags, path.join(folder, "dist/server/start.js")], {
    env: settings,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [app.stdout, app.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  const ended = once(app, "exit");
  closing.push(async () => {
    app.kill("SIGKILL");
    await ended;
  });
  const url = `http://localhost:${settings["PORT"]}`;
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(async () => {
    if (app.exitCode !== null) throw new Error(`The app ended: ${output}`);
    return isReady();
  });

  const page = await fetch(`${url}/subscriptions`);
  expect(page.status).toBe(200);
  const html = await page.text();
  const [, script = ""] = /<script type="module"[^>]* src="([^"]+)"/.exec(html) ?? [];
  expect((await fetch(`${url}${script}`)).status).toBe(200);

  // A page of another build calls by a name that this one does not have.
  const [, build = ""] = /<html data-build="([\w-]+)"/.exec(html) ?? [];
  const refusalFor = async (pageBuild: string) => {
    const headers = { "x-marketdesk": "1", "x-marketdesk-build": pageBuild };
    return (await fetch(`${url}/trpc/policies.former`, { headers })).text();
  };
  expect(await refusalFor("earlier")).toContain("Marketdesk was updated after this page was opened.");
  expect(await refusalFor(build)).not.toContain("Marketdesk was updated");
  expect((await fetch(`${url}/trpc/me.get`)).headers.get("x-marketdesk-build")).toBe(build);

  const { subscriptionId } = await control<{ subscriptionId: string }>("purchases", {
    offerId: "insight",
    planId: "team",
    quantity: 5,
    purchaser: "ada",
    autoActivate: true,
  });
  await control(`subscriptions/${subscriptionId}/suspend`, {});
  await eventually(async () => {
    const found = await query(ownerUrl, `select 1 from subscriptions where id = $1 and status = 'Suspended'`, [
      subscriptionId,
    ]);
    return found.rowCount === 1;
  });

  app.kill("SIGTERM");
  expect(await ended, output).toEqual([0, null]);
  expect(output).toContain(`Marketdesk: ${url}`);
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  const warnings = lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40);
  // The database of the tests runs without fsync, for speed.
  expect(warnings.filter(({ msg }) => !msg.includes("fsync"))).toEqual([]);
});

type WrongTrial = [what: string, given: () => Record<string, string | undefined>, words: () => string];

test.each<WrongTrial>([
  [
    "no folder for the sandbox's state",
    () => ({ DATABASE_URL: settings["DATABASE_URL"], DATA_DIR: noFolder() }),
    () => `DATA_DIR is ${noFolder()}, which cannot be written to (ENOTDIR). Set it to a folder that`,
  ],
  [
    "no folder for the embedded database",
    () => ({ DATA_DIR: noFolder() }),
    () => `DATA_DIR is ${noFolder()}, which cannot be written to (ENOTDIR). Set it to a folder that`,
  ],
  ...["/proc/marketdesk", "/proc/self/a/b/data", "/sys/marketdesk/data"].map((place): WrongTrial => [
    `a folder below ${place}`,
    () => ({ DATA_DIR: place }),
    () => `DATA_DIR is ${place}, which cannot be written to (E`,
  ]),
  [
    "no package with the embedded database",
    () => ({ DATA_DIR: path.join(folder, ".data") }),
    () => "Set DATABASE_URL to your own PostgreSQL: this installation has no embedded one",
  ],
])("says what to set if a trial has %s", async (_what, given, words) => {
  const env = { PORT: "0", SANDBOX_PORT: "0", ...given() };
  const run = promisify(execFile)(process.execPath, [path.join(folder, "dist/server/start.js")], { env });
  const { code, stderr } = (await run.catch((error: unknown) => error)) as { code?: number; stderr: string };
  expect(code).toBe(1);
  expect(stderr.split("\n").filter(Boolean)).toEqual([expect.stringContaining(words())]);
});

/** A path at which no folder can be made, by root either. */
function noFolder(): string {
  return path.join(folder, "dist/server/start.js/data");
}

async function query(url: string, text: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client.query(text, values).finally(() => client.end());
}
