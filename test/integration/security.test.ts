/** Fresh sign-ins for dangerous acts, one's own sessions, and the trace of refused requests. */
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rejectedCalls } from "../../server/database/schema/deliveries.ts";
import { refusals } from "../../server/database/schema/refusals.ts";
import { sessions } from "../../server/database/schema/staff.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { deviceOf } from "../../server/domain/device.ts";
import { refusalInWords } from "../../server/domain/refused-call.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ dashboard: (routes) => void routes.get("*", (c) => c.text("the dashboard", 200)) });
});
afterAll(() => app?.stop());

async function signIn(persona: string) {
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), persona);
  const cookie = () => [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
  return { browser, cookie };
}

type Answer = { status: number; data?: unknown; message?: string; appCode?: string };

async function call(cookie: string, path: string, input?: unknown): Promise<Answer> {
  const isChange = input !== undefined;
  const response = await fetch(`${app.url}/trpc/${path}`, {
    method: isChange ? "POST" : "GET",
    headers: { origin: app.url, "x-marketdesk": "1", "content-type": "application/json", cookie },
    ...(isChange && { body: JSON.stringify(input) }),
  });
  const body = (await response.json()) as {
    result?: { data: unknown };
    error?: { message: string; data: { appCode: string } };
  };
  return {
    status: response.status,
    ...(body.result && { data: body.result.data }),
    ...(body.error && { message: body.error.message, appCode: body.error.data.appCode }),
  };
}

/** As if the sign-ins were an hour old. */
const age = () => app.db.update(sessions).set({ authenticatedAt: sql`now() - interval '1 hour'` });
const unknownId = "0b1ec700-0000-4000-8000-0000000000ff";

describe("C21: a dangerous action needs a fresh sign-in", () => {
  const dangerous: [string, object][] = [
    ["subscriptions.cancel", { subscriptionId: "none", confirmation: "none", reason: "a test" }],
    ["cancellations.setPolicy", { needsSecondPerson: true, waitsHours: 5, seenVersion: 99 }],
    ["cancellations.approve", { requestId: unknownId }],
    ["keys.make", { name: "Fresh" }],
    ["keys.revoke", { id: unknownId, reason: "a test" }],
    ["staff.disable", { tenantId: unknownId, objectId: unknownId, reason: "a test" }],
    ["policyChanges.approve", { id: unknownId }],
    ["bulk.start", { id: unknownId, confirmation: "cancel 2 subscriptions" }],
    ["bulk.retry", { id: unknownId, confirmation: "cancel 2 subscriptions" }],
  ];

  test.each(dangerous)("to %s", async (path, input) => {
    const { cookie } = await signIn("admin");
    const fresh = await call(cookie(), path, input);
    expect(fresh.appCode, JSON.stringify(fresh)).not.toBe("FreshSignIn");
    await age();
    const stale = await call(cookie(), path, input);
    expect(stale).toMatchObject({ appCode: "FreshSignIn", message: expect.stringContaining("Confirm that it is you") });
  });

  test("and any other action does not", async () => {
    const { cookie } = await signIn("admin");
    await age();
    expect((await call(cookie(), "me.get")).data).toMatchObject({ isSignInFresh: false });
    expect((await call(cookie(), "reasons.add", { name: "No danger", actions: ["cancel"] })).status).toBe(200);
  });

  test("at Entra, and continues after it", async () => {
    const { browser, cookie } = await signIn("admin");
    await age();
    const page = await browser.visit(`${app.url}/auth/sign-in?fresh=1&returnTo=/auth/confirmed`);
    const asked = new URL(page.url).searchParams;
    expect(asked.get("prompt")).toBe("login");
    expect(asked.get("max_age")).toBe("0");
    expect(asked.get("claims")).toContain("auth_time");
    const confirmed = await browser.chooseAccount(page, "admin");
    expect(confirmed.url).toBe(`${app.url}/auth/confirmed`);
    expect((await call(cookie(), "me.get")).data).toMatchObject({ isSignInFresh: true });
    expect((await call(cookie(), "keys.make", { name: "After" })).status).toBe(200);
  });

  test("by the same person; another person's sign-in leaves the session unchanged", async () => {
    const { browser, cookie } = await signIn("admin");
    await age();
    const page = await browser.visit(`${app.url}/auth/sign-in?fresh=1&returnTo=/auth/confirmed`);
    const refused = await browser.chooseAccount(page, "second-admin");
    expect(refused.status).toBe(400);
    expect((await call(cookie(), "me.get")).data).toMatchObject({ name: "Amira Dawson", isSignInFresh: false });
  });

  test("which also detects a role that was removed in Entra", async () => {
    const { cookie } = await signIn("second-admin");
    await app.control("people/second-admin", { roles: ["Marketdesk.Viewer"] });
    const refused = await call(cookie(), "keys.make", { name: "No longer" });
    expect(refused.status).toBe(403);
    expect(refused.message).toContain("Your role is now viewer");
    await app.control("people/second-admin", { roles: ["Marketdesk.Admin"] });
  });
});

