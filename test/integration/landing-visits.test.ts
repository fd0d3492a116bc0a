import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { find } from "../../server/database/queries/find.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { landingProblems } from "../../server/database/schema/landing.ts";
import { operations } from "../../server/database/schema/operations.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { parseSearchInput } from "../../server/domain/search-input.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import type { BrowserSession, LoadedPage } from "../../sandbox/browser-session.ts";
import { findPersona } from "../../sandbox/personas.ts";
import { startPurchaserSite } from "../support/purchaser-site.ts";
import type { PurchaserSite } from "../support/purchaser-site.ts";

let site: PurchaserSite;

beforeAll(async () => {
  site = await startPurchaserSite();
  await site.control("POST", "/settings", { activationDelayMs: 0, operationDelayMs: 0 });
});
afterAll(() => site.stop());
afterEach(async () => {
  site.clock.aheadMs = 0;
  await site.control("DELETE", "/faults");
});

type Link = { subscriptionId: string; landingUrl: string };

const contact = { name: "Ada Moreau", email: "ada@fabrikam.example", company: "Fabrikam", phone: "" };
const typed = { name: "Ада Моро", email: "r&d@bücher.example", company: "Fabrikam & Søn", phone: "" };

function buy(purchase: Record<string, unknown> = {}): Promise<Link> {
  return site.control("POST", "/purchases", { offerId: "insight", planId: "business", quantity: 12, ...purchase });
}

async function signInOn(browser: BrowserSession, page: LoadedPage, persona: string, link = "Sign in with Microsoft") {
  return browser.chooseAccount(await browser.follow(page, link), persona);
}

async function arrive(landingUrl: string, persona = "ada", browser = createBrowserSession()) {
  return { browser, shown: await signInOn(browser, await browser.visit(landingUrl), persona) };
}

