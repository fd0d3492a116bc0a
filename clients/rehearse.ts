/**
 * `npm run rehearse -- --endpoint URL [--start COMMAND]`: plays the scenes of a subscription's life to a publisher's product, with a
 * Marketdesk and a sandbox of its own, and says which scenes the product failed.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import pino from "pino";
import { rehearse, tableOf } from "../sandbox/rehearsal/rehearse.ts";
import { prepareStage, type ProductSettings } from "../sandbox/rehearsal/stage.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { type RunningApp, startApp } from "../server/compose.ts";
import { readConfig } from "../server/config.ts";

const say = (line: string) => void process.stdout.write(`${line}\n`);
const usage = `Usage: npm run rehearse -- --endpoint URL [--start COMMAND] [--within SECONDS] [--port PORT]

  --endpoint  the address at which your product receives webhooks, such as http://localhost:4000/webhooks
  --start     a command that starts your product with the printed settings in its environment
  --within    how long your product may take for each step; the default is 15
  --port      the port of the Marketdesk that is started; the default is 3300`;

/** A product that is started by hand gets this long. */
const productTimeoutMs = 10 * 60_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      endpoint: { type: "string" },
      start: { type: "string" },
      within: { type: "string", default: "15" },
      port: { type: "string", default: "3300" },
    },
  });
  if (!values.endpoint || !URL.canParse(values.endpoint)) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const port = Number(values.port);
  const deskUrl = `http://localhost:${port}`;
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "marketdesk-rehearsal-"));
  const sandbox = await startSandbox({
    port: 0,
    landingUrl: `${deskUrl}/landing`,
    webhookUrl: `${deskUrl}/webhooks/marketplace`,
    stateFile: null,
    sample: false,
    webhookRetryMs: [250, 500, 1_000],
  });
  const start = () => startMarketdesk(sandbox, port, dataDir, values.endpoint ?? "");
  let app = await start();
  let child: ReturnType<typeof startProduct> | null = null;
  try {
    const desk = {
      stop: () => app.stop(),
      start: async () => {
        app = await start();
      },
    };
    const withinMs = Number(values.within) * 1_000;
    const { stage, product } = await prepareStage({
      deskUrl,
      sandboxUrl: sandbox.url,
      endpoint: values.endpoint,
      withinMs,
      desk,
    });
    say(settingsOf(product));
    if (values.start) child = startProduct(values.start, product);
    else say("\nStart your product with these settings. The rehearsal begins when it answers.");
    await answers(values.endpoint);
    await stage.microsoft("settings", {
      operationDelayMs: 200,
      activationDelayMs: 200,
      listLagMs: 0,
      webhookDelayMs: 0,
    });
    const results = await rehearse(stage, ({ scene, outcome, why }) =>
      say(`  ${outcome}: ${scene}${why ? `. ${why}` : ""}`),
    );
    say(`\n${tableOf(results)}`);
    return results.every(({ outcome }) => outcome === "passed") ? 0 : 1;
  } finally {
    child?.kill();
    await app.stop();
    await sandbox.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function startMarketdesk(sandbox: Sandbox, port: number, dataDir: string, endpoint: string): Promise<RunningApp> {
  const { entra, marketplaceApiUrl, url } = sandbox;
  const config = readConfig({
    PORT: String(port),
    DATA_DIR: dataDir,
    MARKETPLACE_API_URL: marketplaceApiUrl,
    OUTGOING_LOCAL_HOSTS: new URL(endpoint).hostname,
    ENTRA_AUTHORITY: url,
    ENTRA_TENANT_ID: entra.tenantId,
    ENTRA_CLIENT_ID: entra.clientId,
    ENTRA_CLIENT_SECRET: "secret" in entra.credential ? entra.credential.secret : "",
    ENTRA_LANDING_CLIENT_ID: entra.landing.clientId,
    ENTRA_LANDING_CLIENT_SECRET: entra.landing.clientSecret ?? "",
  });
  return startApp(config, { log: pino({ level: "error" }), dashboard: () => {} });
}

const environmentOf = ({ url, key, secret }: ProductSettings) => ({
  MARKETDESK_URL: url,
  MARKETDESK_KEY: key,
  MARKETDESK_WEBHOOK_SECRET: secret,
});

function settingsOf(product: ProductSettings): string {
  return Object.entries(environmentOf(product))
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
}

function startProduct(command: string, product: ProductSettings) {
  return spawn(command, { shell: true, stdio: "inherit", env: { ...process.env, ...environmentOf(product) } });
}

/** Any answer will do: an unsigned request is refused. */
async function answers(endpoint: string): Promise<void> {
  const deadline = Date.now() + productTimeoutMs;
  for (;;) {
    const response = await fetch(endpoint, { method: "POST", body: "{}", redirect: "manual" }).catch(() => null);
    if (response) return;
    if (Date.now() > deadline) throw new Error(`Nothing answers at ${endpoint}. Start your product, then try again.`);
    await sleep(500);
  }
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  return 1;
});
