/** A sandbox on a free port and a real receiver for its webhooks. */
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { startSandbox } from "../../sandbox/sandbox.ts";
import type { SandboxOptions } from "../../sandbox/sandbox.ts";
import type { Settings } from "../../sandbox/model.ts";
import { changeUntilTestEnds } from "../support/sandbox-settings.ts";

export const apiVersion = "api-version=2018-08-31";
export const resource = "20e940b3-4c77-4b0b-9a53-9e16a1b010a7";

// oxlint-disable-next-line typescript/no-explicit-any -- bodies of every shape; the assertions say which one
export type Json = any;
export type Received = { at: number; headers: IncomingHttpHeaders; body: Json };
export type Call = { query?: string; headers?: Record<string, string>; body?: unknown; token?: string | null };

/** Quick enough for tests, slow enough to look in between. */
const quick = { operationDelayMs: 150, listLagMs: 0, webhookDelayMs: 5, activationDelayMs: 60, answerWindowMs: 800 };

/** Starts a receiver and a sandbox. `answer` decides what the receiver says to the n-th webhook, 200 by default. */
export async function startHarness(options: Partial<SandboxOptions> & { settings?: Record<string, unknown> } = {}) {
  const received: Received[] = [];
  let answer: (webhook: Received, index: number) => number | Promise<number> = () => 200;
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Json;
      const webhook = { at: Date.now(), headers: request.headers, body };
      const index = received.push(webhook) - 1;
      void Promise.resolve(answer(webhook, index)).then((status) => response.writeHead(status).end("heard"));
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const origin = `http://localhost:${(receiver.address() as AddressInfo).port}`;
  const { settings, ...rest } = options;
  const sandboxOptions: SandboxOptions = {
    port: 0,
    landingUrl: `${origin}/landing`,
    webhookUrl: `${origin}/webhooks/marketplace`,
    stateFile: null,
    sample: false,
    webhookRetryMs: [30],
    ...rest,
  };
  let sandbox = await startSandbox(sandboxOptions);
  let appToken: string | null = null;

  const control = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answered = await fetch(`${sandbox.url}/control${path}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
    });
    const json = (await answered.json()) as Json;
    return answered.ok ? json : { status: answered.status, ...json };
  };
  await control("POST", "/settings", { ...quick, ...settings });

  const getToken = async (): Promise<string> => (appToken ??= (await tokenResponse(sandbox.url)).access_token);

  const api = async (method: string, path: string, call: Call = {}) => {
    const token = call.token === undefined ? await getToken() : call.token;
    const answered = await fetch(`${sandbox.url}/api/saas/subscriptions${path}?${call.query ?? apiVersion}`, {
      method,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...call.headers },
      body: call.body === undefined ? null : typeof call.body === "string" ? call.body : JSON.stringify(call.body),
    });
    const text = await answered.text();
    return { status: answered.status, headers: answered.headers, text, json: parsed(text) };
  };

  return {
    origin,
    received,
    control,
    api,
    getToken,
    get sandbox() {
      return sandbox;
    },
    /** Changes settings until the test has ended. */
    changeSettings: (changed: Partial<Settings>) =>
      changeUntilTestEnds((act, body) => control(body ? "POST" : "GET", `/${act}`, body), changed),
    answerWith(decide: typeof answer) {
      answer = decide;
    },
    /** Buys five seats of the Team plan as Ada, or what is asked for, and activates where `isActive`. */
    async buy(input: Record<string, unknown> = {}, isActive = true): Promise<string> {
      const purchase = { offerId: "insight", planId: "team", quantity: 5, ...input };
      const { subscriptionId } = await control("POST", "/purchases", purchase);
      if (isActive) {
        await api("POST", `/${subscriptionId}/activate`);
        await until(async () => (await control("GET", `/subscriptions/${subscriptionId}`)).status === "Subscribed");
      }
      return subscriptionId as string;
    },
    async restart() {
      const port = Number(new URL(sandbox.url).port);
      await sandbox.stop();
      sandbox = await startSandbox({ ...sandboxOptions, port });
    },
    async stop() {
      await sandbox.stop();
      receiver.closeAllConnections();
      await new Promise((resolve) => receiver.close(resolve));
    },
  };
}
export type Harness = Awaited<ReturnType<typeof startHarness>>;

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Asks for an app token with client credentials; `form` overrides fields. */
export async function tokenResponse(
  url: string,
  form: Record<string, string> = {},
  path = "/oauth2/v2.0/token",
): Promise<Json> {
  const answered = await fetch(`${url}/11111111-1111-4111-8111-111111111111${path}`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: "22222222-2222-4222-8222-222222222222",
      client_secret: "sandbox-fulfillment-secret",
      scope: `${resource}/.default`,
      ...form,
    }),
  });
  return { status: answered.status, ...((await answered.json()) as object) };
}

/** Waits until something holds; fails after 30 s. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("It did not come to hold within 30 s.");
    await sleep(10);
  }
}
