// cspell:words Diese Seite gibt Ta strona nie istnieje anmelden Richten Abonnement nicht angemeldet Deutsch Bestätigen Ihren Kauf Abrechnungs zeitraum Fehler Geben eine Adresse Polski Potwierdź zakup
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createBrowserSession, linkTo } from "../../sandbox/browser-session.ts";
import type { LoadedPage } from "../../sandbox/browser-session.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { startPurchaserSite } from "../support/purchaser-site.ts";
import type { PurchaserSite } from "../support/purchaser-site.ts";

let site: PurchaserSite;

beforeAll(async () => {
  site = await startPurchaserSite();
  await site.control("POST", "/settings", { activationDelayMs: 0, operationDelayMs: 0 });
});
afterAll(() => site.stop());
afterEach(() => site.control("DELETE", "/faults"));

const contact = { name: "Ada Moreau", email: "ada@fabrikam.example", company: "Fabrikam", phone: "" };

function buy(purchase: Record<string, unknown> = {}) {
  const bought = { offerId: "insight", planId: "business", quantity: 12, ...purchase };
  return site.control<{ subscriptionId: string; landingUrl: string }>("POST", "/purchases", bought);
}

async function arrive(landingUrl: string, persona = "ada", browser = createBrowserSession()) {
  const welcome = await browser.visit(landingUrl);
  const signInPage = await browser.visit(linkTo(welcome, signInButton(welcome)));
  return { browser, welcome, shown: await browser.chooseAccount(signInPage, persona) };
}

