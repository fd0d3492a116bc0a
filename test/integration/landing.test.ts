import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { activity } from "../../server/database/schema/activity.ts";
import { landingProblems } from "../../server/database/schema/landing.ts";
import { operations } from "../../server/database/schema/operations.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import type { BrowserSession, LoadedPage } from "../../sandbox/browser-session.ts";
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
  site.resolvedTokens.length = 0;
  await site.control("DELETE", "/faults");
  await site.control("DELETE", "/calls");
});

type Link = { subscriptionId: string; landingUrl: string; token: string };
type Calls = { total: number; calls: { method: string; path: string; query: string; requestId: string | null }[] };

const contact = { name: "Ada Moreau", email: "ada@fabrikam.example", company: "Fabrikam", phone: "+47 555 01 00" };

function buy(purchase: Record<string, unknown> = {}): Promise<Link> {
  return site.control("POST", "/purchases", { offerId: "insight", planId: "business", quantity: 12, ...purchase });
}

function callsTo(part: string, method = "POST"): Promise<Calls> {
  return site.control("GET", `/calls?area=marketplace&method=${method}&path=${encodeURIComponent(part)}`);
}

/** Opens a landing link, signs in, and is where that leads. */
async function arrive(landingUrl: string, persona = "ada", browser = createBrowserSession()) {
  const welcome = await browser.visit(landingUrl);
  const signInPage = await browser.follow(welcome, "Sign in with Microsoft");
  return { browser, welcome, shown: await browser.chooseAccount(signInPage, persona) };
}

function activate(browser: BrowserSession, shown: LoadedPage, fields: Record<string, string> = contact) {
  return browser.submit(shown, "/landing/activate", fields);
}

function activationsOf(subscriptionId: string) {
  return site.db.select().from(operations).where(eq(operations.subscriptionId, subscriptionId));
}

const textOf = (shown: LoadedPage) =>
  shown.html.replaceAll(/<style[^]*?<\/style>|<[^>]+>/g, " ").replaceAll(/\s+/g, " ");

