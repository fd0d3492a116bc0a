/** The security probes over real HTTP: sign-in, procedures, streams, headers. Each test has its probe's number. */
import { jwksPath } from "../../server/http/jwks.ts";
import { connect } from "node:net";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatabase } from "../../server/database/connection/database.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { staff } from "../../server/database/schema/staff.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { createClientAddress } from "../../server/http/limits/client-address.ts";
import type { AppDeps } from "../../server/http/app-deps.ts";
import { createPages } from "../../server/http/app.ts";
import { appRouter } from "../../server/trpc/router.ts";
import { includesRole, type Role } from "../../shared/roles.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";

type Definition = { meta?: { role?: Role }; inputs: unknown[]; type: "query" | "mutation" | "subscription" };
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: Definition }>).map(
  ([path, { _def }]) => ({ path, type: _def.type, role: _def.meta?.role as Role, hasInput: _def.inputs.length > 0 }),
);

let app: TestApp;
const cookies: Record<string, string> = {};
let subscriptionId: string;

beforeAll(async () => {
  app = await startTestApp({ dashboard: (routes) => void routes.get("*", (c) => c.text("the dashboard", 404)) });
  for (const role of ["viewer", "operator", "admin"]) cookies[role] = await signIn(role);
  ({ subscriptionId } = await app.control<{ subscriptionId: string }>("purchases", {
    offerId: "insight",
    planId: "team",
    quantity: 5,
    purchaser: "ada",
    autoActivate: true,
  }));
  await eventually(async () => {
    const found = await app
      .as("viewer")
      .subscriptions.get({ id: subscriptionId })
      .catch(() => null);
    return found?.status === "Subscribed" && found.openOperations === 0;
  });
});
afterAll(() => app?.stop());

/** Signs a persona in and gives the cookies of the browser. */
async function signIn(persona: string): Promise<string> {
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), persona);
  return [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
}

/**
 * The least time that each of two requests takes, in milliseconds, asked in turn: what a busy machine adds falls on both, and
 * the luckiest round has least of it.
 */
async function fastestOf(
  rounds: number,
  honest: () => Promise<unknown>,
  odd: () => Promise<unknown>,
): Promise<[number, number]> {
  const timeOf = async (request: () => Promise<unknown>) => {
    const begun = performance.now();
    await request();
    return performance.now() - begun;
  };
  let fastest: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round += 1) {
    fastest = [Math.min(fastest[0], await timeOf(honest)), Math.min(fastest[1], await timeOf(odd))];
  }
  return fastest;
}

const own = () => ({ origin: app.url, "x-marketdesk": "1", "content-type": "application/json" });

function query(path: string, input: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${app.url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, { headers });
}

function mutate(path: string, input: unknown, headers: Record<string, string>): Promise<Response> {
  return fetch(`${app.url}/trpc/${path}`, { method: "POST", headers, body: JSON.stringify(input) });
}

const as = (role: string) => ({ ...own(), cookie: cookies[role] ?? "" });

/** No answer may tell what is inside: no stack, no statement, no file. */
function tellsNothing(text: string): void {
  expect(text).not.toMatch(
    /\bat .*\.ts:\d|node_modules|\/server\/|\bselect\b .*\bfrom\b|DrizzleQueryError|ECONNREFUSED/i,
  );
}

async function activityCount(): Promise<number> {
  return app.db.$count(activity, eq(activity.subscriptionId, subscriptionId));
}

