import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { find } from "../../server/database/queries/find.ts";
import { usedSignIns } from "../../server/database/schema/landing.ts";
import { sessions, staff } from "../../server/database/schema/staff.ts";
import { parseSearchInput } from "../../server/domain/search-input.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import type { BrowserSession } from "../../sandbox/browser-session.ts";
import { startPurchaserSite } from "../support/purchaser-site.ts";
import type { PurchaserSite } from "../support/purchaser-site.ts";

let site: PurchaserSite;

beforeAll(async () => {
  site = await startPurchaserSite();
});
afterAll(() => site.stop());
afterEach(async () => {
  Object.assign(site.clock, { aheadMs: 0, aheadOfEntraMs: 0 });
  await site.db.update(staff).set({ disabledAt: null });
  await site.control("DELETE", "/faults");
});

async function signIn(persona: string, browser = createBrowserSession(), path = "/auth/sign-in") {
  const signInPage = await browser.visit(`${site.url}${path}`);
  const shown = await browser.chooseAccount(signInPage, persona);
  return { browser, shown };
}

/** The callback address that Entra sends the browser to, without going there. */
async function callbackFor(browser: BrowserSession, persona: string, path = "/auth/sign-in") {
  const signInPage = await browser.visit(`${site.url}${path}`);
  const response = await fetch(signInPage.url, {
    method: "POST",
    body: new URLSearchParams({ persona }),
    redirect: "manual",
  });
  return new URL(response.headers.get("location") ?? "");
}

async function whoIs(browser: BrowserSession, path = "/"): Promise<{ staff: Record<string, string> } | null> {
  return JSON.parse((await browser.visit(`${site.url}${path}`)).html);
}