describe("a new purchase", () => {
  test("shows the purchase, its purchaser and its beneficiary after sign-in (cases 1 and 2)", async () => {
    const { token, landingUrl } = await buy({ name: "Fabrikam Insight" });
    expect(landingUrl).toMatch(/%2B/);
    const { welcome, shown } = await arrive(landingUrl);
    expect(welcome.status).toBe(200);
    expect(site.resolvedTokens).toEqual([token]);
    const { calls } = await callsTo("/resolve");
    expect(calls).toHaveLength(1);
    expect(calls[0]?.query).toContain("api-version=2018-08-31");
    expect(calls[0]?.requestId).toBeTruthy();
    expect(shown.status).toBe(200);
    for (const fact of [
      "Confirm your purchase",
      "Fabrikam Insight",
      "insight",
      "Business",
      "12",
      "1 month",
      "ada@fabrikam.example",
    ]) {
      expect(textOf(shown)).toContain(fact);
    }
    expect(shown.html).toContain('value="Ada Moreau"');
  });

  test("is resolved with the original token, even if plus signs were decoded on the way (probe 47)", async () => {
    const { token } = await buy();
    const once = encodeURIComponent(token);
    const variants = [
      once,
      token,
      once.replaceAll("%2B", "+"),
      once.replaceAll("%2B", "%20"),
      encodeURIComponent(once),
    ];
    for (const variant of variants) {
      const { shown } = await arrive(`${site.url}/landing?token=${variant}`);
      expect(textOf(shown)).toContain("Confirm your purchase");
    }
    expect(site.resolvedTokens).toEqual(variants.map(() => token));
  });

  test("leaves its token in no address, page, referrer or log line (probe 53)", async () => {
    const { token, landingUrl } = await buy();
    const { browser, welcome, shown } = await arrive(landingUrl);
    await activate(browser, shown);
    const first = welcome.trail[0];
    expect(first?.status).toBe(303);
    expect(first?.headers.get("location")).toMatch(/^\/landing\?visit=[0-9a-z]{19}$/);
    expect(first?.headers.get("referrer-policy")).toBe("no-referrer");
    expect(first?.headers.get("cache-control")).toBe("no-store");
    for (const spelling of [token, encodeURIComponent(token), token.slice(4, 24)]) {
      for (const step of [...welcome.trail.slice(1), ...shown.trail]) {
        expect(step.url).not.toContain(spelling);
        expect(step.sentCookies).not.toContain(spelling);
      }
      expect(`${welcome.html}${shown.html}`).not.toContain(spelling);
      expect(site.logLines.join("\n")).not.toContain(spelling);
    }
  });

  test("is resolved once, even if the page is reloaded (probe 46)", async () => {
    const { landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    for (let load = 0; load < 3; load += 1) expect((await browser.visit(shown.url)).status).toBe(200);
    expect((await browser.visit(`${site.url}/landing`)).url).toBe(shown.url);
    expect((await callsTo("/resolve")).total).toBe(1);
  });

  test("has an address of its own that works after the session has ended", async () => {
    const { landingUrl } = await buy();
    const { shown } = await arrive(landingUrl);
    const again = await arrive(shown.url);
    expect(textOf(again.shown)).toContain("Confirm your purchase");
    expect((await callsTo("/resolve")).total).toBe(1);
  });

  test("is activated with the contact, and the page shows each step (case 8)", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    const activating = await activate(browser, shown);
    expect(activating.url).toBe(shown.url);
    expect(textOf(activating)).toContain("Your subscription is being activated");
    expect(activating.headers.get("refresh")).toBe("3");
    const still = await browser.visit(`${shown.url}?update=off`);
    expect(still.headers.get("refresh")).toBeNull();
    await site.settle();
    const done = await browser.visit(shown.url);
    expect(textOf(done)).toContain("Your subscription is active");
    expect(done.headers.get("refresh")).toBeNull();
    const [row] = await site.db.select().from(subscriptions).where(eq(subscriptions.id, subscriptionId));
    expect(row).toMatchObject({ status: "Subscribed", contactName: "Ada Moreau", contactPhone: "+47 555 01 00" });
    expect((await callsTo(`${subscriptionId}/activate`)).total).toBe(1);
  });

  test("is activated once by two simultaneous clicks (case 7, probe 50)", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    const presses = await Promise.all([1, 2, 3, 4].map(() => activate(browser, shown)));
    expect(presses.map((page) => page.status)).toEqual([200, 200, 200, 200]);
    await site.settle();
    expect(await activationsOf(subscriptionId)).toHaveLength(1);
    expect((await callsTo(`${subscriptionId}/activate`)).total).toBe(1);
    await activate(browser, shown);
    await site.settle();
    expect((await callsTo(`${subscriptionId}/activate`)).total).toBe(1);
  });

  test("keeps its plan and seats even if the form is changed (probe 51)", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    await activate(browser, shown, {
      ...contact,
      planId: "team",
      quantity: "9999",
      status: "Subscribed",
      offerId: "vault",
    });
    const [row] = await site.db.select().from(subscriptions).where(eq(subscriptions.id, subscriptionId));
    expect(row).toMatchObject({
      planId: "business",
      quantity: 12,
      offerId: "insight",
      status: "PendingFulfillmentStart",
    });
  });

  test("works for a personal account, without a call to Graph (case 6)", async () => {
    const { landingUrl } = await buy({ offerId: "vault", planId: "basic", quantity: undefined, purchaser: "personal" });
    const { browser, shown } = await arrive(landingUrl, "personal");
    expect(textOf(shown)).toContain("Confirm your purchase");
    expect(textOf(shown)).not.toContain("Seats");
    expect(textOf(await activate(browser, shown))).toContain("being activated");
  });

  test("can be activated by a colleague, also one without an email claim", async () => {
    const { landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl, "ben");
    expect(shown.html).toContain('value="ben@fabrikam.example"');
    expect(textOf(await activate(browser, shown))).toContain("being activated");
  });

  test("names the reseller that made it, and opens to both tenants (case 16)", async () => {
    const { landingUrl } = await buy({ purchaser: "reseller", beneficiary: "cleo" });
    const { shown } = await arrive(landingUrl, "cleo");
    expect(textOf(shown)).toContain("Purchased by reseller rosa@adventure-works.example");
    expect(textOf(shown)).toContain("Purchased for cleo@northwind.example");
    expect((await arrive(landingUrl, "reseller")).shown.status).toBe(200);
  });

  test("shows markup in names as text (probe 52)", async () => {
    const name = `<script>alert(1)</script>"><img src=x onerror=alert(2)>`;
    const { landingUrl } = await buy({ name });
    const { browser, shown } = await arrive(landingUrl);
    expect(shown.html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    const wrong = await activate(browser, shown, { name, email: `"><script>x`, company: "", phone: "javascript:1" });
    for (const page of [shown, wrong]) expect(page.html).not.toMatch(/<script|<img/);
  });
});

