/** A rehearsal with a Marketdesk, a sandbox and the publisher's product, each of which it starts and stops. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { rehearse, tableOf } from "../sandbox/rehearsal/rehearse.ts";
import { prepareScenes, type ProductSettings } from "../sandbox/rehearsal/scene-tools.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { type RunningApp, startApp } from "../server/compose.ts";
import { readConfig } from "../server/config.ts";

/** How long to wait for a product that is started by hand. */
const productTimeoutMs = 10 * 60_000;
/** How long to wait after a start command has exited with 0: `docker compose up -d`, for example, starts the product in the background. */
const backgroundTimeoutMs = 30_000;
const killAfterMs = 5_000;

/** `start` is a shell command, and absent if the product is started by hand. */
export type RehearsalOptions = { endpoint: string; start: string | undefined; withinMs: number; port: number };

const say = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * @param stops gets a function for each thing that was started, which stops it
 * @returns the exit code: 0 if the product passed all scenes
 */
export async function play(options: RehearsalOptions, stops: (() => Promise<unknown>)[]): Promise<number> {
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
  const { tools, product } = await prepareScenes({ deskUrl, sandboxUrl: sandbox.url, endpoint, withinMs, desk });
  say(settingsOf(product));
  if (options.start) {
    const { stop, failed } = startProduct(options.start, product);
    stops.push(stop);
    await Promise.race([waitForResponse(endpoint), failed]);
  } else {
    say("\nStart your product with these settings. The rehearsal begins when it answers.");
    await waitForResponse(endpoint);
  }
  await tools.microsoft("settings", {
    operationDelayMs: 200,
    activationDelayMs: 200,
    listLagMs: 0,
    webhookDelayMs: 0,
  });
  const results = await rehearse(tools, ({ scene, outcome, why }) =>
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

/** Starts the product in its own process group, because ending the shell does not end the processes that it has started. */
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
  /** Returns false if no process is left. */
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

/** Waits for any response: a product refuses an unsigned request. @throws Error if none comes in time */
async function waitForResponse(endpoint: string): Promise<void> {
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