const textOf = (shown: LoadedPage) =>
  shown.html
    .replaceAll(/<style[^]*?<\/style>|<[^>]+>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ");
const supportCodeOn = (shown: LoadedPage) => /Support code: ([2-9A-Z]{8})/.exec(textOf(shown))?.[1] ?? null;
const activationsOf = (subscriptionId: string) =>
  site.db.$count(operations, eq(operations.subscriptionId, subscriptionId));
const contactNameOf = async (id: string) =>
  (await site.db.select().from(subscriptions).where(eq(subscriptions.id, id)))[0]?.contactName;

const resolveCall = "POST /api/saas/subscriptions/resolve";

describe("B3: after a failed call, the landing page says what happened", () => {
  type Row = [
    what: string,
    fault: Record<string, unknown>,
    status: number,
    title: string,
    next: RegExp,
    retries: boolean,
  ];

  test.each<Row>([
    [
      "403 of Resolve",
      { status: 403 },
      503,
      "The publisher has to fix a problem first",
      /Only the publisher can fix this problem.*Contact the publisher and give them the support code/,
      false,
    ],
    [
      "401 of Resolve",
      { status: 401, body: "" },
      503,
      "The publisher has to fix a problem first",
      /Contact the publisher/,
      false,
    ],
    [
      "an unknown API version",
      { status: 400, body: { Error: { Code: "UnsupportedApiVersion" } } },
      503,
      "The publisher has to fix a problem first",
      /Contact the publisher/,
      false,
    ],
    [
      "a redirect",
      { status: 302, headers: { location: "https://elsewhere.example" } },
      503,
      "The publisher has to fix a problem first",
      /Contact the publisher/,
      false,
    ],
    ["400 of Resolve", { status: 400 }, 400, "This link can no longer be used", /How to get a new link/, false],
    [
      "404 of Resolve",
      { status: 404 },
      404,
      "Microsoft cannot find this purchase",
      /Wait a few minutes, then try again/,
      true,
    ],
    [
      "500 of Resolve",
      { status: 500 },
      503,
      "Microsoft has a problem right now",
      /Try again in 30 seconds.*after an hour, contact the publisher/,
      true,
    ],
    [
      "503 with Retry-After",
      { status: 503, headers: { "retry-after": "20" } },
      503,
      "Microsoft has a problem right now",
      /Try again in 20 seconds/,
      true,
    ],
    [
      "418, which is not documented",
      { status: 418 },
      502,
      "We could not read Microsoft's response",
      /contact the publisher/i,
      false,
    ],
    ...[200, 400, 401, 403, 404, 409].map(
      (code) =>
        [
          `a ${code} of some proxy`,
          { status: code, body: "<html><title>Sign in to the hotel</title></html>", isForeign: true },
          503,
          "We cannot reach Microsoft right now",
          /Try again in 30 seconds/,
          true,
        ] satisfies Row,
    ),
    [
      "a 204 of Resolve",
      { status: 204 },
      502,
      "We could not read Microsoft's response",
      /contact the publisher/i,
      false,
    ],
    [
      "a connection that is cut",
      { cut: "before" },
      503,
      "We cannot reach Microsoft right now",
      /Try again in 30 seconds/,
      true,
    ],
    [
      "429 with Retry-After",
      { status: 429, headers: { "retry-after": "120" } },
      503,
      "Microsoft is busy right now",
      /Try again in 2 minutes/,
      true,
    ],
  ])("%s", async (_what, fault, status, title, next, retries) => {
    // Microsoft's pause, and the breaker, hold for all calls of a process.
    const isOwn = fault["headers"] !== undefined || fault["status"] === 500 || fault["cut"] !== undefined;
    const own = isOwn ? await startPurchaserSite() : site;
    try {
      const purchase = await own.control<Link>("POST", "/purchases", {
        offerId: "insight",
        planId: "business",
        quantity: 12,
      });
      await own.control("POST", "/faults", { target: resolveCall, times: 50, ...fault });
      const browser = createBrowserSession();
      const shown = await signInOn(browser, await browser.visit(purchase.landingUrl), "ada");
      expect(shown.status).toBe(status);
      expect(textOf(shown)).toContain(title);
      expect(textOf(shown)).toMatch(next);
      expect(shown.headers.has("retry-after")).toBe(retries);
      const code = supportCodeOn(shown) ?? "none";
      // Staff find what happened, however the code is written.
      for (const pasted of [code, `Support code: ${code.toLowerCase()}`]) {
        const { landingProblems } = await find(own.db, parseSearchInput(pasted));
        expect(landingProblems).toMatchObject([{ supportCode: code }]);
        expect(JSON.stringify(landingProblems)).not.toMatch(/ada@|Moreau/);
      }
      expect(own.logLines.some((line) => line.includes(code))).toBe(true);
    } finally {
      if (isOwn) await own.stop();
    }
  });

  test("and that our own secret has expired", async () => {
    const own = await startPurchaserSite();
    try {
      const purchase = await own.control<Link>("POST", "/purchases", {
        offerId: "insight",
        planId: "business",
        quantity: 12,
      });
      const browser = createBrowserSession();
      const welcome = await browser.visit(purchase.landingUrl);
      const signInPage = await browser.follow(welcome, "Sign in with Microsoft");
      // The app asks the tenant's endpoint, people the shared one.
      await own.control("POST", "/faults", {
        target: "POST ^/11111111-1111-4111-8111-111111111111/oauth2/",
        status: 401,
        body: { error: "invalid_client", error_description: "AADSTS7000222: expired" },
      });
      const shown = await browser.chooseAccount(signInPage, "ada");
      expect(textOf(shown)).toContain("The publisher has to fix a problem first");
      await own.control("DELETE", "/faults");
      expect(textOf(await browser.follow(shown, "Check whether the problem is fixed"))).toContain(
        "Confirm your purchase",
      );
    } finally {
      await own.stop();
    }
  });

  test("and that our own database has a problem", async () => {
    const { landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    await site.db.execute("alter table plans rename to plans_away");
    try {
      const failed = await browser.visit(shown.url);
      expect(failed.status).toBe(500);
      expect(textOf(failed)).toContain("Something went wrong on our side");
    } finally {
      await site.db.execute("alter table plans_away rename to plans");
    }
  });

  test("and shows the purchase as soon as Microsoft answers again", async () => {
    const { landingUrl } = await buy();
    await site.control("POST", "/faults", { target: resolveCall, status: 500, times: 50 });
    const { browser, shown } = await arrive(landingUrl);
    await site.control("DELETE", "/faults");
    expect(textOf(await browser.follow(shown, "Try again"))).toContain("Confirm your purchase");
  });

  test("and that Microsoft refused the activation to the publisher", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    await browser.submit(shown, "/landing/activate", contact);
    const change = { attempts: 1, lastError: 'Microsoft refused "Activate" (403 Forbidden).' };
    await site.db.update(operations).set(change).where(eq(operations.subscriptionId, subscriptionId));
    const activating = textOf(await browser.visit(shown.url));
    expect(activating).toContain("Microsoft has not accepted the activation yet.");
    expect(activating).toContain("Contact the publisher and give them the support code below.");
    const away = { lastError: 'Microsoft did not respond to "Activate" within 8 s.' };
    await site.db.update(operations).set(away).where(eq(operations.subscriptionId, subscriptionId));
    expect(textOf(await browser.visit(shown.url))).toContain("Microsoft is not responding right now.");
  });
});

describe("B3: a link that Microsoft has resolved is not blamed for a later call", () => {
  test.each([
    ["400", { status: 400 }, 502],
    ["404", { status: 404 }, 404],
    ["a body about another subscription", { body: { id: "another", saasSubscriptionStatus: "Subscribed" } }, 502],
  ])("Get Subscription answers %s", async (_, fault, status) => {
    const { subscriptionId, landingUrl } = await buy();
    await site.control("POST", "/faults", { target: `GET ^/api/saas/subscriptions/${subscriptionId}$`, ...fault });
    const { browser, shown } = await arrive(landingUrl);
    expect(shown.status).toBe(status);
    expect(textOf(shown)).not.toContain("This link can no longer be used");
    await site.control("DELETE", "/faults");
    const again = await browser.visit(shown.url);
    expect(again.url).toContain(`/landing/subscriptions/${subscriptionId}`);
  });
});

test.each([
  ["no plan and no offer", {}],
  ["values that cannot be read", { offerId: 7, planId: [], quantity: "many", subscription: "none" }],
])("Resolve needs to name only the subscription: %s", async (_, others) => {
  const { subscriptionId, landingUrl } = await buy();
  await site.control("POST", "/faults", { target: resolveCall, status: 200, body: { id: subscriptionId, ...others } });
  expect(textOf((await arrive(landingUrl)).shown)).toContain("Confirm your purchase");
});

describe("B5, C22: only the buyer can finish a purchase", () => {
  const ada = findPersona("ada")!;
  const pat = findPersona("personal")!;
  const adasParty = { emailId: ada.email, objectId: ada.objectId, tenantId: ada.tenantId };
  const ownDirectory = "d1d1d1d1-0000-4000-8000-00000000d1d1";
  const otherObject = "0b1ec700-0000-4000-8000-0000000000ff";

  /** A visit to a purchase of which Microsoft says that this party bought it. */
  async function visitAs(persona: string, party: Record<string, unknown>) {
    const { subscriptionId, landingUrl } = await buy({ name: "Somebody's Insight" });
    await site.control("POST", "/faults", {
      target: `GET /api/saas/subscriptions/${subscriptionId}`,
      status: 200,
      body: {
        id: subscriptionId,
        name: "Somebody's Insight",
        publisherId: "contoso",
        offerId: "insight",
        planId: "business",
        quantity: 12,
        saasSubscriptionStatus: "PendingFulfillmentStart",
        purchaser: party,
        beneficiary: party,
        allowedCustomerOperations: ["Read", "Update", "Delete"],
        term: { termUnit: "P1M" },
      },
    });
    return { subscriptionId, ...(await arrive(landingUrl, persona)) };
  }

  test.each([
    ["the tenant in braces", "ada", { ...adasParty, tenantId: `{${ada.tenantId.toUpperCase()}}` }],
    ["the tenant left out", "ada", { emailId: ada.email, objectId: ada.objectId }],
    ["the tenant blank", "ada", { ...adasParty, tenantId: "" }],
    [
      "a personal account in its own directory",
      "personal",
      { emailId: pat.email, objectId: otherObject, tenantId: ownDirectory },
    ],
    ["a personal account, the tenant left out", "personal", { emailId: pat.email, objectId: pat.objectId }],
  ])("%s: the buyer can finish", async (_what, persona, party) => {
    const { subscriptionId, browser, shown } = await visitAs(persona, party);
    expect(textOf(shown)).toContain("Confirm your purchase");
    expect(textOf(await browser.submit(shown, "/landing/activate", contact))).toContain("being activated");
    expect(await activationsOf(subscriptionId)).toBe(1);
  });

  test.each([
    [
      "the address alone of a personal account, the tenant left out",
      "personal",
      { emailId: pat.email, objectId: otherObject },
    ],
    ["the address alone of a personal account, nothing else named", "personal", { emailId: pat.email }],
    ["the address alone in another tenant", "cleo", { ...adasParty, emailId: "cleo@northwind.example" }],
    ["the object id alone in another tenant", "cleo", { ...adasParty, objectId: findPersona("cleo")!.objectId }],
    ["the object id alone, the tenant left out", "cleo", { objectId: findPersona("cleo")!.objectId }],
  ])("%s: refused with a message and a way to continue", async (_what, persona, party) => {
    const { subscriptionId, browser, shown } = await visitAs(persona, party);
    expect(shown.status).toBe(403);
    expect(textOf(shown)).toContain("This purchase belongs to another account");
    expect(textOf(shown)).toContain("contact the publisher and give them the support code below");
    expect(textOf(shown)).not.toContain("Somebody's Insight");
    expect(shown.html).toContain("Sign in with another account");
    const { landingProblems } = await find(site.db, parseSearchInput(supportCodeOn(shown) ?? "none"));
    expect(landingProblems).toHaveLength(1);
    expect((await browser.visit(`${site.url}/landing/subscriptions/${subscriptionId}`)).status).toBe(404);
  });

  test("a stranger who returns repeatedly is recorded once, with one support code", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const first = await arrive(landingUrl, "cleo");
    const again = await first.browser.visit(landingUrl);
    expect(again.status).toBe(403);
    expect(supportCodeOn(again)).toBe(supportCodeOn(first.shown));
    const rows = await site.db.select().from(activity).where(eq(activity.subscriptionId, subscriptionId));
    expect(rows.filter(({ kind }) => kind === "landing.refused")).toHaveLength(1);
  });
});