describe("the purchase form", () => {
  test("names each invalid field and how to correct it, and keeps the input", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    const wrong = await activate(browser, shown, {
      name: " ",
      email: "ada at work",
      company: "Fabrikam & Søn",
      phone: "call me",
    });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain("<title>Error: Confirm your purchase</title>");
    for (const message of [
      "Enter a contact name.",
      "Enter an email address such as ada@example.com.",
      "Use only digits, spaces",
    ]) {
      expect(textOf(wrong)).toContain(message);
    }
    expect(wrong.html).toContain('aria-describedby="email-wrong"');
    expect(wrong.html).toContain('value="ada at work"');
    expect(wrong.html).toContain('value="Fabrikam &amp; Søn"');
    expect(await activationsOf(subscriptionId)).toHaveLength(0);
  });

  test("replaces control characters with spaces, and refuses very long values", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    const long = await activate(browser, shown, { ...contact, company: "x".repeat(201) });
    expect(long.status).toBe(422);
    await activate(browser, shown, { ...contact, name: "Ada\u0000\r\nMoreau", company: "\u{1F600} Fabrikam" });
    const [row] = await site.db.select().from(subscriptions).where(eq(subscriptions.id, subscriptionId));
    expect(row).toMatchObject({ contactName: "Ada   Moreau", contactCompany: "\u{1F600} Fabrikam" });
  });

  test.each([
    ["another Origin", { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" }],
    ["Origin: null", { Origin: "null" }],
    ["another site of the same company", { "Sec-Fetch-Site": "same-site" }],
  ])("is refused when sent from %s (probe 64)", async (_what, headers) => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    expect((await browser.submit(shown, "/landing/activate", contact, headers)).status).toBe(403);
    expect(await activationsOf(subscriptionId)).toHaveLength(0);
  });

  test("is refused without the token of the sign-in that opened it", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    const refused = await activate(browser, shown, { ...contact, formToken: "A".repeat(43) });
    expect(refused.status).toBe(403);
    expect(textOf(refused)).toContain("Send the form again");
    expect(await activationsOf(subscriptionId)).toHaveLength(0);
  });

  test("asks to sign in again if the session has ended, and changes nothing", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    site.clock.aheadMs = 8 * 3_600_000 + 1000;
    const refused = await activate(browser, shown);
    expect(refused.status).toBe(401);
    expect(refused.html).toContain("Sign in with Microsoft");
    expect(await activationsOf(subscriptionId)).toHaveLength(0);
  });

  test.each(["", "{}", "x".repeat(70_000)])("answers a malformed body without a 500 (%#)", async (body) => {
    const { browser } = await arrive((await buy()).landingUrl);
    const response = await fetch(`${site.url}/landing/activate`, {
      method: "POST",
      headers: {
        Origin: site.url,
        "Content-Type": "application/json",
        Cookie: [...browser.cookies(site.url)].map(([name, value]) => `${name}=${value}`).join("; "),
      },
      body,
      redirect: "manual",
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });
});