describe("staff sign-in", () => {
  test.each(["viewer", "operator", "admin"])("gives the %s the role that Entra assigned", async (role) => {
    const { browser } = await signIn(role);
    const session = await whoIs(browser);
    expect(session?.staff).toMatchObject({ role, email: `${role}@contoso.example` });
    expect(session?.staff["id"]).toBe(`${session?.staff["tenantId"]}:${session?.staff["objectId"]}`);
  });

  test("returns to the requested page", async () => {
    const { shown } = await signIn("viewer", undefined, "/auth/sign-in?returnTo=%2F%3Fstatus%3DSuspended");
    expect(shown.url).toBe(`${site.url}/?status=Suspended`);
  });

  test.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])(
    "returns to the home page and not to %s (probe 58)",
    async (wish) => {
      const { shown } = await signIn("viewer", undefined, `/auth/sign-in?returnTo=${encodeURIComponent(wish)}`);
      expect(shown.url).toBe(`${site.url}/`);
    },
  );

  test("shows a person without a role the account and what to ask for", async () => {
    const { browser, shown } = await signIn("outsider");
    expect(shown.status).toBe(403);
    expect(shown.html).toContain("outsider@contoso.example");
    expect(shown.html).toContain("11111111-1111-4111-8111-111111111111");
    for (const name of ["Marketdesk.Viewer", "Marketdesk.Operator", "Marketdesk.Admin"]) {
      expect(shown.html).toContain(name);
    }
    expect(shown.html).toContain("account=other");
    expect(await whoIs(browser)).toBeNull();
  });

  test("refuses a purchaser of another tenant (probe 66)", async () => {
    const { browser, shown } = await signIn("ada");
    expect(shown.status).toBeGreaterThanOrEqual(400);
    expect(await whoIs(browser)).toBeNull();
  });

  test("refuses a blocked person from the next request on", async () => {
    const { browser } = await signIn("operator");
    expect(await whoIs(browser)).not.toBeNull();
    await site.db.update(staff).set({ disabledAt: new Date() }).where(eq(staff.email, "operator@contoso.example"));
    expect(await whoIs(browser)).toBeNull();
    const again = await signIn("operator");
    expect(again.shown.status).toBe(403);
    expect(again.shown.html).toContain("is blocked");
    expect(await whoIs(again.browser)).toBeNull();
  });

  test("applies a changed role to open sessions (probe 63)", async () => {
    const { browser } = await signIn("admin");
    await site.db.update(staff).set({ role: "viewer" }).where(eq(staff.email, "admin@contoso.example"));
    expect((await whoIs(browser))?.staff["role"]).toBe("viewer");
  });

  test("offers to choose another account", async () => {
    const step = await createBrowserSession().visitOnce(`${site.url}/auth/sign-in?account=other`);
    expect(new URL(step.headers.get("location") ?? "").searchParams.get("prompt")).toBe("select_account");
  });

  test("redirects to the public name of this machine first, where the cookies will be", async () => {
    const step = await createBrowserSession().visitOnce(`${site.url.replace("localhost", "127.0.0.1")}/auth/sign-in`);
    expect(step.headers.get("location")).toBe(`${site.url}/auth/sign-in`);
  });

  test.each([
    [
      "an expired secret",
      { status: 401, body: { error: "invalid_client", error_description: "AADSTS7000222: expired" } },
    ],
    ["a deleted app", { status: 400, body: { error: "unauthorized_client", error_description: "AADSTS700016: gone" } }],
  ])("B3: says who has to act when Entra refuses our app: %s", async (_what, fault) => {
    const desk = createBrowserSession();
    const forStaff = await callbackFor(desk, "viewer");
    const landing = createBrowserSession();
    const forPurchaser = await callbackFor(landing, "ada", "/auth/purchaser/sign-in");
    await site.control("POST", "/faults", { target: "POST /", ...fault });
    const staffPage = await desk.visit(forStaff.href);
    expect(staffPage.status).toBe(503);
    expect(staffPage.html).toContain("Microsoft refuses Marketdesk");
    expect(staffPage.html).toMatch(/AADSTS70/);
    const shown = await landing.visit(forPurchaser.href);
    expect(shown.status).toBe(503);
    expect(shown.html).toContain("The publisher has to fix a problem first");
    expect(shown.html).not.toContain("AADSTS");
    expect(shown.headers.has("retry-after")).toBe(false);
    const code = /Support code: <code>([2-9A-Z]{8})</.exec(shown.html)?.[1] ?? "none";
    expect((await find(site.db, parseSearchInput(code))).landingProblems).toHaveLength(1);
  });

  test("B3: says so if the fault is ours", async () => {
    const browser = createBrowserSession();
    const callback = await callbackFor(browser, "viewer");
    await site.db.execute("alter table staff rename to staff_away");
    const shown = await browser.visit(callback.href);
    await site.db.execute("alter table staff_away rename to staff");
    expect(shown.status).toBe(500);
    expect(shown.html).toContain("Something went wrong on our side");
  });

  test.each([
    ["server_error", "Microsoft had a problem"],
    ["consent_required", "your organization's administrator"],
    ["unauthorized_client", "Contact the publisher"],
  ])("B3: says what Microsoft's answer %s means", async (error, meaning) => {
    const browser = createBrowserSession();
    const callback = await callbackFor(browser, "ada", "/auth/purchaser/sign-in");
    callback.searchParams.delete("code");
    callback.searchParams.set("error", error);
    expect((await browser.visit(callback.href)).html.replaceAll("&#39;", "'")).toContain(meaning);
  });

  test.each([
    ["fails", { status: 503, body: "busy" }],
    [
      "asks for fewer calls",
      { status: 429, body: { error: "invalid_request", error_description: "AADSTS90055: Too many requests." } },
    ],
    ["cannot be reached by a proxy", { status: 403, body: { message: "Forbidden" } }],
    ["is replaced by a gateway", { status: 200, body: { status: "ok" } }],
  ])("explains that Entra %s, and signs no one in", async (_what, fault) => {
    const browser = createBrowserSession();
    const callback = await callbackFor(browser, "viewer");
    await site.control("POST", "/faults", { target: "POST /", times: 5, ...fault });
    const shown = await browser.visit(callback.href);
    expect(shown.status).toBe(503);
    expect(shown.headers.get("retry-after")).toBe("30");
    expect(shown.html).toContain("cannot be reached right now");
    expect(await whoIs(browser)).toBeNull();
  });
});