describe("B7: each visit has its own state, so that", () => {
  test("two purchases in two tabs can have overlapping sign-ins", async () => {
    const browser = createBrowserSession();
    const [one, other] = await Promise.all([buy({ name: "First purchase" }), buy({ name: "Second purchase" })]);
    const tabs = [await browser.visit(one.landingUrl), await browser.visit(other.landingUrl)] as const;
    const signIns = [
      await browser.follow(tabs[0], "Sign in with Microsoft"),
      await browser.follow(tabs[1], "Sign in with Microsoft"),
    ] as const;
    const second = await browser.chooseAccount(signIns[1], "ada");
    const first = await browser.chooseAccount(signIns[0], "ada");
    expect(textOf(first)).toContain("First purchase");
    expect(textOf(second)).toContain("Second purchase");
    // The back button leads to where that tab was.
    expect(textOf(await browser.visit(tabs[0].url))).toContain("First purchase");
    expect(textOf(await browser.visit(tabs[1].url))).toContain("Second purchase");
  });

  test("a form from an earlier sign-in keeps its input and is sent to its own purchase", async () => {
    const [one, other] = await Promise.all([buy(), buy()]);
    const { browser, shown } = await arrive(one.landingUrl);
    // The same person comes for another purchase and signs in again: the first form is of a sign-in that has ended.
    const elsewhere = await signInOn(browser, await browser.visit(`${shown.url}?x`), "ada", "Use another account");
    expect(elsewhere.status).toBe(200);
    await browser.visit(other.landingUrl);
    const again = await browser.submit(shown, "/landing/activate", typed);
    expect(again.status).toBe(403);
    expect(textOf(again)).toContain("Send the form again");
    expect(again.html).toContain('value="Ада Моро"');
    expect(again.html).toContain('value="r&amp;d@bücher.example"');
    expect(await activationsOf(one.subscriptionId)).toBe(0);
    expect(textOf(await browser.submit(again, "/landing/activate"))).toContain("being activated");
    expect(await contactNameOf(one.subscriptionId)).toBe("Ада Моро");
    expect(await activationsOf(other.subscriptionId)).toBe(0);
    expect(await contactNameOf(other.subscriptionId)).toBeNull();
  });

  test("a session that ends while someone types keeps the input over the next sign-in", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    await browser.submit(shown, "/auth/purchaser/sign-out");
    const refused = await browser.submit(shown, "/landing/activate", typed);
    expect(refused.status).toBe(401);
    expect(textOf(refused)).toContain("Your entries are kept");
    const back = await signInOn(browser, refused, "ada");
    expect(back.url).toBe(shown.url);
    expect(textOf(back)).toContain("They have not been sent yet");
    for (const value of ["Ада Моро", "r&amp;d@bücher.example", "Fabrikam &amp; Søn"]) {
      expect(back.html).toContain(`value="${value}"`);
    }
    expect(await activationsOf(subscriptionId)).toBe(0);
    await browser.submit(back, "/landing/activate");
    expect(await contactNameOf(subscriptionId)).toBe("Ада Моро");
    // Sent, so no longer a draft.
    expect(textOf(await browser.visit(shown.url))).not.toContain("They have not been sent yet");
    expect([...browser.cookies(site.url).keys()].some((name) => name.includes("-draft-"))).toBe(false);
  });

  test("another person who signs in does not get the input, and the first person gets it back", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    await signInOn(browser, await browser.visit(shown.url), "cleo", "Use another account");
    const refused = await browser.submit(shown, "/landing/activate", typed);
    expect(refused.status).toBe(404);
    expect(refused.html).not.toContain("Ада Моро");
    const own = await buy({ purchaser: "cleo" });
    const cleos = await browser.visit(own.landingUrl);
    expect(cleos.html).not.toContain("Ада Моро");
    const back = await signInOn(browser, refused, "ada", "Sign in with another account");
    expect(back.html).toContain('value="Ада Моро"');
    expect(await activationsOf(subscriptionId)).toBe(0);
    expect(await activationsOf(own.subscriptionId)).toBe(0);
  });

  test("an error of ours while a form is sent loses no input", async () => {
    const { landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    await site.db.execute("alter table plans rename to plans_away");
    const failed = await browser.submit(shown, "/landing/activate", typed);
    await site.db.execute("alter table plans_away rename to plans");
    expect(failed.status).toBe(500);
    expect((await browser.visit(shown.url)).html).toContain('value="Ада Моро"');
  });

  test("staff sign-ins and visits do not affect each other", async () => {
    const browser = createBrowserSession();
    const { landingUrl } = await buy({ name: "Two sign-ins" });
    const staffPage = await browser.visit(`${site.url}/auth/sign-in?returnTo=%2F%3Fq%3D1`);
    const welcome = await browser.visit(landingUrl);
    const purchaserPage = await browser.follow(welcome, "Sign in with Microsoft");
    expect((await browser.chooseAccount(staffPage, "viewer")).url).toBe(`${site.url}/?q=1`);
    expect(textOf(await browser.chooseAccount(purchaserPage, "ada"))).toContain("Two sign-ins");
  });

  test("thirty visits leave a browser whose requests still fit, and the latest visit works", async () => {
    const browser = createBrowserSession();
    for (let visit = 0; visit < 30; visit += 1) {
      const welcome = await browser.visit((await buy()).landingUrl);
      await browser.follow(welcome, "Sign in with Microsoft");
    }
    const { shown } = await arrive((await buy({ name: "The latest" })).landingUrl, "ada", browser);
    expect(textOf(shown)).toContain("The latest");
    const sent = shown.trail.map(({ sentCookies }) => sentCookies.length);
    expect(Math.max(...sent)).toBeLessThan(8_000);
  });

  test("signing out removes all input and visits", async () => {
    const { landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    await browser.submit(shown, "/landing/activate", { ...typed, formToken: "x" });
    await browser.submit(shown, "/auth/purchaser/sign-out");
    expect([...browser.cookies(site.url).keys()]).toEqual([]);
  });
});