describe("a purchase of another person", () => {
  test("is refused to a person of another tenant who has the link, and that is recorded (probe 48)", async () => {
    const { subscriptionId, landingUrl } = await buy();
    await arrive(landingUrl, "ada");
    const { browser, shown } = await arrive(landingUrl, "cleo");
    expect(shown.status).toBe(403);
    expect(textOf(shown)).toContain("cleo@northwind.example");
    expect(textOf(shown)).not.toMatch(/business|insight|ada@fabrikam/i);
    const record = await site.db.select().from(activity).where(eq(activity.subscriptionId, subscriptionId));
    expect(record.map((row) => row.kind)).toContain("landing.refused");
    const rightAccount = await browser.follow(shown, "Sign in with another account");
    expect(textOf(await browser.chooseAccount(rightAccount, "ada"))).toContain("Confirm your purchase");
  });

  test("is answered like a missing purchase to anyone who knows its id (probe 49)", async () => {
    const otherPurchase = await buy();
    await arrive(otherPurchase.landingUrl, "ada");
    const own = await buy({ purchaser: "cleo" });
    const { browser, shown } = await arrive(own.landingUrl, "cleo");
    const page = await browser.visit(`${site.url}/landing/subscriptions/${otherPurchase.subscriptionId}`);
    const nothing = await browser.visit(`${site.url}/landing/subscriptions/${crypto.randomUUID()}`);
    const post = await activate(browser, shown, { ...contact, subscriptionId: otherPurchase.subscriptionId });
    const postNothing = await activate(browser, shown, { ...contact, subscriptionId: crypto.randomUUID() });
    expect([page, nothing, post, postNothing].map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(new Set([page, nothing, post, postNothing].map(textOf)).size).toBe(1);
    expect(await activationsOf(otherPurchase.subscriptionId)).toHaveLength(0);
  });

  test.each(["%00", "a%20b", "..%2F..", "x".repeat(3_000), "%E0%A4%A"])(
    "is not found for an invalid id (%#)",
    async (id) => {
      const { browser } = await arrive((await buy()).landingUrl);
      expect((await browser.visit(`${site.url}/landing/subscriptions/${id}`)).status).toBe(404);
    },
  );
});

describe("a visit without a valid purchase", () => {
  test("and without a token shows guidance, signed in or not, and does not call Microsoft (case 3, probe 46)", async () => {
    const browser = createBrowserSession();
    for (const path of ["/landing", "/landing/", "/landing?token=", "/landing?other=1"]) {
      const shown = await browser.visit(`${site.url}${path}`);
      expect(shown.status).toBe(200);
      expect(textOf(shown)).toContain("Open your subscription from Microsoft");
    }
    const signInPage = await browser.visit(`${site.url}/auth/purchaser/sign-in`);
    const signedIn = await browser.chooseAccount(signInPage, "ada");
    expect(textOf(signedIn)).toContain("Open your subscription from Microsoft");
    expect((await callsTo("/resolve")).total).toBe(0);
  });

  test.each(["garbage", "ab%2Bcd%2Fef", "%00%01", "a".repeat(2_000), "<script>"])(
    "and with a broken token (%#) explains how to get a new link, and records nothing (case 4)",
    async (token) => {
      const before = await site.db.$count(subscriptions);
      const { browser, shown } = await arrive(`${site.url}/landing?token=${token}`);
      expect(shown.status).toBe(400);
      expect(textOf(shown)).toContain("This link can no longer be used");
      expect(textOf(shown)).toContain("Azure portal");
      expect(textOf(shown)).toContain("Microsoft 365");
      expect(shown.html).not.toMatch(/\bat .*\.ts:|Error:.*stack/);
      expect((await callsTo("/resolve")).total).toBeLessThanOrEqual(1);
      const again = await browser.visit(`${site.url}/landing`);
      expect(textOf(again)).toContain("Open your subscription from Microsoft");
      expect((await callsTo("/resolve")).total).toBeLessThanOrEqual(1);
      expect(await site.db.$count(subscriptions)).toBe(before);
    },
  );

  test("and with an oversized token gets the same answer immediately", async () => {
    const shown = await createBrowserSession().visit(`${site.url}/landing?token=${"a".repeat(5_000)}`);
    expect(shown.status).toBe(400);
    expect(textOf(shown)).toContain("This link can no longer be used");
  });

  test("and with an expired token explains how to get a new link (probe 46)", async () => {
    await site.changeSettings({ purchaseTokenTtlMs: 0 });
    const { landingUrl } = await buy();
    const { shown } = await arrive(landingUrl);
    expect(shown.status).toBe(400);
    expect(textOf(shown)).toContain("older than 24 hours");
  });
});

describe("a return visit", () => {
  const subscribed = () => buy({ autoActivate: true });
  const freshLink = async (id: string) => (await site.control<Link>("POST", `/subscriptions/${id}/token`)).landingUrl;

  test("to an active subscription shows it and activates nothing (case 12)", async () => {
    const { subscriptionId, landingUrl } = await subscribed();
    const { browser, shown } = await arrive(landingUrl);
    expect(textOf(shown)).toContain("Your subscription is active");
    expect(textOf(shown)).toContain("Who should we contact?");
    const kept = await activate(browser, shown);
    expect(textOf(kept)).toContain("Ada Moreau, Fabrikam, ada@fabrikam.example");
    await site.settle();
    expect((await callsTo(`${subscriptionId}/activate`)).total).toBe(0);
    expect(await activationsOf(subscriptionId)).toHaveLength(0);
    const again = await browser.visit(await freshLink(subscriptionId));
    expect(textOf(again)).toContain("Your subscription is active");
    expect((await callsTo("/resolve")).total).toBe(2);
  });

  test("to a suspended subscription explains the payment (case 13)", async () => {
    const { subscriptionId } = await subscribed();
    await site.control("POST", `/subscriptions/${subscriptionId}/suspend`, { deliver: false });
    const { shown } = await arrive(await freshLink(subscriptionId));
    expect(textOf(shown)).toContain("Your subscription is suspended");
    expect(shown.html).toContain("https://portal.azure.com/");
    expect(shown.html).not.toContain("/landing/activate");
    expect((await callsTo(`${subscriptionId}/activate`)).total).toBe(0);
  });

  test("to an ended subscription says so and where to buy again (case 13)", async () => {
    const { subscriptionId } = await subscribed();
    await site.control("POST", `/subscriptions/${subscriptionId}/unsubscribe`, { deliver: false });
    const { shown } = await arrive(await freshLink(subscriptionId));
    expect(textOf(shown)).toContain("This subscription has ended");
    expect(shown.html).not.toContain("/landing/activate");
    expect((await callsTo(`${subscriptionId}/activate`)).total).toBe(0);
  });

  test("to a subscription with an access hold says that access is paused", async () => {
    const { subscriptionId, landingUrl } = await subscribed();
    const { browser, shown } = await arrive(landingUrl);
    const hold = { holdReason: "invoice dispute", holdBy: "Omar", holdAt: new Date() };
    await site.db.update(subscriptions).set(hold).where(eq(subscriptions.id, subscriptionId));
    const shownOnHold = await browser.visit(shown.url);
    expect(textOf(shownOnHold)).toContain("Your access is suspended");
    expect(textOf(shownOnHold)).not.toContain("invoice dispute");
  });

  test("after a failed activation says so and offers to try again", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    await activate(browser, shown);
    const ended = { stage: "settled", outcome: "failed", settledAt: new Date(), dueAt: null } as const;
    await site.db.update(operations).set(ended).where(eq(operations.subscriptionId, subscriptionId));
    const failed = await browser.visit(shown.url);
    expect(textOf(failed)).toContain("The activation failed");
    expect(textOf(failed)).toMatch(/Support code: [0-9A-F]{8}/);
    expect(failed.html).toContain('value="+47 555 01 00"');
    expect(textOf(await activate(browser, failed))).toContain("being activated");
    await site.settle();
    expect(textOf(await browser.visit(shown.url))).toContain("Your subscription is active");
  });
});