describe("C21: a person's sessions", () => {
  type Session = { handle: string; device: string | null; isCurrent: boolean };
  const list = async (cookie: string) => (await call(cookie, "security.sessions")).data as Session[];

  test("are listed, and can be ended only by that person", async () => {
    const [one, two, other] = [await signIn("viewer"), await signIn("viewer"), await signIn("operator")];
    const own = await list(one.cookie());
    expect(own.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
    const current = (await list(two.cookie())).find(({ isCurrent }) => isCurrent)!;
    expect((await call(other.cookie(), "security.endSession", { handle: current.handle })).status).toBe(404);
    expect((await call(two.cookie(), "me.get")).status).toBe(200);
    expect((await call(one.cookie(), "security.endSession", { handle: current.handle })).status).toBe(200);
    expect((await call(two.cookie(), "me.get")).status).toBe(401);
    expect((await call(one.cookie(), "me.get")).status).toBe(200);
    for (const handle of ["%", "________________", "", "abc"]) {
      expect((await call(one.cookie(), "security.endSession", { handle })).status).toBe(400);
    }
  });

  test("can all be ended by an admin", async () => {
    const [admin, operator] = [await signIn("admin"), await signIn("operator")];
    const people = (await call(admin.cookie(), "staff.list")).data as {
      name: string;
      tenantId: string;
      objectId: string;
    }[];
    const { tenantId, objectId } = people.find(({ name }) => name === "Omar Haddad")!;
    await app.db.execute(sql`insert into push_browsers (id, staff_id, name, host, subscription, fingerprint, created_at)
      values (${randomUUID()}::uuid, ${`${tenantId}:${objectId}`}, 'Chrome', 'push.example', 'sealed', 'a', now()),
        (${randomUUID()}::uuid, ${`${tenantId}:other`}, 'Chrome', 'push.example', 'sealed', 'b', now())`);
    expect((await call(operator.cookie(), "security.endSessionsOf", { tenantId, objectId })).status).toBe(403);
    expect((await call(admin.cookie(), "security.endSessionsOf", { tenantId, objectId })).status).toBe(200);
    expect((await call(operator.cookie(), "me.get")).status).toBe(401);
    const { rows } = await app.db.execute(sql`select fingerprint from push_browsers`);
    expect(rows).toEqual([{ fingerprint: "b" }]);
  });

  test.each([
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
      "Edge on Windows",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15",
      "Safari on macOS",
    ],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"],
    ["<script>", null],
  ])("%s is %s", (userAgent, device) => {
    expect(deviceOf(userAgent)).toBe(device);
  });
});

describe("C16: refused requests", () => {
  async function figures(): Promise<Record<string, number>> {
    const text = await (await fetch(`${app.url}/metrics`)).text();
    const lines = text.matchAll(/^marketdesk_refused_requests_total\{reason="(\w+)"\} (\d+)$/gm);
    return Object.fromEntries([...lines].map(([, reason = "", count]) => [reason, Number(count)]));
  }

  test("are counted by reason, without data of the caller", async () => {
    const { cookie } = await signIn("viewer");
    const own = { origin: app.url, "x-marketdesk": "1", "content-type": "application/json" };
    const post = (path: string, headers: Record<string, string>) =>
      fetch(`${app.url}${path}`, { method: "POST", headers, body: "{}" });
    const before = await figures();
    await call(cookie(), "staff.list");
    await post("/trpc/subscriptions.suspend", { ...own, cookie: cookie(), origin: "https://evil.example" });
    await fetch(`${app.url}/exports/activity.csv`, { headers: { cookie: cookie(), "sec-fetch-site": "cross-site" } });
    const name = cookie().split("=")[0];
    await call(`${name}=${"x".repeat(43)}`, "me.get");
    await fetch(`${app.url}/api/v1/changes`, { headers: { authorization: "Bearer md_forged" } });
    await call(cookie(), `subscriptions.list?input=${encodeURIComponent('{"cursor":"forged"}')}`);
    await fetch(`${app.url}/auth/callback?state=forged&code=x`);
    const after = await figures();
    const added = Object.fromEntries(
      Object.entries(after).map(([reason, count]) => [reason, count - (before[reason] ?? 0)]),
    );
    expect(added).toMatchObject({ role: 1, origin: 2, session: 1, api_key: 1, cursor: 1, sign_in: 1 });
    const shown = await eventually(async () => {
      const rows = await app.as("admin").security.refusals();
      return rows.length >= 6 && rows;
    });
    expect(shown.map(({ reason }) => reason)).toEqual(expect.arrayContaining(Object.keys(added)));
    await expect(app.as("operator").security.refusals()).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("that are not valid HTTP are counted, and shown on the connection page if they were sent to the webhook", async () => {
    const before = (await figures())["http_syntax"] ?? 0;
    for (const path of ["/", "/webhooks/marketplace"]) {
      const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
      socket.write(`POST ${path} HTTP/1.1\r\nNo colon\r\n\r\n`);
      let text = "";
      for await (const chunk of socket) text += String(chunk);
      expect(text).toContain("HTTP/1.1 400 Bad Request");
    }
    expect((await figures())["http_syntax"]).toBe(before + 2);
    const refused = await eventually(async () => {
      const [row] = await app.db.select().from(rejectedCalls).where(eq(rejectedCalls.reason, "http_syntax"));
      return row;
    });
    expect(refused).toMatchObject({ status: 400, count: 1 });
    // Strangers can send such calls, so they are no warning.
    expect(refusalInWords("http_syntax").remedy).toBeNull();
  });

  test("add no rows in a flood", async () => {
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        fetch(`${app.url}/api/v1/changes`, { headers: { authorization: `Bearer md_${index}` } }),
      ),
    );
    const rows = await eventually(async () => {
      const found = await app.db.select().from(refusals);
      return found.some(({ reason, count }) => reason === "api_key" && count >= 100) && found;
    });
    expect(rows.length).toBeLessThanOrEqual(9);
  });
});