describe("a clock that differs from Entra's", () => {
  test.each([
    ["is two hours ahead", 2 * 3_600_000],
    ["is ten minutes behind", -600_000],
  ])("and %s is named to staff, and ends no sessions", async (_what, aheadMs) => {
    const { browser } = await signIn("admin");
    site.clock.aheadOfEntraMs = aheadMs;
    const forStaff = await signIn("viewer");
    expect(forStaff.shown.status).toBe(500);
    expect(forStaff.shown.html).toContain("The time is not set correctly");
    expect(await whoIs(forStaff.browser)).toBeNull();
    expect((await browser.visit(`${site.url}/recheck`)).html).toContain(
      "Unavailable: Microsoft Entra could not confirm",
    );
    expect(await whoIs(browser)).not.toBeNull();
  });

  test("is our fault to purchasers", async () => {
    site.clock.aheadOfEntraMs = -600_000;
    const { shown } = await signIn("ada", createBrowserSession(), "/auth/purchaser/sign-in");
    expect(shown.status).toBe(500);
    expect(shown.html).toContain("Something went wrong on our side");
  });
});

describe("the sign-in callback", () => {
  async function refused(browser: BrowserSession, address: string) {
    const shown = await browser.visit(address);
    expect(shown.status).toBe(400);
    expect(shown.html).toContain("Sign in again");
    expect(browser.cookies(site.url).has(site.cookieNames.staff)).toBe(false);
    return shown;
  }

  test("refuses a missing state (probe 56)", async () => {
    const browser = createBrowserSession();
    const callback = await callbackFor(browser, "admin");
    callback.searchParams.delete("state");
    await refused(browser, callback.href);
    await refused(createBrowserSession(), `${site.url}/auth/callback`);
  });

  test("refuses a wrong state (probe 56)", async () => {
    const browser = createBrowserSession();
    const callback = await callbackFor(browser, "admin");
    callback.searchParams.set("state", "A".repeat(43));
    await refused(browser, callback.href);
  });

  test("refuses the state of another browser (probe 56)", async () => {
    const callback = await callbackFor(createBrowserSession(), "admin");
    const victim = createBrowserSession();
    await victim.visit(`${site.url}/auth/sign-in`);
    await refused(victim, callback.href);
  });

  test("refuses a used state (probe 56)", async () => {
    const browser = createBrowserSession();
    const callback = await callbackFor(browser, "admin");
    await browser.visit(callback.href);
    browser.cookies(site.url).delete(site.cookieNames.staff);
    const again = await refused(browser, callback.href);
    expect(again.html).toContain("was not started in this browser");
  });

  test.each([
    ["staff", "/auth/sign-in", "admin", "/"],
    ["a purchaser", "/auth/purchaser/sign-in", "ada", "/landing"],
  ])(
    "leads %s who went back to Microsoft's page and is signed in to the start page",
    async (_, path, persona, home) => {
      const browser = createBrowserSession();
      const callback = await callbackFor(browser, persona, path);
      await browser.visit(callback.href);
      const session = new Map(browser.cookies(site.url));
      const again = await browser.visitOnce(callback.href);
      expect([again.status, again.headers.get("location")]).toEqual([303, home]);
      expect(new Map(browser.cookies(site.url))).toEqual(session);
    },
  );

  test("refuses a state that was never used, also of someone who is signed in", async () => {
    const { browser } = await signIn("viewer");
    const callback = await callbackFor(createBrowserSession(), "admin");
    expect((await browser.visitOnce(callback.href)).status).toBe(400);
    expect((await whoIs(browser))?.staff["role"]).toBe("viewer");
  });

  test("refuses a used code, even with the cookie of its sign-in (probe 57)", async () => {
    const browser = createBrowserSession();
    const callback = await callbackFor(browser, "admin");
    const kept = new Map(browser.cookies(site.url));
    await browser.visit(callback.href);
    const replay = createBrowserSession();
    for (const [name, value] of kept) replay.cookies(site.url).set(name, value);
    await refused(replay, callback.href);
  });

  test("refuses the code of another sign-in with another PKCE verifier (probe 57)", async () => {
    const browser = createBrowserSession();
    const own = await callbackFor(browser, "admin");
    const stolen = await callbackFor(createBrowserSession(), "operator");
    own.searchParams.set("code", stolen.searchParams.get("code") ?? "");
    await refused(browser, own.href);
  });

  test("refuses a sign-in that took longer than 10 minutes", async () => {
    const browser = createBrowserSession();
    const callback = await callbackFor(browser, "admin");
    site.clock.aheadMs = 600_000;
    await refused(browser, callback.href);
  });

  test("refuses the state of a staff sign-in for purchasers", async () => {
    const browser = createBrowserSession();
    const callback = await callbackFor(browser, "admin");
    callback.pathname = "/auth/purchaser/callback";
    const shown = await browser.visit(callback.href);
    expect(shown.status).toBe(400);
    expect(browser.cookies(site.url).has(site.cookieNames.purchaser)).toBe(false);
  });

  test("explains that the sign-in was canceled at Microsoft", async () => {
    const browser = createBrowserSession();
    const shown = await browser.chooseAccount(await browser.visit(`${site.url}/auth/sign-in`), "cancel");
    expect(shown.status).toBe(400);
    expect(shown.html).toContain("canceled or not permitted");
    expect(shown.html).not.toContain("AADSTS");
  });

  test("serves two tabs that sign in at the same time", async () => {
    const browser = createBrowserSession();
    const first = await callbackFor(browser, "viewer");
    const second = await callbackFor(browser, "admin");
    expect((await browser.visit(first.href)).status).toBe(200);
    expect((await browser.visit(second.href)).status).toBe(200);
    expect((await whoIs(browser))?.staff["role"]).toBe("admin");
  });
});