const signInButton = ({ html }: LoadedPage) => /Mit Microsoft anmelden|Sign in with Microsoft/.exec(html)?.[0] ?? "";
const textOf = (shown: LoadedPage) =>
  shown.html.replaceAll(/<style[^]*?<\/style>|<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
const german = { "Accept-Language": "de-DE,de;q=0.9,en;q=0.5" };

describe("a landing page", () => {
  test("is in the browser's language, says so, and its errors are too", async () => {
    const { landingUrl } = await buy();
    const browser = createBrowserSession();
    const welcome = await browser.visit(landingUrl);
    const inGerman = await browser.visit(welcome.url, german);
    expect(inGerman.html).toContain('<html lang="de" dir="ltr">');
    expect(inGerman.headers.get("content-language")).toBe("de");
    expect(textOf(inGerman)).toContain("Richten Sie Ihr Abonnement ein");
    const failed = await browser.visit(`${site.url}/auth/purchaser/callback?state=x`, german);
    expect(failed.html).toContain('lang="de"');
    expect(textOf(failed)).toContain("Sie sind nicht angemeldet");
  });

  test.each(["foo", "foo/bar?token=x", "subscriptions", "subscriptions/a/b/c", "%E4%B8%AD"])(
    "is shown for the unknown address /landing/%s, in the visitor's language, without a script",
    async (path) => {
      const shown = await createBrowserSession().visit(`${site.url}/landing/${path}`, german);
      expect(shown.status).toBe(404);
      expect(shown.html).toContain('<html lang="de" dir="ltr">');
      expect(textOf(shown)).toContain("Diese Seite gibt es nicht");
      expect(shown.html).not.toContain("<script");
    },
  );

  test("is shown for an unknown address of the sign-in, too, and in the language that was chosen before", async () => {
    const { landingUrl } = await buy();
    const browser = createBrowserSession();
    await browser.follow(await browser.visit(landingUrl), "Polski");
    for (const path of ["/landing/foo", "/auth/purchaser/foo"]) {
      const shown = await browser.visit(`${site.url}${path}`);
      expect(shown.status).toBe(404);
      expect(textOf(shown)).toContain("Ta strona nie istnieje");
    }
  });

  test("is in the language that was chosen on it, from sign-in to activation, on every page after it", async () => {
    const { landingUrl } = await buy();
    const browser = createBrowserSession();
    const welcome = await browser.visit(landingUrl);
    await browser.follow(welcome, "Deutsch");
    const { shown } = await arrive(landingUrl, "ada", browser);
    expect(textOf(shown)).toContain("Bestätigen Sie Ihren Kauf");
    expect(textOf(shown)).toContain("Abrechnungs\u00ADzeitraum");
    const wrong = await browser.submit(shown, "/landing/activate", { ...contact, email: "ada at work" });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain("<title>Fehler: Bestätigen Sie Ihren Kauf</title>");
    expect(textOf(wrong)).toContain("Geben Sie eine E-Mail-Adresse ein");
    // The entries are still there in another language.
    const inPolish = await browser.follow(wrong, "Polski");
    expect(inPolish.html).toContain('value="ada at work"');
    expect(textOf(inPolish)).toContain("Potwierdź zakup");
    const inJapanese = await browser.follow(inPolish, "日本語");
    expect(textOf(await browser.submit(inJapanese, "/landing/activate", contact))).toContain("アクティブ化しています");
  });

  test("leaves an unknown language and an odd choice in English", async () => {
    const browser = createBrowserSession();
    for (const query of ["language=xx", "language=", "language=de%00", "language=__proto__"]) {
      const shown = await browser.visit(`${site.url}/landing?${query}`, { "Accept-Language": "tlh" });
      expect(shown.status).toBe(200);
      expect(shown.html).toContain('<html lang="en"');
    }
  });
});

describe("a visitor", () => {
  test("whose browser keeps no cookies learns that, and how to continue", async () => {
    const { landingUrl } = await buy();
    const moved = await fetch(landingUrl, { redirect: "manual" });
    const response = await fetch(new URL(moved.headers.get("location") ?? "", landingUrl));
    expect(await response.text()).toContain("Your browser blocks cookies");
  });

  test("who comes while Microsoft is away stays on a page that asks again, less and less often", async () => {
    const { landingUrl } = await buy();
    await site.control("POST", "/faults", { target: "POST /api/saas/subscriptions/resolve", status: 500, times: 40 });
    const { browser, shown } = await arrive(landingUrl);
    expect(shown.status).toBe(503);
    const refresh = /^(\d+); url=(\S+)$/.exec(shown.headers.get("refresh") ?? "");
    expect(refresh?.[1]).toBe("30");
    const again = await browser.visit(new URL(refresh?.[2] ?? "", shown.url).href);
    expect(again.headers.get("refresh")).toMatch(/^60; /);
    expect((await browser.follow(again, "Turn off automatic refresh")).headers.get("refresh")).toBeNull();
    await site.control("DELETE", "/faults");
    site.clock.aheadMs = 2 * 3_600_000;
    expect(textOf(await browser.visit(again.url))).toContain("Confirm your purchase");
    site.clock.aheadMs = 0;
  });

  test("whose organization needs an administrator gets a link to send, and continues after the approval", async () => {
    const { landingUrl } = await buy();
    const browser = createBrowserSession();
    const welcome = await browser.visit(landingUrl);
    const signInPage = await browser.follow(welcome, "Sign in with Microsoft");
    const callback = new URL(`${site.url}/auth/purchaser/callback`);
    callback.searchParams.set("state", new URL(signInPage.url).searchParams.get("state") ?? "");
    callback.searchParams.set("error", "access_denied");
    callback.searchParams.set("error_description", "AADSTS90094: The grant requires admin permission.");
    const refused = await browser.visit(callback.href);
    expect(refused.status).toBe(403);
    expect(textOf(refused)).toContain("Your administrator has to approve this sign-in");
    const link = new URL(/>(http[^<]*adminconsent[^<]*)</.exec(refused.html)?.[1]?.replaceAll("&amp;", "&") ?? "");
    expect(link.pathname).toBe("/organizations/v2.0/adminconsent");
    expect(link.searchParams.get("redirect_uri")).toBe(`${site.url}/auth/purchaser/callback`);
    const administrator = createBrowserSession();
    const back = `${site.url}/auth/purchaser/callback?admin_consent=True&tenant=a1a1a1a1-0000-4000-8000-00000000fab0`;
    expect(textOf(await administrator.visit(back))).toContain("The app is approved");
    const again = await browser.follow(refused, "Sign in again");
    expect(textOf(await browser.chooseAccount(again, "ada"))).toContain("Confirm your purchase");
  });

  test("with a personal account is not asked for a company", async () => {
    const { subscriptionId, landingUrl } = await buy({
      offerId: "vault",
      planId: "basic",
      quantity: undefined,
      purchaser: "personal",
    });
    const { browser, shown } = await arrive(landingUrl, "personal");
    expect(shown.html).not.toContain('name="company"');
    const { company: _, ...given } = contact;
    expect(textOf(await browser.submit(shown, "/landing/activate", given))).toContain("being activated");
    const [row] = await site.db.select().from(subscriptions).where(eq(subscriptions.id, subscriptionId));
    expect(row).toMatchObject({ contactName: "Ada Moreau", contactCompany: "" });
  });

  test("who bought through a reseller sees no list price, and who bought directly does", async () => {
    const direct = await arrive((await buy()).landingUrl);
    expect(textOf(direct.shown)).toMatch(/Price \$[\d.,]+ per seat per month/);
    const bought = await arrive((await buy({ purchaser: "reseller", beneficiary: "cleo" })).landingUrl, "cleo");
    expect(textOf(bought.shown)).toContain("Confirm your purchase");
    expect(textOf(bought.shown)).not.toContain("Price");
  });

  test("who is a second colleague replaces the contact only after reading who it is", async () => {
    const { subscriptionId, landingUrl } = await buy();
    const ada = await arrive(landingUrl);
    const ben = await arrive(landingUrl, "ben");
    await ada.browser.submit(ada.shown, "/landing/activate", contact);
    const own = { ...contact, name: "Ben Okafor", email: "ben@fabrikam.example" };
    const read = async () =>
      (await site.db.select().from(subscriptions).where(eq(subscriptions.id, subscriptionId)))[0]?.contactName;
    await site.settle();
    const warned = await ben.browser.submit(ben.shown, "/landing/activate", own);
    expect(warned.status).toBe(409);
    expect(textOf(warned)).toContain("Ada Moreau is the contact for this subscription.");
    expect(await read()).toBe("Ada Moreau");
    await ben.browser.submit(warned, "/landing/activate", own);
    expect(await read()).toBe("Ben Okafor");
  });
});
