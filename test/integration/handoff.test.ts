/** Purchasers go from the landing page into the product, with a handoff that the client of the product verifies. */
// cspell:ignore Bücher
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { and, asc, like, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createHandoffVerifier, HandoffRefused } from "../../clients/typescript/src/handoffs.ts";
import { createBrowserSession, linkTo } from "../../sandbox/browser-session.ts";
import type { BrowserSession, LoadedPage } from "../../sandbox/browser-session.ts";
import { addAllowedOrigin, removeAllowedOrigin } from "../../server/commands/settings/allowed-origins.ts";
import { setDestination } from "../../server/commands/settings/set-destination.ts";
import type { Context } from "../../server/context.ts";
import { listAllowedOrigins } from "../../server/database/queries/allowed-origins.ts";
import { latestDestinationOf } from "../../server/database/queries/destinations.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { allowedOrigins } from "../../server/database/schema/destinations.ts";
import { setDestinationInput, type SetDestinationInput } from "../../shared/inputs/landing.ts";
import { quiet } from "../support/app.ts";
import { startPurchaserSite } from "../support/purchaser-site.ts";
import type { PurchaserSite } from "../support/purchaser-site.ts";

let site: PurchaserSite;
let product: string;
beforeAll(async () => {
  site = await startPurchaserSite();
  product = `${site.sandbox.url}/product`;
  await site.control("POST", "/settings", { activationDelayMs: 0, operationDelayMs: 0 });
});
afterAll(() => site.stop());
afterEach(() => setTo({ mode: "page" }));

const contact = { name: "Ada Moreau", email: "ada@fabrikam.example", company: "Fabrikam", phone: "" };

const staff = (role: "admin" | "operator" = "admin") => {
  const actor = { kind: "staff", id: "t:o", name: "Amira", role } as const;
  return { db: site.db, now: () => new Date(), log: quiet, actor } as unknown as Context;
};

async function setTo(wanted: Partial<SetDestinationInput>, { isSandbox = true } = {}): Promise<void> {
  const scope = { offerId: wanted.offerId ?? null, planId: wanted.planId ?? null };
  const seenVersion = (await latestDestinationOf(site.db, scope))?.version ?? 0;
  const others = {
    mode: "button",
    url: product,
    opensOnReturn: false,
    addsOrigin: true,
    reason: "For a test",
  } as const;
  await setDestination(staff(), { ...others, ...scope, seenVersion, ...wanted }, { isSandbox });
}

function buy(purchase: Record<string, unknown> = {}) {
  const bought = { offerId: "insight", planId: "business", quantity: 12, ...purchase };
  return site.control<{ subscriptionId: string; landingUrl: string }>("POST", "/purchases", bought);
}

async function arrive(landingUrl: string, persona = "ada", browser = createBrowserSession()) {
  const signInPage = await browser.follow(await browser.visit(landingUrl), "Sign in with Microsoft");
  return { browser, shown: await browser.chooseAccount(signInPage, persona) };
}