describe("a staff session", () => {
  const hour = 3_600_000;

  /** Lets hours pass in which the job asks Entra as it should. */
  async function confirmFor(hours: number) {
    for (let passed = 0.5; passed < hours; passed += 0.5) {
      site.clock.aheadMs = passed * hour;
      await site.recheckStaff();
    }
    site.clock.aheadMs = hours * hour;
    await site.recheckStaff();
  }

  test("has a new id after each sign-in, and the previous one is invalid (probe 59)", async () => {
    const { browser } = await signIn("viewer");
    const former = browser.cookies(site.url).get(site.cookieNames.staff) ?? "";
    await signIn("viewer", browser);
    expect(browser.cookies(site.url).get(site.cookieNames.staff)).not.toBe(former);
    const replay = createBrowserSession();
    replay.cookies(site.url).set(site.cookieNames.staff, former);
    expect(await whoIs(replay)).toBeNull();
  });

  test("does not use an id that someone else chose (probe 59)", async () => {
    const browser = createBrowserSession();
    const planted = "P".repeat(43);
    browser.cookies(site.url).set(site.cookieNames.staff, planted);
    await signIn("viewer", browser);
    expect(browser.cookies(site.url).get(site.cookieNames.staff)).not.toBe(planted);
  });

  test("is stored as a hash, and its id is only in the cookie (probe 60)", async () => {
    const { browser, shown } = await signIn("viewer");
    const id = browser.cookies(site.url).get(site.cookieNames.staff) ?? "";
    expect(Buffer.from(id, "base64url")).toHaveLength(32);
    expect(shown.html).not.toContain(id);
    const rows = await site.db.select().from(sessions);
    expect(JSON.stringify(rows)).not.toContain(id);
    const cookie = shown.trail.flatMap((step) => step.headers.getSetCookie()).find((line) => line.includes(id));
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax$/);
  });

  test("ends with the sign-out, and its cookie opens nothing (probe 61)", async () => {
    const { browser } = await signIn("viewer");
    const id = browser.cookies(site.url).get(site.cookieNames.staff) ?? "";
    const response = await fetch(`${site.url}/auth/sign-out`, {
      method: "POST",
      headers: { Origin: site.url, Cookie: `${site.cookieNames.staff}=${id}` },
      redirect: "manual",
    });
    expect(response.headers.get("location")).toBe("/auth/signed-out?from=staff");
    expect(response.headers.get("set-cookie")).toContain("Max-Age=0");
    expect(await whoIs(browser)).toBeNull();
    const page = await browser.visit(`${site.url}/auth/signed-out?from=staff`);
    expect(page.html).toContain("You are signed out");
  });

  test.each([
    ["no Origin", {}],
    ["another Origin", { Origin: "https://evil.example" }],
    ["Origin: null", { Origin: "null" }],
    ["another site", { "Sec-Fetch-Site": "cross-site" }],
    ["our Origin but another site", { Origin: "OWN", "Sec-Fetch-Site": "same-site" }],
  ])("is not ended by a request with %s (probe 64)", async (_what, headers: Record<string, string>) => {
    const { browser } = await signIn("viewer");
    const id = browser.cookies(site.url).get(site.cookieNames.staff) ?? "";
    const response = await fetch(`${site.url}/auth/sign-out`, {
      method: "POST",
      headers: {
        ...headers,
        ...(headers["Origin"] === "OWN" ? { Origin: site.url } : {}),
        Cookie: `${site.cookieNames.staff}=${id}`,
      },
      redirect: "manual",
    });
    expect(response.status).toBe(403);
    expect(await whoIs(browser)).not.toBeNull();
  });

  test("ends after 8 hours without a request, to the second (probe 62)", async () => {
    const { browser } = await signIn("viewer");
    const [row] = await site.db
      .select()
      .from(sessions)
      .orderBy(sessions.createdAt)
      .limit(1000)
      .then((all) => all.slice(-1));
    const until = (row?.lastSeenAt.getTime() ?? 0) + 8 * hour;
    await confirmFor(7.9);
    site.clock.aheadMs = until - 1_000 - Date.now();
    expect(await whoIs(browser, "/stream")).not.toBeNull();
    site.clock.aheadMs = until - Date.now();
    expect(await whoIs(browser)).toBeNull();
  });

  test("ends after 24 hours, to the second (probe 62)", async () => {
    const { browser } = await signIn("viewer");
    const [row] = await site.db
      .select()
      .from(sessions)
      .orderBy(sessions.createdAt)
      .limit(1000)
      .then((all) => all.slice(-1));
    const until = row?.expiresAt.getTime() ?? 0;
    for (let passed = 1; passed < 24; passed += 1) {
      site.clock.aheadMs = passed * hour;
      await site.recheckStaff();
      expect(await whoIs(browser)).not.toBeNull();
    }
    site.clock.aheadMs = until - 1_000 - Date.now();
    expect(await whoIs(browser)).not.toBeNull();
    site.clock.aheadMs = until - Date.now();
    expect(await whoIs(browser)).toBeNull();
  });

  test("is not extended by a page that is only open", async () => {
    const { browser } = await signIn("viewer");
    for (const passed of [5, 7.9]) {
      await confirmFor(passed);
      expect(await whoIs(browser, "/stream")).not.toBeNull();
    }
    site.clock.aheadMs = 8.1 * hour;
    expect(await whoIs(browser)).toBeNull();
  });

  test("is not a purchaser's session, nor the reverse", async () => {
    const { browser } = await signIn("viewer");
    const staffId = browser.cookies(site.url).get(site.cookieNames.staff) ?? "";
    const swapped = createBrowserSession();
    swapped.cookies(site.url).set(site.cookieNames.purchaser, staffId);
    expect((await swapped.visit(`${site.url}/landing/subscriptions/x`)).html).toContain("Sign in with Microsoft");
  });

  test.each(["", "x", "A".repeat(43), "' or 1=1 --", "A".repeat(5_000)])(
    "does not exist for the cookie %j",
    async (id) => {
      const browser = createBrowserSession();
      browser.cookies(site.url).set(site.cookieNames.staff, encodeURIComponent(id));
      expect(await whoIs(browser)).toBeNull();
    },
  );
});