test("A6, probe 55: a form that is sent repeatedly is slowed down and keeps its text, and others are not affected", async () => {
  const { landingUrl } = await buy();
  const { browser, shown } = await arrive(landingUrl);
  let limited: LoadedPage | null = null;
  for (let press = 0; press < 12 && limited === null; press += 1) {
    const answer = await browser.submit(shown, "/landing/activate", { ...contact, name: `Press ${press}` });
    if (answer.status === 429) limited = answer;
  }
  expect(limited).not.toBeNull();
  expect(Number(limited?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(textOf(limited!)).toContain("Your entries are kept");
  expect(textOf(limited!)).toMatch(/in \d+ seconds?/);
  const other = await browser.visit((await buy()).landingUrl);
  expect(textOf(await browser.submit(other, "/landing/activate", contact))).toContain("being activated");
  const colleague = await arrive(landingUrl, "ben");
  expect(colleague.shown.status).toBe(200);
});

describe("C10: strangers cannot fill the audit trail:", () => {
  test("60 tokens that are too long leave one entry, and a genuine visitor's code is found", async () => {
    const before = await site.db.$count(activity);
    const kept = await site.db.$count(landingProblems);
    const tooLong = `${site.url}/landing?token=${"a".repeat(5_000)}`;
    const codes = new Set<string | null>();
    for (let visit = 0; visit < 60; visit += 1) codes.add(supportCodeOn(await createBrowserSession().visit(tooLong)));
    expect(codes.size).toBe(1);
    expect(await site.db.$count(activity)).toBe(before);
    expect((await site.db.$count(landingProblems)) - kept).toBe(1);
    await site.control("POST", "/faults", { target: resolveCall, status: 403, times: 50 });
    const { shown } = await arrive((await buy()).landingUrl);
    for (const code of [...codes, supportCodeOn(shown)]) {
      expect((await find(site.db, parseSearchInput(code ?? "none"))).landingProblems).toHaveLength(1);
    }
  });

  test("forged tokens of many people stay within the limit of their kind, and each code is found", async () => {
    const kept = await site.db.$count(landingProblems, eq(landingProblems.kind, "link"));
    const codes = new Set<string | null>();
    for (let person = 0; person < 60; person += 1) {
      const persona = ["ada", "ben", "cleo", "reseller", "personal"][person % 5] ?? "ada";
      const { shown } = await arrive(`${site.url}/landing?token=forged${person}`, persona);
      codes.add(supportCodeOn(shown));
    }
    expect(codes).not.toContain(null);
    expect((await site.db.$count(landingProblems, eq(landingProblems.kind, "link"))) - kept).toBeLessThanOrEqual(5);
    for (const code of codes)
      expect((await find(site.db, parseSearchInput(code ?? "none"))).landingProblems).toHaveLength(1);
  });

  test("the oldest entries of a kind are deleted first, and none of another kind", async () => {
    const old = new Date("2026-01-01T00:00:00Z");
    const rows = Array.from({ length: 2_005 }, (_, index) => ({
      supportCode: `OLD${String(index).padStart(5, "0")}`,
      at: new Date(Date.now() - 3_600_000 + index),
      kind: "microsoft",
      summary: "x",
    }));
    await site.db
      .insert(landingProblems)
      .values([
        ...rows,
        { supportCode: "OLDOTHER", at: old, kind: "own", summary: "x" },
        { supportCode: "OLDSAME2", at: old, kind: "microsoft", summary: "x" },
      ]);
    await site.control("POST", "/faults", { target: resolveCall, status: 500, times: 50 });
    const { shown } = await arrive((await buy()).landingUrl, "reseller");
    expect(textOf(shown)).toContain("Microsoft has a problem");
    const left = await site.db.select().from(landingProblems).where(eq(landingProblems.kind, "microsoft"));
    expect(left).toHaveLength(2_000);
    expect(left.map(({ supportCode }) => supportCode)).toContain(supportCodeOn(shown));
    expect(left.map(({ supportCode }) => supportCode)).not.toContain("OLDSAME2");
    expect(await site.db.$count(landingProblems, eq(landingProblems.supportCode, "OLDOTHER"))).toBe(1);
  });
});