describe("each landing page", () => {
  test("is small, has no script and cannot be framed (probes 54 and 77)", async () => {
    const { landingUrl } = await buy();
    const { welcome, shown, browser } = await arrive(landingUrl);
    const pages = [
      welcome,
      shown,
      await activate(browser, shown),
      await browser.visit(`${site.url}/landing/subscriptions/x`),
    ];
    for (const page of pages) {
      expect(Buffer.byteLength(page.html)).toBeLessThan(15_000);
      expect(page.html).not.toMatch(/<script|\son[a-z]+=|style="|src=/);
      const policy = page.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(policy).toContain(`'nonce-${/<style nonce="([^"]+)"/.exec(page.html)?.[1]}'`);
      expect(page.headers.get("x-frame-options")).toBe("DENY");
      expect(page.headers.get("cache-control")).toBe("no-store");
    }
  });

  test("signs out on request", async () => {
    const { browser, shown } = await arrive((await buy()).landingUrl);
    const out = await browser.submit(shown, "/auth/purchaser/sign-out");
    expect(textOf(out)).toContain("You are signed out");
    expect((await browser.visit(shown.url)).html).toContain("Sign in with Microsoft");
  });

  test("leaves no token, email address or name in the log (probe 82)", () => {
    expect(site.logLines.join("\n")).not.toMatch(/fabrikam\.example|Ada Moreau|eyJ/);
  });
});

test("probe 55: limits a flood of visits by one person without affecting others", async () => {
  const { browser, shown } = await arrive((await buy({ purchaser: "ben" })).landingUrl, "ben");
  expect(shown.status).toBe(200);
  const statuses: number[] = [];
  for (let visit = 0; visit < 62; visit += 1) {
    statuses.push((await browser.visit(`${site.url}/landing?token=forged${visit}`)).status);
  }
  expect(statuses.at(-1)).toBe(429);
  expect(statuses.filter((status) => status === 429).length).toBeLessThan(5);
  const other = await arrive((await buy({ purchaser: "cleo" })).landingUrl, "cleo");
  expect(other.shown.status).toBe(200);
  // Forged tokens of one person are one line for staff, under one support code.
  expect(await site.db.$count(landingProblems)).toBeLessThanOrEqual(8);
});