describe("C2: a role at Entra", () => {
  const minute = 60_000;
  const person = (key: string, change: object) => site.control("POST", `/people/${key}`, change);
  const tokenCalls = async () =>
    (await site.control<{ total: number }>("GET", "/calls?area=entra&method=POST&path=/oauth2/v2.0/token")).total;

  afterEach(async () => {
    await site.control("DELETE", "/faults");
    await person("admin", { roles: ["Marketdesk.Admin"], isDisabled: false });
    await person("viewer", { roles: ["Marketdesk.Viewer"], isDisabled: false });
  });

  test("that was removed ends all sessions of the person within 30 minutes", async () => {
    const { browser } = await signIn("admin");
    const elsewhere = await signIn("admin");
    const other = await signIn("viewer");
    await person("admin", { roles: [] });
    expect(await whoIs(browser)).not.toBeNull();
    site.clock.aheadMs = 29 * minute;
    await site.recheckStaff();
    expect(await whoIs(browser)).toBeNull();
    expect(await whoIs(elsewhere.browser)).toBeNull();
    expect((await whoIs(other.browser))?.staff["role"]).toBe("viewer");
  });

  test("that was lowered reduces the rights, and one that was raised extends them", async () => {
    const { browser } = await signIn("admin");
    await person("admin", { roles: ["Marketdesk.Viewer"] });
    site.clock.aheadMs = 29 * minute;
    await site.recheckStaff();
    expect((await whoIs(browser))?.staff["role"]).toBe("viewer");
    await person("admin", { roles: ["Marketdesk.Viewer", "Marketdesk.Operator"] });
    site.clock.aheadMs = 58 * minute;
    await site.recheckStaff();
    expect((await whoIs(browser))?.staff["role"]).toBe("operator");
  });

  test("is read only when it is due, once for each session", async () => {
    await site.recheckStaff();
    await signIn("viewer");
    const before = await tokenCalls();
    site.clock.aheadMs = 20 * minute;
    await site.recheckStaff();
    expect(await tokenCalls()).toBe(before);
    const { browser } = await signIn("viewer");
    site.clock.aheadMs = 46 * minute;
    const signedIn = await site.db.$count(sessions, eq(sessions.kind, "staff"));
    const atDue = await tokenCalls();
    await Promise.all([site.recheckStaff(), site.recheckStaff(), site.recheckStaff()]);
    expect((await tokenCalls()) - atDue).toBeLessThanOrEqual(signedIn);
    expect(await whoIs(browser)).not.toBeNull();
  });

  test("of a disabled account ends the session, and the person's others at the next check", async () => {
    const first = await signIn("admin");
    site.clock.aheadMs = 20 * minute;
    const second = await signIn("admin");
    await person("admin", { isDisabled: true });
    site.clock.aheadMs = 26 * minute;
    await site.recheckStaff();
    expect(await whoIs(first.browser)).toBeNull();
    await site.recheckStaff();
    expect(await whoIs(second.browser)).toBeNull();
    const again = await signIn("admin");
    expect(again.shown.html).toContain("AADSTS50057");
  });

  test("is read before a dangerous action", async () => {
    const { browser } = await signIn("admin");
    expect((await browser.visit(`${site.url}/recheck`)).html).toBe("admin");
    await person("admin", { roles: ["Marketdesk.Operator"] });
    expect((await browser.visit(`${site.url}/recheck`)).html).toBe("operator");
    await person("admin", { roles: [] });
    const refused = await browser.visit(`${site.url}/recheck`);
    expect(refused.html).toBe("Unauthenticated: Microsoft no longer confirms your sign-in. Sign in again.");
    expect(await whoIs(browser)).toBeNull();
  });

  test.each([
    ["Entra fails", { status: 503, body: "busy" }],
    ["the connection is cut", { cut: "before" }],
    ["Entra asks for fewer calls", { status: 429 }],
    [
      "Entra refuses our own secret",
      { status: 401, body: { error: "invalid_client", error_description: "AADSTS7000222" } },
    ],
    ["a gateway returns JSON", { status: 200, body: { status: "ok" } }],
    ["a proxy refuses with JSON", { status: 403, body: { message: "Forbidden" } }],
    ["Entra fails with a refusal", { status: 500, body: { error: "invalid_grant", error_description: "AADSTS90033" } }],
  ])("that cannot be read (%s) keeps the session for two hours, without dangerous actions", async (_what, fault) => {
    const { browser } = await signIn("admin");
    await site.control("POST", "/faults", { target: "POST ^/[^/]+/oauth2/", ...fault });
    const lines = site.logLines.length;
    for (const passed of [29, 31, 60, 119]) {
      site.clock.aheadMs = passed * minute;
      await site.recheckStaff();
      expect(await whoIs(browser)).not.toBeNull();
    }
    expect(site.logLines.slice(lines).join("\n")).toContain("Entra could not confirm a staff session");
    const refused = await browser.visit(`${site.url}/recheck`);
    expect(refused.html).toContain("Unavailable: Microsoft Entra could not confirm your role, so nothing was changed.");
    site.clock.aheadMs = 121 * minute;
    expect(await whoIs(browser)).toBeNull();
    expect(await whoIs(browser, "/stream")).toBeNull();
  });

  test("is read again when Entra is available", async () => {
    const { browser } = await signIn("admin");
    await site.control("POST", "/faults", { target: "POST ^/[^/]+/oauth2/", status: 503, body: "busy" });
    site.clock.aheadMs = 60 * minute;
    await site.recheckStaff();
    await site.control("DELETE", "/faults");
    await person("admin", { roles: [] });
    site.clock.aheadMs = 62 * minute;
    await site.recheckStaff();
    expect(await whoIs(browser)).toBeNull();
  });

  test("is read with a token that no one can read in the database (probe 60)", async () => {
    await site.db.delete(sessions);
    await signIn("viewer");
    const rows = await site.db.select().from(sessions).where(eq(sessions.kind, "staff"));
    expect(rows).toHaveLength(1);
    expect(rows.every(({ entraGrant }) => entraGrant !== null)).toBe(true);
    expect(JSON.stringify(rows)).not.toMatch(/RefreshToken|refreshtoken/);
    const [row] = rows;
    // Another secret opens nothing: the sign-in ends as one without a refresh token does.
    await site.db
      .update(sessions)
      .set({ entraGrant: "e30.e30" })
      .where(eq(sessions.id, row?.id ?? ""));
    site.clock.aheadMs = 30 * minute;
    await site.recheckStaff();
    expect(await site.db.$count(sessions, eq(sessions.id, row?.id ?? ""))).toBe(0);
  });
});