const activate = (browser: BrowserSession, shown: LoadedPage) => browser.submit(shown, "/landing/activate", contact);
const textOf = (shown: LoadedPage) =>
  shown.html.replaceAll(/<style[^]*?<\/style>|<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
const freshLink = async (id: string) =>
  (await site.control<{ landingUrl: string }>("POST", `/subscriptions/${id}/token`)).landingUrl;

/** The redirect to the product, not followed. */
async function open(browser: BrowserSession, path: string) {
  const { headers, status } = await browser.visitOnce(path);
  const location = new URL(headers.get("location") ?? "", site.url);
  return { status, headers, location, token: location.searchParams.get("handoff") ?? "" };
}

const verifier = (origin = new URL(product).origin) => createHandoffVerifier({ url: site.url, origin });

describe("an active subscription with a button to the product", () => {
  test("leads the purchaser into the product, signed in with the purchase", async () => {
    await setTo({ mode: "button" });
    const { browser, shown } = await arrive((await buy({ autoActivate: true, name: "Fabrikam analytics" })).landingUrl);
    const arrived = await browser.follow(shown, "Open <bdi>insight</bdi>");
    expect(arrived.url).toBe(product);
    expect(textOf(arrived)).toContain("You are signed in as Ada Moreau (ada@fabrikam.example)");
    expect(textOf(arrived)).toContain("Fabrikam analytics");
    expect(textOf(await browser.visit(product))).toContain("You are signed in as Ada Moreau");
  });

  test("hands over the purchase and the person, for this product only, once, for five minutes", async () => {
    await setTo({ mode: "button", url: `${product}?from=marketplace` });
    const { subscriptionId, landingUrl } = await buy({ autoActivate: true });
    const { browser, shown } = await arrive(landingUrl);
    const { status, headers, location, token } = await open(browser, linkTo(shown, "Open <bdi>insight</bdi>"));
    expect(status).toBe(303);
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(location.searchParams.get("from")).toBe("marketplace");
    const verifyHandoff = verifier();
    const handoff = await verifyHandoff(token);
    expect(handoff).toMatchObject({
      iss: site.url,
      aud: new URL(product).origin,
      tid: "a1a1a1a1-0000-4000-8000-00000000fab0",
      name: "Ada Moreau",
      language: "en",
      subscription: { id: subscriptionId, offerId: "insight", planId: "business", quantity: 12, access: "full" },
    });
    expect((handoff.exp ?? 0) - (handoff.iat ?? 0)).toBe(300);
    await expect(verifyHandoff(token)).rejects.toThrow("already used");
    await expect(verifier("https://other.example")(token)).rejects.toThrow(HandoffRefused);
    await expect(verifier()(`${token.slice(0, -4)}AAAA`)).rejects.toThrow(HandoffRefused);
    expect(site.logLines.join("\n")).not.toContain(token.slice(0, 40));
    const replayed = await browser.visit(`${product}?handoff=${token}`);
    expect(replayed.status).toBe(200);
    expect((await createBrowserSession().visit(`${product}?handoff=${token}`)).status).toBe(403);
  });

  test("is opened for no one else, and its target never comes from the request", async () => {
    await setTo({ mode: "button" });
    const { subscriptionId, landingUrl } = await buy({ autoActivate: true });
    const { browser } = await arrive(landingUrl);
    const path = `${site.url}/landing/subscriptions/${subscriptionId}/open`;
    expect((await createBrowserSession().visit(path)).html).toContain("Sign in with Microsoft");
    const cleo = await arrive((await buy({ purchaser: "cleo" })).landingUrl, "cleo");
    expect((await cleo.browser.visit(path)).status).toBe(404);
    for (const query of ["url=https://evil.example", "returnTo=//evil.example", "then=https://evil.example"]) {
      const { location } = await open(browser, `${path}?${query}`);
      expect(location.origin).toBe(new URL(product).origin);
    }
  });

  test("is not opened while access is suspended or ended", async () => {
    await setTo({ mode: "button", opensOnReturn: true });
    const { subscriptionId, landingUrl } = await buy({ autoActivate: true });
    await arrive(landingUrl);
    await site.control("POST", `/subscriptions/${subscriptionId}/suspend`, { deliver: false });
    const { browser, shown } = await arrive(await freshLink(subscriptionId));
    expect(textOf(shown)).toContain("Your subscription is suspended");
    const { location } = await open(browser, `${shown.url}/open`);
    expect(location.pathname).toBe(`/landing/subscriptions/${subscriptionId}`);
  });
});

describe("a new purchase", () => {
  test("opens the product when its activation is complete, if so set", async () => {
    await setTo({ mode: "after_activation" });
    const { landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    const activating = await activate(browser, shown);
    expect(textOf(activating)).toContain("being activated");
    await site.settle();
    const done = await browser.visit(activating.url);
    const refresh = /^0; url=(\S+)$/.exec(done.headers.get("refresh") ?? "")?.[1] ?? "";
    const arrived = await browser.visit(new URL(refresh, site.url).href);
    expect(textOf(arrived)).toContain("You are signed in as Ada Moreau");
    // A later visit stays on the page.
    expect((await browser.visit(activating.url.replace("?then=open", ""))).headers.get("refresh")).toBeNull();
  });

  test("opens the product instead of the form, if so set, and its page leads there too", async () => {
    await setTo({ mode: "instead" });
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown } = await arrive(landingUrl);
    expect(shown.url).toBe(product);
    expect(textOf(shown)).toContain("Access none");
    const page = await browser.visit(`${site.url}/landing/subscriptions/${subscriptionId}`);
    expect(page.html).not.toContain("/landing/activate");
    expect(textOf(page)).toContain("Continue in the product");
  });

  test("follows the destination of its plan before that of its offer and of all offers", async () => {
    await setTo({ mode: "instead", offerId: "insight", planId: null });
    await setTo({ mode: "page", offerId: "insight", planId: "team" });
    expect((await arrive((await buy()).landingUrl)).shown.url).toBe(product);
    const team = await arrive((await buy({ planId: "team" })).landingUrl);
    expect(textOf(team.shown)).toContain("Confirm your purchase");
    await setTo({ mode: null, offerId: "insight", planId: null });
    await setTo({ mode: null, offerId: "insight", planId: "team" });
    expect(textOf((await arrive((await buy()).landingUrl)).shown)).toContain("Confirm your purchase");
  });
});

test("a return visit to an active subscription goes straight into the product only if that is set", async () => {
  await setTo({ mode: "button", opensOnReturn: true });
  const { subscriptionId, landingUrl } = await buy({ autoActivate: true });
  expect((await arrive(landingUrl)).shown.url).toBe(product);
  await setTo({ mode: "button", opensOnReturn: false });
  const { shown } = await arrive(await freshLink(subscriptionId));
  expect(textOf(shown)).toContain("Your subscription is active");
});

describe("an allowed origin", () => {
  const origin = "https://app.contoso.example";
  const url = `${origin}/welcome`;
  const isSandbox = true;
  const reason = "For a test";
  const originsNow = async () => (await listAllowedOrigins(site.db)).map((row) => row.origin);

  test("is needed to set a destination, is added and removed by admins only, and each change is recorded", async () => {
    await expect(setTo({ url, addsOrigin: false })).rejects.toThrow(
      `${origin} is not an allowed origin. Add it under Settings, Destination`,
    );
    await expect(addAllowedOrigin(staff("operator"), { origin, reason }, { isSandbox })).rejects.toThrow(
      "Only an admin",
    );
    await addAllowedOrigin(staff(), { origin, reason }, { isSandbox });
    await expect(addAllowedOrigin(staff(), { origin, reason }, { isSandbox })).rejects.toThrow("already allowed");
    for (const other of [`${origin}:8443/`, "https://contoso.example/", `${origin}.evil.example/`])
      await expect(setTo({ url: other, addsOrigin: false })).rejects.toThrow("is not an allowed origin");
    await setTo({ url: "https://APP.contoso.example:443/welcome", addsOrigin: false });
    await expect(removeAllowedOrigin(staff("operator"), { origin, reason })).rejects.toThrow("Only an admin");
    await removeAllowedOrigin(staff(), { origin, reason });
    await expect(removeAllowedOrigin(staff(), { origin, reason })).rejects.toThrow("not allowed");
    expect(await originsNow()).not.toContain(origin);
    const entries = await site.db
      .select({ kind: activity.kind, summary: activity.summary, reason: activity.reason })
      .from(activity)
      .where(and(like(activity.kind, "allowed_origin.%"), like(activity.summary, `%${origin}`)))
      .orderBy(asc(activity.id));
    expect(entries).toEqual([
      { kind: "allowed_origin.added", summary: `Allowed origin added: ${origin}`, reason },
      { kind: "allowed_origin.removed", summary: `Allowed origin removed: ${origin}`, reason },
    ]);
  });

  test("that is removed sends no one, and the page says so until it is allowed again", async () => {
    await setTo({ mode: "after_activation", opensOnReturn: true });
    const { subscriptionId, landingUrl } = await buy({ autoActivate: true });
    const { browser, shown } = await arrive(landingUrl);
    expect(shown.url).toBe(product);
    const { origin: own } = new URL(product);
    await removeAllowedOrigin(staff(), { origin: own, reason });
    const path = `${site.url}/landing/subscriptions/${subscriptionId}`;
    const { location, token } = await open(browser, `${path}/open`);
    expect([location.href, token]).toEqual([path, ""]);
    const page = await browser.visit(`${path}?then=open`);
    expect(page.headers.get("refresh")).toBeNull();
    expect(page.html).not.toContain(`${subscriptionId}/open`);
    expect(textOf(page)).toContain("The product cannot be opened from this page at the moment.");
    const back = await arrive(await freshLink(subscriptionId));
    expect(textOf(back.shown)).toContain("Your subscription is active");
    await addAllowedOrigin(staff(), { origin: own, reason }, { isSandbox });
    expect((await open(browser, `${path}/open`)).token).not.toBe("");
  });

  test("that is removed keeps a purchase whose form the product replaces, without an activation", async () => {
    await setTo({ mode: "instead" });
    const { origin: own } = new URL(product);
    await removeAllowedOrigin(staff(), { origin: own, reason });
    const { shown } = await arrive((await buy()).landingUrl);
    expect(textOf(shown)).toContain("Confirm your purchase");
    expect(textOf(shown)).toContain("The product cannot be opened from this page at the moment.");
    expect(shown.html).not.toContain("/landing/activate");
  });

  test("is on this machine only with the sandbox", async () => {
    const local = { origin: "http://localhost:4000", reason };
    await expect(addAllowedOrigin(staff(), local, { isSandbox: false })).rejects.toThrow("must start with https://");
  });

  test("is taken over from each destination that is active at the upgrade", async () => {
    const scope = { offerId: "insight", addsOrigin: true };
    await setTo({ ...scope, planId: "team", url: "https://former.example/" });
    await setTo({ ...scope, planId: "team", url: "https://team.example:8443/a?b=https://x.example" });
    await setTo({ ...scope, planId: "business", url: "https://Bücher.example" });
    await site.db.delete(allowedOrigins);
    const [file = ""] = globSync("drizzle/*_allowed_origins.sql");
    const migration = await readFile(file, "utf8");
    await site.db.execute(sql.raw(migration.split("--> statement-breakpoint")[1] ?? ""));
    const expected = ["https://team.example:8443", "https://xn--bcher-kva.example"];
    expect(await originsNow()).toEqual(expect.arrayContaining(expected));
    expect(await originsNow()).not.toContain("https://former.example");
    for (const planId of ["team", "business"]) await setTo({ offerId: "insight", planId, mode: null });
  });
});

describe("an address of a destination", () => {
  const input = { offerId: null, planId: null, mode: "button", opensOnReturn: false, seenVersion: 0, reason: "Test" };

  test.each([
    "",
    "app",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example",
    "http://app.contoso.example",
    "http://10.0.0.1/",
    "https://user:pass@app.example",
    "https://app.example/#part",
    "https://app.example/?handoff=x",
    "ftp://app.example",
  ])("is refused as %j", (url) => {
    expect(setDestinationInput.safeParse({ ...input, url }).success).toBe(false);
  });

  test.each(["https://app.contoso.example/welcome?x=1", "http://localhost:4000/", "http://[::1]:4000/"])(
    "can be %s",
    (url) => {
      expect(setDestinationInput.safeParse({ ...input, url }).success).toBe(true);
    },
  );

  test("is on this machine only with the sandbox", async () => {
    await expect(setTo({ mode: "button" }, { isSandbox: false })).rejects.toThrow("must start with https://");
  });
});
