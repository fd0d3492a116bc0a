/** The client of the product API: its types follow the document, and it repeats what can be repeated. */
import { readFile } from "node:fs/promises";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { generatedTypes } from "../../clients/generate.ts";
import { createMarketdesk, MarketdeskError } from "../../clients/typescript/src/client.ts";
import { NotFromMarketdesk, readWebhook } from "../../clients/typescript/src/webhooks.ts";

const root = new URL("../../", import.meta.url);

describe("the client's files", () => {
  test("have the types of the OpenAPI document (otherwise: npm run client)", async () => {
    const { wanted, found } = await generatedTypes();
    expect(found).toBe(wanted);
  });

  test("need the same versions of packages as Marketdesk", async () => {
    type Manifest = { dependencies: Record<string, string>; devDependencies: Record<string, string>; version: string };
    const readManifest = async (path: string) => JSON.parse(await readFile(new URL(path, root), "utf8")) as Manifest;
    const [own, client] = [await readManifest("package.json"), await readManifest("clients/typescript/package.json")];
    expect(client.version).toBe(own.version);
    const versions = { ...own.dependencies, ...own.devDependencies };
    for (const [name, version] of Object.entries({ ...client.dependencies, ...client.devDependencies })) {
      expect({ [name]: versions[name] }).toEqual({ [name]: version });
    }
  });
});

type Answer = { status: number; headers?: Record<string, string>; body?: unknown } | "lost";

/** A Marketdesk that gives these answers in turn, and the requests that it got. */
function scripted(...answers: Answer[]) {
  const requests: Request[] = [];
  const marketdesk = createMarketdesk({
    url: "https://marketdesk.example",
    key: "md_key",
    fetch: (request) => {
      requests.push(request);
      const answer = answers.shift() ?? { status: 500 };
      if (answer === "lost") return Promise.reject(new TypeError("fetch failed"));
      const body = answer.body === undefined ? null : JSON.stringify(answer.body);
      const headers = { "content-type": "application/json", ...answer.headers };
      return Promise.resolve(new Response(body, { status: answer.status, headers }));
    },
  });
  return { marketdesk, requests };
}

const now = { "retry-after": "0" };
const operation = { id: "o", state: "in_progress" };
const reason = "Because of a test";

describe("a call", () => {
  test("carries the key, and is repeated after a lost connection, 503 and 429, as long as Retry-After says", async () => {
    const { marketdesk, requests } = scripted(
      "lost",
      { status: 503, headers: now },
      { status: 429, headers: { "retry-after": "1" } },
      { status: 200, body: { id: "s" } },
    );
    const begun = Date.now();
    expect(await marketdesk.subscription("s")).toEqual({ id: "s" });
    expect(Date.now() - begun).toBeGreaterThan(1_000);
    expect(requests).toHaveLength(4);
    expect(requests[0]?.url).toBe("https://marketdesk.example/api/v1/subscriptions/s");
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer md_key");
  });

  test("that is a command is repeated with the same Idempotency-Key", async () => {
    const { marketdesk, requests } = scripted(
      "lost",
      { status: 409, headers: now, body: { type: "urn:marketdesk:in-progress" } },
      { status: 202, body: operation },
      { status: 202, body: operation },
    );
    expect(await marketdesk.changeQuantity("s", { quantity: 3, reason })).toEqual(operation);
    await marketdesk.hold("s", { reason });
    const keys = requests.map((request) => request.headers.get("idempotency-key"));
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
    expect(await requests[2]?.json()).toEqual({ quantity: 3, reason });
  });

  test("that is refused throws the problem, without another attempt", async () => {
    const problem = {
      type: "urn:marketdesk:not-allowed-now",
      title: "Not possible now",
      status: 409,
      detail: "Canceled.",
    };
    const { marketdesk, requests } = scripted({ status: 409, body: problem });
    const refusal = await marketdesk.hold("s", { reason }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(MarketdeskError);
    expect(refusal).toMatchObject({ status: 409, type: problem.type, message: "Canceled.", problem });
    expect(requests).toHaveLength(1);
  });

  test("gives up after four attempts", async () => {
    const { marketdesk, requests } = scripted(...Array.from({ length: 9 }, () => ({ status: 503, headers: now })));
    await expect(marketdesk.subscription("s")).rejects.toThrow("Marketdesk returned status 503.");
    expect(requests).toHaveLength(4);
  });

  test("for entitlements sends the last ETag, and keeps its answer for 304", async () => {
    const body = { access: "full", entitlements: [] };
    const { marketdesk, requests } = scripted(
      { status: 200, headers: { etag: '"1"' }, body },
      { status: 304 },
      { status: 304 },
    );
    const query = { tenant: "11111111-2222-3333-4444-555555555555" };
    for (let n = 0; n < 3; n += 1) expect(await marketdesk.entitlements(query)).toEqual(body);
    expect(requests.map((request) => request.headers.get("if-none-match"))).toEqual([null, '"1"', '"1"']);
  });

  test("for all subscriptions reads page after page", async () => {
    const { marketdesk, requests } = scripted(
      { status: 200, body: { subscriptions: [{ id: "a" }, { id: "b" }], next: "two" } },
      { status: 200, body: { subscriptions: [{ id: "c" }], next: null } },
    );
    const ids: string[] = [];
    for await (const { id } of marketdesk.subscriptions({ offer: "insight" })) ids.push(id);
    expect(ids).toEqual(["a", "b", "c"]);
    expect(requests[1]?.url).toContain("cursor=two");
  });
});

describe("a webhook", () => {
  const secret = `whsec_${Buffer.from("a secret of 24 bytes....").toString("base64")}`;
  const other = `whsec_${Buffer.from("another secret, 24 bytes").toString("base64")}`;
  const body = JSON.stringify({ id: "e", type: "subscription.renewed" });
  const headersOf = (at = new Date()) => ({
    "webhook-id": "e",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign("e", at, body),
  });

  test("is read with any of the secrets, and refused if altered, old or unsigned", () => {
    expect(readWebhook([other, secret], headersOf(), body)).toMatchObject({ id: "e" });
    for (const [headers, text] of [
      [headersOf(), body.replace("renewed", "unsubscribed")],
      [headersOf(new Date(Date.now() - 6 * 60_000)), body],
      [{ ...headersOf(), "webhook-id": "f" }, body],
      [{}, body],
    ] as const) {
      expect(() => readWebhook([secret], headers, text)).toThrow(NotFromMarketdesk);
    }
    expect(() => readWebhook([other], headersOf(), body)).toThrow(NotFromMarketdesk);
  });
});