describe("C9: a sign-in's state", () => {
  const redeemed = async () =>
    (await site.control<{ total: number }>("GET", "/calls?area=entra&method=POST&path=/oauth2/v2.0/token")).total;

  test.each([
    ["staff", "/auth/sign-in", "admin"],
    ["purchasers", "/auth/purchaser/sign-in", "ada"],
  ])(
    "of %s works for one of 200 callbacks; the others are refused with a message (probe 56)",
    async (_who, path, persona) => {
      const browser = createBrowserSession();
      const callback = await callbackFor(browser, persona, path);
      const cookies = [...browser.cookies(site.url)].map(([name, value]) => `${name}=${value}`).join("; ");
      const before = await redeemed();
      const answers = await Promise.all(
        Array.from({ length: 200 }, () => fetch(callback, { headers: { Cookie: cookies }, redirect: "manual" })),
      );
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
      const refused = answers.filter(({ status }) => status === 400);
      expect(refused).toHaveLength(199);
      expect(await refused[0]?.text()).toContain("or was already used");
      expect((await redeemed()) - before).toBe(1);
    },
  );

  test("is used up by an error of Entra, too", async () => {
    const browser = createBrowserSession();
    const callback = await callbackFor(browser, "viewer");
    const cookies = [...browser.cookies(site.url)].map(([name, value]) => `${name}=${value}`).join("; ");
    const canceled = new URL(callback);
    canceled.searchParams.delete("code");
    canceled.searchParams.set("error", "access_denied");
    const answers = [
      await fetch(canceled, { headers: { Cookie: cookies } }),
      await fetch(callback, { headers: { Cookie: cookies } }),
    ];
    expect(await answers[0]?.text()).toContain("canceled or not permitted");
    expect(await answers[1]?.text()).toContain("or was already used");
  });

  test("is deleted once it has expired", async () => {
    const used = () => site.db.$count(usedSignIns);
    await site.db.delete(usedSignIns);
    await signIn("viewer");
    await signIn("admin");
    expect(await used()).toBe(2);
    site.clock.aheadMs = 601_000;
    await signIn("viewer");
    expect(await used()).toBe(1);
  });
});

describe("each sign-in page", () => {
  test.each(["/auth/signed-out", "/auth/callback", "/auth/sign-in", "/auth/nothing"])(
    "has the security headers: %s (probe 77)",
    async (path) => {
      const { headers } = await createBrowserSession().visitOnce(`${site.url}${path}`);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).not.toContain("unsafe");
      for (const directive of [
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "default-src 'none'",
      ]) {
        expect(policy).toContain(directive);
      }
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(["same-origin", "no-referrer"]).toContain(headers.get("referrer-policy"));
      expect(headers.get("strict-transport-security")).toBeNull();
    },
  );

  test("leaves no code, token or address of a person in the log (probe 82)", () => {
    const lines = site.logLines.join("\n");
    expect(lines).toContain("staff signed in");
    expect(lines).not.toMatch(/contoso\.example|fabrikam\.example|eyJ|"code":"1\./);
  });
});
