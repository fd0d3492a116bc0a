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
/** A start command that ends with 0, such as `docker compose up -d`, has left the product in the background. */
const backgroundTimeoutMs = 30_000;
const killAfterMs = 5_000;

type Options = { endpoint: string; start: string | undefined; withinMs: number; port: number };

/** Null if anything in it is missing or wrong. */
function readOptions(): Options | null {
  try {
    const { values } = parseArgs({
      options: {
        endpoint: { type: "string" },
        start: { type: "string" },
        within: { type: "string", default: "15" },
        port: { type: "string", default: "3300" },
      },
    });
    const { endpoint = "", start } = values;
    const [within, port] = [Number(values.within), Number(values.port)];
    if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) return null;
    if (!(within > 0 && within <= 3_600) || !Number.isInteger(port) || port < 1 || port > 65_535) return null;
    return { endpoint, start, withinMs: within * 1_000, port };
  } catch {
    return null;
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) {
    process.stderr.write(`${usage}\n`);
    return 1;
  }
  /** What was started, in this order. */
  const stops: (() => Promise<unknown>)[] = [];
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => reject(new Error("The rehearsal was interrupted.")));
  });
  try {
    return await Promise.race([play(options, stops), interrupted]);
  } finally {
    for (const stop of stops.toReversed()) {
      await stop().catch((error: unknown) => process.stderr.write(`${(error as Error).message}\n`));
    }
  }
}

/** @param stops gets what ends each thing that was started */
async function play(options: Options, stops: (() => Promise<unknown>)[]): Promise<number> {
  const { endpoint, withinMs, port } = options;
  const deskUrl = `http://localhost:${port}`;
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "marketdesk-rehearsal-"));
  stops.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const sandbox = await startSandbox({
    port: 0,
    landingUrl: `${deskUrl}/landing`,
    webhookUrl: `${deskUrl}/webhooks/marketplace`,
    stateFile: null,
    sample: false,
    webhookRetryMs: [250, 500, 1_000],
  });
  stops.push(() => sandbox.stop());
  const start = () => startMarketdesk(sandbox, port, dataDir, endpoint);
  let app = await start();
  stops.push(() => app.stop());
  const desk = {
    stop: () => app.stop(),
    start: async () => {
      app = await start();
    },
  };
  const { stage, product } = await prepareStage({ deskUrl, sandboxUrl: sandbox.url, endpoint, withinMs, desk });
  say(settingsOf(product));
  if (options.start) {
    const { stop, failed } = startProduct(options.start, product);
    stops.push(stop);
    await Promise.race([answers(endpoint), failed]);
  } else {
    say("\nStart your product with these settings. The rehearsal begins when it answers.");
    await answers(endpoint);
  }
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

/** Starts the product in a process group of its own, because the shell's end would not end what it has started. */
function startProduct(command: string, product: ProductSettings) {
  const isGrouped = process.platform !== "win32";
  const env = { ...process.env, ...environmentOf(product) };
  const child = spawn(command, { shell: true, stdio: "inherit", detached: isGrouped, env });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`The start command failed: ${error.message}`));
    child.once("exit", (code, signal) => {
      const message = `The start command ended with ${code ?? signal}, and nothing answers at the endpoint.`;
      if (code === 0) setTimeout(resolve, backgroundTimeoutMs, message).unref();
      else resolve(message);
    });
  });
  /** Whether there was something to signal. */
  const signalAll = (signal: NodeJS.Signals | 0): boolean => {
    if (!isGrouped || child.pid === undefined) return child.kill(signal);
    try {
      return process.kill(-child.pid, signal);
    } catch {
      return false;
    }
  };
  return {
    /** Rejects when the command fails. */
    failed: ended.then((why) => Promise.reject<never>(new Error(why))),
    async stop() {
      signalAll("SIGTERM");
      const deadline = Date.now() + killAfterMs;
      while (signalAll(0) && Date.now() < deadline) await sleep(50);
      signalAll("SIGKILL");
    },
  };
}

/** Any answer will do: an unsigned request is refused. */
async function answers(endpoint: string): Promise<void> {
  const deadline = Date.now() + productTimeoutMs;
  for (;;) {
    const response = await fetch(endpoint, {
      method: "POST",
      body: "{}",
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
    }).catch(() => null);
    if (response) return;
    if (Date.now() > deadline) throw new Error(`Nothing answers at ${endpoint}. Start your product, then try again.`);
    await sleep(500);
  }
}

const exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  return 1;
});
// An interrupted rehearsal still waits for its scenes, and one that failed for the product's answer.
process.exit(exitCode);
