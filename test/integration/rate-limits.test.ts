/** Limits per client address and per account: what a flood gets, and that no one else is affected. */
import { Agent, request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { startTestApp, type TestApp } from "../support/app.ts";
import { megabytesInUse } from "../support/memory.ts";
import { requestFrom } from "../support/request-from-address.ts";

let app: TestApp;
/** The proxy that is trusted, and a client that is not. */
const proxy = "127.0.0.9";

beforeAll(async () => {
  app = await startTestApp({ settings: { TRUSTED_PROXY: proxy } });
});
afterAll(() => app?.stop());

/** Asks until the answer is 429, at most so often. */
async function flood(localAddress: string, path: string, options: Parameters<typeof requestFrom>[2], max: number) {
  for (let count = 1; count <= max; count += 1) {
    const answer = await requestFrom(localAddress, `${app.url}${path}`, options);
    if (answer.status === 429) return { count, ...answer };
  }
  return null;
}

async function signIn(persona: string): Promise<string> {
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), persona);
  return [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
}

describe("C11: limits per client address", () => {
  const strangers: [what: string, path: string, options: Parameters<typeof requestFrom>[2], max: number][] = [
    ["probe 55: visits with a purchase token", "/landing?token=guess", {}, 100],
    ["landing pages", "/landing/subscriptions/none", {}, 700],
    ["contact forms", "/landing/activate", { method: "POST", body: "subscriptionId=x" }, 100],
    ["sign-ins", "/auth/sign-in", {}, 300],
    ["returns from sign-in", "/auth/callback?state=guess&code=guess", {}, 300],
    ["the API's description", "/api/v1/openapi.json", {}, 200],
    ["API calls without a valid key", "/api/v1/subscriptions", { headers: { authorization: "Bearer md_guess" } }, 400],
    ["procedures without a session", "/trpc/me.get", {}, 400],
  ];

  test.each(strangers)(
    "%s: 429 with Retry-After and a message, and other addresses are not affected",
    async (_, path, options, max) => {
      const index = strangers.findIndex(([, other]) => other === path) + 20;
      const refused = await flood(`127.0.1.${index}`, path, options, max);
      expect(refused).not.toBeNull();
      expect(Number(refused?.headers["retry-after"])).toBeGreaterThanOrEqual(1);
      expect(Number(refused?.headers["retry-after"])).toBeLessThanOrEqual(60);
      expect(refused?.body).toMatch(/too (many|often)/);
      const other = await requestFrom(`127.0.2.${index}`, `${app.url}${path}`, options);
      expect(other.status).not.toBe(429);
    },
  );

  test("probe 78: ignore a forged X-Forwarded-For, and use the header of a trusted proxy", async () => {
    const visit = (from: string, forwardedFor: string) =>
      requestFrom(from, `${app.url}/landing?token=guess`, { headers: { "x-forwarded-for": forwardedFor } });
    const spoofed = [];
    for (let n = 0; n < 70; n += 1) spoofed.push((await visit("127.0.3.1", `198.51.100.${n}`)).status);
    expect(spoofed.slice(0, 60)).not.toContain(429);
    expect(spoofed.slice(60)).toEqual(Array.from({ length: 10 }, () => 429));

    const honest = [];
    for (let n = 0; n < 70; n += 1) honest.push((await visit(proxy, `198.51.100.${n}`)).status);
    expect(honest).not.toContain(429);

    const behindProxy = [];
    for (let n = 0; n < 70; n += 1) behindProxy.push((await visit(proxy, `192.0.2.${n}, 203.0.113.7`)).status);
    expect(behindProxy.slice(60)).toEqual(Array.from({ length: 10 }, () => 429));
  });
});

describe("limits per account", () => {
  test("count each call of a batch, and one account's flood does not affect another", async () => {
    const [busy, calm] = [await signIn("viewer"), await signIn("admin")];
    const batch = `/trpc/${Array.from({ length: 10 }, () => "me.get").join(",")}?batch=1`;
    const refused = await flood("127.0.0.1", batch, { headers: { cookie: busy } }, 200);
    expect(refused).not.toBeNull();
    expect(Number(refused?.headers["retry-after"])).toBeLessThanOrEqual(10);
    expect(refused?.body).toContain("Your account sends too many requests. Wait ");
    expect(refused?.body).toContain("TOO_MANY_REQUESTS");
    expect((await requestFrom("127.0.0.1", `${app.url}/trpc/me.get`, { headers: { cookie: calm } })).status).toBe(200);
  });

  test("count started exports", async () => {
    const cookie = await signIn("operator");
    const refused = await flood("127.0.0.1", "/exports/operations.csv", { headers: { cookie } }, 40);
    expect(refused?.body).toContain("too many exports");
  });
});

test("C11, probe 30: 20,000 forged webhooks get 401, use little memory, and genuine ones are answered at the same time", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, localAddress: "127.0.4.1" });
  const header = Buffer.from(JSON.stringify({ alg: "RS256", typ: "JWT", kid: "forged" })).toString("base64url");
  const claims = Buffer.from(JSON.stringify({ aud: "x", exp: 9e9 })).toString("base64url");
  const tokens = [`${header}.${claims}.${"A".repeat(342)}`, "e30.e30.forged", "forged"];
  const { token } = await app.control<{ token: string }>("webhook-token", {});
  const post = (bearer: string) =>
    new Promise<number>((resolve, reject) => {
      const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
      const call = request(`${app.url}/webhooks/marketplace`, { agent, method: "POST", headers }, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
      });
      call.on("error", reject).end("{}");
    });
  const statuses = new Map<number, number>();
  let left = 20_000;
  const lane = async () => {
    for (; left > 0; left -= 1) {
      const status = await post(tokens[left % tokens.length]!);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const honest: number[] = [];
  const megabytesBefore = megabytesInUse();
  const flood = Promise.all(Array.from({ length: 16 }, lane));
  while (left > 0) honest.push(await post(token));
  await flood;
  agent.destroy();
  expect([...statuses.keys()]).toEqual([401]);
  expect(statuses.get(401)).toBeGreaterThanOrEqual(20_000);
  expect(new Set(honest)).toEqual(new Set([200]));
  expect(megabytesInUse() - megabytesBefore).toBeLessThan(100);
});

test("C11: staff see that requests arrive through a proxy that TRUSTED_PROXY does not name", async () => {
  const cookie = await signIn("admin");
  const check = async () => {
    const headers = { cookie, "x-marketdesk": "1", origin: app.url };
    return (await requestFrom("127.0.0.1", `${app.url}/trpc/connection.check`, { headers })).body;
  };
  const forwarded = { headers: { "x-forwarded-for": "198.51.100.1" } };
  await requestFrom("127.0.7.1", `${app.url}/landing?token=guess`, forwarded);
  const body = await check();
  expect(body).toContain("requests come through 127.0.7.1, which TRUSTED_PROXY does not list");
  expect(body).toContain("Set TRUSTED_PROXY");
});