describe("sign-in and session", () => {
  test("probe 58: returnTo only leads to our own pages", async () => {
    for (const returnTo of [
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
      "/%0d%0aX: y",
    ]) {
      const browser = createBrowserSession();
      const page = await browser.visit(`${app.url}/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
      const { url, trail } = await browser.chooseAccount(page, "viewer");
      expect(new URL(url).origin).toBe(app.url);
      for (const step of trail) expect(step.headers.get("location") ?? "").not.toContain("evil");
    }
  });

  test("probe 60: no response of a procedure contains a session id or token", async () => {
    const id = /=([\w-]{43})/.exec(cookies["admin"] ?? "")?.[1] ?? "none";
    for (const path of ["me.get", "staff.list", "connection.check"]) {
      const text = await (await query(path, undefined, as("admin"))).text();
      expect(text).not.toContain(id);
      expect(text).not.toMatch(/eyJ[\w-]{10,}\./);
    }
  });

  test("probe 61: the cookie opens nothing after signing out, and blocking ends all sessions", async () => {
    const cookie = await signIn("viewer");
    expect((await query("me.get", undefined, { ...own(), cookie })).status).toBe(200);
    await fetch(`${app.url}/auth/sign-out`, {
      method: "POST",
      headers: { origin: app.url, cookie },
      redirect: "manual",
    });
    expect((await query("me.get", undefined, { ...own(), cookie })).status).toBe(401);

    const [one, two] = [await signIn("viewer"), await signIn("viewer")];
    const [viewer] = await app.db.select().from(staff).where(eq(staff.role, "viewer"));
    const person = { tenantId: viewer!.tenantId, objectId: viewer!.objectId, reason: "the laptop was lost" };
    expect((await mutate("staff.disable", person, as("admin"))).status).toBe(200);
    for (const lost of [one, two]) {
      expect((await query("me.get", undefined, { ...own(), cookie: lost })).status).toBe(401);
    }
    expect((await mutate("staff.enable", person, as("admin"))).status).toBe(200);
    // What was ended stays ended.
    expect((await query("me.get", undefined, { ...own(), cookie: one })).status).toBe(401);
    cookies["viewer"] = await signIn("viewer");
  });

  test("probe 63: a removed role applies from the next call", async () => {
    const cookie = await signIn("operator");
    const refresh = () => mutate("subscriptions.refresh", { subscriptionId }, { ...own(), cookie });
    expect((await refresh()).status).toBe(200);
    await app.db.update(staff).set({ role: "viewer" }).where(eq(staff.role, "operator"));
    expect((await refresh()).status).toBe(403);
    await app.db.update(staff).set({ role: "operator" }).where(eq(staff.email, "operator@contoso.example"));
  });

  test("probe 64: a change from another site is refused and changes nothing", async () => {
    const before = await activityCount();
    const { cookie } = as("operator");
    const json = { "content-type": "application/json" };
    const foreign: Record<string, string>[] = [
      { "content-type": "application/x-www-form-urlencoded", origin: "https://evil.example" },
      { "content-type": "text/plain", origin: "https://evil.example" },
      { "content-type": "text/plain" },
      { ...json, origin: "null", "x-marketdesk": "1" },
      { ...json, origin: `${app.url}.evil.example`, "x-marketdesk": "1" },
      { ...json, origin: app.url, "x-marketdesk": "1", "sec-fetch-site": "cross-site" },
      { ...json, "x-marketdesk": "1" },
      // Our own origin, and without the header that only a script of ours sets.
      { ...json, origin: app.url },
    ];
    for (const headers of foreign) {
      const answer = await mutate(
        "subscriptions.suspend",
        { subscriptionId, reason: "forged" },
        { ...headers, cookie },
      );
      expect(answer.status, JSON.stringify(headers)).toBe(403);
    }
    expect(await activityCount()).toBe(before);
  });

  test("probe 65: a change by GET is refused, and no query writes to the audit trail", async () => {
    const answer = await query("subscriptions.suspend", { subscriptionId, reason: "by a link" }, as("operator"));
    expect(answer.status).toBe(405);
    const before = await app.db.$count(activity);
    for (const { path, type } of procedures) {
      if (type === "query") await (await query(path, { id: subscriptionId }, as("admin"))).text();
    }
    expect(await app.db.$count(activity)).toBe(before);
  });

  test("probe 66: a person of another tenant gets no session", async () => {
    expect(await signIn("ada")).not.toMatch(/marketdesk(-\d+)?=/);
  });
});

describe("procedures", () => {
  test("probe 67: all procedures answer 401 without a session and 403 to a role that is too low", async () => {
    expect(procedures.length).toBeGreaterThan(30);
    for (const { path, type, role } of procedures) {
      expect(["viewer", "operator", "admin"], path).toContain(role);
      if (type === "subscription") continue;
      const call = (headers: Record<string, string>) =>
        type === "query" ? query(path, {}, headers) : mutate(path, {}, headers);
      expect((await call(own())).status, path).toBe(401);
      for (const caller of ["viewer", "operator"] as const) {
        if (!includesRole(caller, role)) expect((await call(as(caller))).status, `${path} as ${caller}`).toBe(403);
      }
    }
  });

  test("probe 67: a batch runs only what the role allows", async () => {
    const input = encodeURIComponent(JSON.stringify({ 0: null, 1: null }));
    const answer = await fetch(`${app.url}/trpc/me.get,staff.list?batch=1&input=${input}`, { headers: as("viewer") });
    const [me, people] = (await answer.json()) as { result?: object; error?: { data: { code: string } } }[];
    expect(me?.result).toBeDefined();
    expect(people?.error?.data.code).toBe("FORBIDDEN");
  });

  test("probe 68: a batch of 11, and of thousands of empty calls, is refused immediately", async () => {
    const eleven = Array.from({ length: 11 }, () => "me.get").join(",");
    expect((await fetch(`${app.url}/trpc/${eleven}?batch=1&input=%7B%7D`, { headers: as("viewer") })).status).toBe(400);
    const nothings = ",".repeat(5_000);
    const honest = () => fetch(`${app.url}/trpc/me.get`, { headers: as("viewer") });
    const bad = async () => {
      const answer = await fetch(`${app.url}/trpc/${nothings}?batch=1&input=%7B%7D`, { headers: as("viewer") });
      expect(answer.status).toBe(400);
      tellsNothing(await answer.text());
    };
    const [honestMs, badMs] = await fastestOf(8, honest, bad);
    expect(badMs, `an honest request takes ${honestMs} ms`).toBeLessThan(Math.max(50, 2 * honestMs));
  });

  test("probe 69: large bodies, unknown fields and wrong types are refused without internal details", async () => {
    const large = await mutate(
      "subscriptions.addNote",
      { subscriptionId, text: "x".repeat(1_000_000) },
      { ...as("operator"), connection: "close" },
    );
    expect(large.status).toBe(413);
    const bad = [
      { subscriptionId, text: "a note", extra: 1 },
      { subscriptionId: 7, text: "a note" },
      { subscriptionId, text: { toString: "x" } },
      [],
      "text",
      null,
    ];
    for (const input of bad) {
      const answer = await mutate("subscriptions.addNote", input, as("operator"));
      expect(answer.status, JSON.stringify(input)).toBe(400);
      tellsNothing(await answer.text());
    }
    const broken = await fetch(`${app.url}/trpc/subscriptions.addNote`, {
      method: "POST",
      headers: as("operator"),
      body: "{",
    });
    expect(broken.status).toBe(400);
    tellsNothing(await broken.text());
  });

  test("probe 70: no mutation accepts a field that it does not name", async () => {
    for (const { path, type, role, hasInput } of procedures) {
      if (type !== "mutation" || !hasInput) continue;
      for (const field of ["role", "tenantId2", "status", "isAdmin", "ownerId"]) {
        const answer = await mutate(path, { [field]: "admin" }, as(role));
        expect(answer.status, `${path} with ${field}`).toBe(400);
      }
    }
    const { status, role, id } = { status: "Subscribed", role: "admin", id: "other" };
    const rename = { subscriptionId, planId: "business", reason: "more than asked", status, role, id };
    expect((await mutate("subscriptions.changePlan", rename, as("operator"))).status).toBe(400);
    expect((await app.db.select().from(subscriptions).where(eq(subscriptions.id, subscriptionId)))[0]?.planId).toBe(
      "team",
    );
  });

  test("probe 71: limits and forged cursors are refused", async () => {
    const place = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const forged = [
      "x",
      "%00",
      place(null),
      place(["soon", subscriptionId]),
      place([1, 2]),
      place(["2026-01-01\u0000", "a"]),
      place([null, "no uuid"]),
    ];
    for (const path of [
      "subscriptions.list",
      "operations.list",
      "deliveries.list",
      "activity.list",
      "reconcile.differences",
    ]) {
      for (const limit of [1e9, -1]) {
        expect((await query(path, { limit }, as("viewer"))).status, `${path} ${limit}`).toBe(400);
      }
      for (const cursor of forged) {
        const answer = await query(path, { cursor }, as("viewer"));
        expect(answer.status, `${path} ${cursor}`).toBe(400);
        tellsNothing(await answer.text());
      }
    }
  });

  test("probe 71: a slow statement of a page is stopped after two seconds, and the page says so", async () => {
    await app.db.transaction(async (tx) => {
      await tx.execute(sql`lock table plans in access exclusive mode`);
      const startedAt = performance.now();
      const answer = await query("subscriptions.list", {}, as("viewer"));
      expect(performance.now() - startedAt).toBeGreaterThan(1_900);
      expect(performance.now() - startedAt).toBeLessThan(15_000);
      expect(answer.status).toBe(500);
      const text = await answer.text();
      tellsNothing(text);
      expect(text).toContain("The database took too long to answer. Try again, or choose narrower filters.");
    });
    expect((await query("subscriptions.list", {}, as("viewer"))).status).toBe(200);
  });

  test("probe 72: patterns, bombs and long texts are searched literally and quickly", async () => {
    const odd = [
      "%%%",
      "___",
      "\\\\\\",
      "%_\\",
      "(a+)+$".repeat(20),
      "a".repeat(1_000),
      "'; drop table subscriptions; --",
      "\u202e\u0000abc",
    ];
    const search = async (path: string, q: string) => {
      const answer = await query(path, { q }, as("viewer"));
      expect([200, 400], `${path} ${q.slice(0, 20)}`).toContain(answer.status);
      tellsNothing(await answer.text());
    };
    for (const q of odd) {
      for (const [path, asked] of [
        ["find.all", q],
        ["subscriptions.list", q.slice(0, 200)],
        ["activity.list", q.slice(0, 200)],
      ] as const) {
        const [honestMs, oddMs] = await fastestOf(
          3,
          () => search(path, "northwind"),
          () => search(path, asked),
        );
        const what = `${path} ${q.slice(0, 20)}; honest words take ${honestMs} ms`;
        // What a pattern blows up takes seconds; a busy machine can double a few milliseconds.
        expect(oddMs, what).toBeLessThan(Math.max(500, 5 * honestMs));
      }
    }
    expect((await query("find.all", { q: "a".repeat(10_000) }, as("viewer"))).status).toBe(400);
    const all = await (await query("subscriptions.list", { q: "%" }, as("viewer"))).json();
    expect((all as { result: { data: { rows: unknown[] } } }).result.data.rows).toEqual([]);
  });

  test("probe 73: an unknown sort order is refused", async () => {
    for (const sort of ["name;drop table subscriptions", "search_text", "1"]) {
      expect((await query("subscriptions.list", { sort }, as("viewer"))).status).toBe(400);
    }
  });

  test("probe 74: errors name no procedures, and there is no panel", async () => {
    for (const path of ["", "nothing", "subscriptions", "subscriptions.nothing", "__proto__", "constructor", "_def"]) {
      const answer = await query(path, {}, as("admin"));
      expect(answer.status, path).toBe(404);
      const text = await answer.text();
      for (const procedure of procedures) expect(text).not.toContain(`"${procedure.path}"`);
      tellsNothing(text);
    }
    for (const path of ["/panel", "/trpc-panel", "/trpc", "/graphql", "/debug", "/openapi.json"]) {
      expect((await fetch(`${app.url}${path}`, { headers: as("admin") })).status, path).toBe(404);
    }
  });

  test("probe 75: an action by two people happens once, and the other person learns why", async () => {
    const cancel = { subscriptionId, reason: "the customer asked" };
    const { name } = await app.as("viewer").subscriptions.get({ id: subscriptionId });
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => mutate("subscriptions.cancel", { ...cancel, confirmation: name }, as("admin"))),
    );
    const done = answers.filter(({ status }) => status === 200);
    expect(done).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 200) continue;
      const { error } = (await answer.json()) as { error: { message: string; data: { httpStatus: number } } };
      expect([409, 412]).toContain(error.data.httpStatus);
      expect(error.message).toMatch(/^[A-Z].*[.]$/);
    }
    await eventually(
      async () => (await app.as("viewer").subscriptions.get({ id: subscriptionId })).status === "Unsubscribed",
    );
  });

  test("probe 76: the stream of changes is only for our own signed-in pages, and ends with the session", async () => {
    const stream = (headers: Record<string, string>) =>
      fetch(`${app.url}/trpc/live.changes`, {
        headers: { accept: "text/event-stream", ...headers },
        signal: AbortSignal.timeout(20_000),
      });
    expect(await (await stream({})).text()).toContain("UNAUTHORIZED");
    const cookie = await signIn("viewer");
    expect((await stream({ cookie, origin: "https://evil.example" })).status).toBe(403);
    expect((await stream({ cookie, "sec-fetch-site": "cross-site" })).status).toBe(403);

    const open = await stream({ cookie });
    const reader = open.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    await fetch(`${app.url}/auth/sign-out`, {
      method: "POST",
      headers: { origin: app.url, cookie },
      redirect: "manual",
    });
    for (;;) {
      const { done } = await reader.read();
      if (done) break;
    }
    expect(await (await stream({ cookie })).text()).toContain("UNAUTHORIZED");
  });
});

describe("the edge", () => {
  /** The same routes behind https, as in production. */
  function production(more: Partial<AppDeps> = {}) {
    const never = () => Promise.reject(new Error("not in this test"));
    return createPages({
      db: app.db,
      slowDb: app.db,
      needsDb: app.db,
      marketplace: app.marketplace,
      changes: { follow: async function* () {}, stop: () => Promise.resolve() },
      webhook: { verify: never, receive: never, recordRejected: () => {} },
      dashboard: (routes) => void routes.get("*", (c) => c.text("no such page", 404)),
      entra: app.connection.entra,
      marketplaceUrl: app.connection.marketplaceUrl,
      knownKeys: app.connection.knownKeys,
      publicUrl: "https://desk.example",
      clients: createClientAddress([]),
      isProduction: true,
      metricsToken: null,
      sandboxUrl: null,
      cookieSecret: "a secret of the tests, as long as secrets must be",
      isReady: () => true,
      readiness: { problem: async () => null },
      outage: () => null,
      accessProblems: () => [],
      staffRecheck: { checkNow: never },
      clock: () => ({ database: null, microsoft: null }),
      outbox: { ...app.endpointTools, attempts: () => [], notify: app.notifyTools },
      now: () => new Date(),
      log: quiet,
      ...more,
    });
  }

  test("probe 77: all routes have security headers, including errors", async () => {
    const site = production();
    const paths = [
      ...new Set(site.routes.map(({ path }) => path.replaceAll(/:\w+(\{[^}]*\})?/g, "x").replaceAll("*", "x"))),
      "/nowhere",
      "/trpc/nothing",
      "/exports/subscriptions.csv?sort=no",
      "/landing?token=x",
    ];
    expect(paths.length).toBeGreaterThan(15);
    for (const path of paths) {
      for (const method of ["GET", "POST", "DELETE"]) {
        const { headers, status } = await site.request(`https://desk.example${path}`, { method });
        const name = `${method} ${path} ${status}`;
        expect(
          Number(/max-age=(\d+)/.exec(headers.get("strict-transport-security") ?? "")?.[1]),
          name,
        ).toBeGreaterThanOrEqual(31_536_000);
        const policy = headers.get("content-security-policy") ?? "";
        for (const directive of [
          "default-src 'none'",
          "object-src 'none'",
          "base-uri 'none'",
          "frame-ancestors 'none'",
        ]) {
          expect(policy, name).toContain(directive);
        }
        expect(policy, name).not.toContain("unsafe-inline");
        expect(headers.get("x-content-type-options"), name).toBe("nosniff");
        expect(headers.get("cross-origin-opener-policy"), name).toBe("same-origin");
        expect(["same-origin", "no-referrer"], name).toContain(headers.get("referrer-policy"));
        // Public keys are the one thing that products keep.
        const isKept = path === jwksPath && method === "GET";
        expect(headers.get("cache-control"), name).toContain(isKept ? "public" : "no-store");
        expect(headers.get("access-control-allow-origin"), name).toBeNull();
        for (const header of ["server", "x-powered-by"]) expect(headers.get(header), name).toBeNull();
      }
    }
  });

  test("probe 78: a forged host or forwarding header changes no link", async () => {
    const forged = {
      "x-forwarded-host": "evil.example",
      "x-forwarded-for": "1.2.3.4",
      "x-forwarded-proto": "http",
      forwarded: "host=evil.example",
    };
    for (const path of ["/auth/sign-in", "/auth/purchaser/sign-in", "/landing", "/auth/signed-out"]) {
      const answer = await overWire(path, "evil.example", forged);
      expect(answer, path).not.toContain("evil.example");
    }
  });

  test("probe 79: hidden files, source maps and debugging pages are not served", async () => {
    for (const path of ["/.git/HEAD", "/.env", "/assets/main.js.map", "/debug", "/server-status", "/actuator"]) {
      expect((await fetch(`${app.url}${path}`)).status, path).toBe(404);
    }
  });

  test("probe 79, C6: without a token, metrics are only available on this machine", async () => {
    const direct = await fetch(`${app.url}/metrics`);
    expect([direct.status, await direct.text()]).toEqual([200, expect.stringContaining("marketdesk_open_operations")]);
    for (const name of ["x-forwarded-for", "x-forwarded-proto", "x-real-ip", "forwarded", "via"]) {
      expect((await fetch(`${app.url}/metrics`, { headers: { [name]: "1.1 proxy" } })).status, name).toBe(404);
    }
    expect(await overWire("/metrics", "desk.example", {})).toContain(" 421 ");
    // A proxy on the same machine that says nothing of itself, with the name that the world calls or with its own.
    const fromProxy = { incoming: { socket: { remoteAddress: "::ffff:127.0.0.1" } } };
    for (const isProduction of [true, false]) {
      const site = production({ isProduction });
      for (const host of ["desk.example", "127.0.0.1:3000", "localhost"]) {
        expect((await site.request(`http://${host}/metrics`, {}, fromProxy)).status, host).toBe(404);
      }
    }
    const inProduction = production({ isProduction: true, publicUrl: "http://localhost:3000" });
    expect((await inProduction.request("http://localhost:3000/metrics", {}, fromProxy)).status).toBe(404);
    const local = production({ isProduction: false, publicUrl: "http://localhost:3000" });
    const elsewhere = { incoming: { socket: { remoteAddress: "10.1.2.3" } } };
    expect((await local.request("http://localhost:3000/metrics", {}, elsewhere)).status).toBe(404);
    expect((await local.request("http://localhost:3000/metrics", {}, fromProxy)).status).toBe(200);
  });

  test("metrics of the process are available while the database is away, and those of the database have no value", async () => {
    const away = createDatabase({
      url: "postgres://nobody@127.0.0.1:1/none",
      name: "away",
      max: 1,
      statementTimeoutMs: 1_000,
      log: quiet,
    });
    const text = async (db: typeof app.db) => {
      const site = production({ db, metricsToken: "a-token-for-prometheus" });
      const headers = { authorization: "Bearer a-token-for-prometheus" };
      const response = await site.request("https://desk.example/metrics", { headers });
      expect(response.status).toBe(200);
      return response.text();
    };
    const ofDatabase = ["unsettled_operations", "messages_waiting", "usage_differences", 'usage_hours{state="held"}'];
    const present = await text(app.db);
    for (const name of ofDatabase) expect(present).toContain(`\nmarketdesk_${name} 0`);
    const absent = await text(away.db);
    expect(absent).toContain("\nmarketdesk_marketplace_away_seconds 0");
    expect(absent).toContain("\nprocess_resident_memory_bytes ");
    for (const name of ofDatabase) expect(absent).not.toContain(`\nmarketdesk_${name} `);
    await away.close();
  });

  test("probe 79, C6: with a token, metrics are available from anywhere", async () => {
    const site = production({ metricsToken: "a-token-for-prometheus" });
    const statusWith = async (authorization: string | null) =>
      (await site.request("https://desk.example/metrics", { headers: authorization ? { authorization } : {} })).status;
    expect(await statusWith("Bearer a-token-for-prometheus")).toBe(200);
    for (const wrong of [null, "", "Bearer ", "Bearer a-token-for-prometheu", "Basic a-token-for-prometheus"]) {
      expect(await statusWith(wrong), String(wrong)).toBe(404);
    }
  });
});

/** A request with a Host of our choosing, which `fetch` does not allow; the whole answer as text. */
function overWire(path: string, host: string, headers: Record<string, string>): Promise<string> {
  const { hostname, port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname === "localhost" ? "127.0.0.1" : hostname, () => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${lines.join("")}Connection: close\r\n\r\n`);
    });
    socket.setTimeout(10_000, () => reject(new Error("no answer")));
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
}
