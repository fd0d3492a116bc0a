// cspell:words Mail senden sobald antwortet anmelden Deutsch wieder Kauf fortsetzen Bestätigen Ihren eine
/** Purchasers who come while Microsoft is away get an email when it is back. */
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createBrowserSession, type LoadedPage } from "../../sandbox/browser-session.ts";
import type { ReceivedMail, ReceivedMessage } from "../../sandbox/inbox/inbox.ts";
import { createNotify } from "../../server/compose/notify.ts";
import { createMailServer, type MailServer } from "../../server/outbox/mail-server.ts";
import { startSender } from "../../server/outbox/sender.ts";
import { createOutwardCalls } from "../../server/outward/outward-calls.ts";
import { eventually, quiet } from "../support/app.ts";
import { type PurchaserSite, startPurchaserSite } from "../support/purchaser-site.ts";

let site: PurchaserSite;
let outward: ReturnType<typeof createOutwardCalls>;
let notify: ReturnType<typeof createNotify>;
let mailServer: MailServer;
let sender: ReturnType<typeof startSender> | null;

beforeEach(async () => {
  site = await startPurchaserSite();
  outward = createOutwardCalls({ allowedHosts: ["localhost", "127.0.0.1"] });
  mailServer = createMailServer({ url: site.sandbox.smtpUrl, from: "Contoso <subscriptions@contoso.com>" });
  notify = createNotify({
    db: site.db,
    mailServer,
    publicUrl: site.url,
    sandboxUrl: null,
    secret: site.secret,
    outward,
    now: () => new Date(Date.now() + site.clock.aheadMs),
    log: quiet,
  });
  await notify.prepare();
  sender = null;
});
afterEach(async () => {
  await sender?.stop();
  mailServer?.stop();
  await outward?.stop();
  await site?.stop();
});

const textOf = (shown: LoadedPage) =>
  shown.html.replaceAll(/<style[^]*?<\/style>|<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
const startSending = () => {
  sender = startSender({
    db: site.db,
    channels: notify.channels,
    now: () => new Date(),
    isBusy: () => false,
    log: quiet,
    random: () => 0,
  });
};
const states = async () =>
  (await site.db.execute(sql`select state from outbox_messages order by id`)).rows.map((row) => row["state"]);

/** Buys, opens the landing page while Microsoft is away, and asks for the email. */
async function comeWhileAway(purchase: { autoActivate?: boolean } = {}) {
  const { landingUrl, subscriptionId } = await site.control<{ landingUrl: string; subscriptionId: string }>(
    "POST",
    "/purchases",
    {
      offerId: "insight",
      planId: "business",
      quantity: 12,
      ...purchase,
    },
  );
  await site.control("POST", "/faults", { target: "POST /api/saas/subscriptions/resolve", status: 500 });
  const browser = createBrowserSession();
  const welcome = await browser.visit(landingUrl, { "Accept-Language": "de" });
  const german = await browser.follow(welcome, "Deutsch");
  const away = await browser.chooseAccount(await browser.follow(german, "Mit Microsoft anmelden"), "ada");
  expect(textOf(away)).toContain("E-Mail an ada@fabrikam.example senden, sobald Microsoft antwortet");
  const kept = await browser.submit(away, "/landing/wait");
  return { browser, kept, away, subscriptionId, landingUrl };
}

test("a purchaser who asks for it gets one email in their language when Microsoft is back, which leads to the purchase", async () => {
  const { browser, kept } = await comeWhileAway();
  expect(textOf(kept)).toContain("Sobald Microsoft antwortet, senden wir eine E-Mail an ada@fabrikam.example");
  expect(kept.html).not.toContain("/landing/wait");
  await site.continueAwaitedVisits();
  expect(await states()).toEqual([]);
  await site.control("DELETE", "/faults");
  await Promise.all([site.continueAwaitedVisits(), site.continueAwaitedVisits()]);
  await site.continueAwaitedVisits();
  startSending();
  await eventually(async () => (await states()).every((state) => state === "delivered") && (await states()).length > 0);
  const { messages } = await site.control<{ messages: ReceivedMessage[] }>("GET", "/inbox");
  expect(messages).toHaveLength(1);
  const [mail] = messages as (ReceivedMail & ReceivedMessage)[];
  expect(mail).toMatchObject({ to: "ada@fabrikam.example", subject: "Microsoft antwortet wieder: Kauf fortsetzen" });
  const link = /http:\S+\/landing\/subscriptions\/[\w-]+/.exec(mail?.text ?? "")?.[0] ?? "";
  expect(textOf(await browser.visit(link))).toContain("Bestätigen Sie Ihren Kauf");
  const { rows } = await site.db.execute(sql`select v, m from awaited_visits v, outbox_messages m`);
  expect(JSON.stringify(rows)).not.toContain("ada@");
  expect(site.logLines.join("")).not.toContain("ada@");
  site.clock.aheadMs = 49 * 3_600_000;
  await site.continueAwaitedVisits();
  expect((await site.db.execute(sql`select from awaited_visits`)).rowCount).toBe(0);
  site.clock.aheadMs = 0;
});

test("the email is still sent if a proxy has answered in Microsoft's place by then", async () => {
  await comeWhileAway();
  await site.control("DELETE", "/faults");
  await site.control("POST", "/faults", {
    target: "POST /api/saas/subscriptions/resolve",
    status: 400,
    body: "<html>Bad request</html>",
    isForeign: true,
  });
  await site.continueAwaitedVisits();
  expect((await site.db.execute(sql`select from awaited_visits`)).rowCount).toBe(1);
  await site.control("DELETE", "/faults");
  await site.continueAwaitedVisits();
  expect(await states()).toEqual(["waiting"]);
});

test("no email is sent to a visitor who has continued by then, and none can be requested without the visit", async () => {
  const { browser, away } = await comeWhileAway();
  const stranger = createBrowserSession();
  await stranger.visit(`${site.url}/landing`);
  await stranger.submit(away, "/landing/wait");
  await browser.submit(away, "/landing/wait", { visit: "forged\0" });
  expect((await site.db.execute(sql`select from awaited_visits`)).rowCount).toBe(1);
  await site.control("DELETE", "/faults");
  await browser.visit(away.url);
  expect((await site.db.execute(sql`select from awaited_visits`)).rowCount).toBe(0);
  await site.continueAwaitedVisits();
  expect(await states()).toEqual([]);
});

test("no email is sent to a visitor who continues first, and none for a subscription that has ended", async () => {
  const { browser, away } = await comeWhileAway();
  const ended = await comeWhileAway();
  await site.control("DELETE", "/faults");
  await site.continueAwaitedVisits();
  expect(await states()).toEqual(["waiting", "waiting"]);
  await browser.visit(away.url);
  await site.db.execute(
    sql`update subscriptions set status = 'Unsubscribed', auto_renews = null where id = ${ended.subscriptionId}`,
  );
  startSending();
  await eventually(async () => !(await states()).includes("waiting"));
  expect(await states()).toEqual(["stopped", "stopped"]);
});

test("a purchaser whose subscription Microsoft has activated by then gets the email", async () => {
  await comeWhileAway({ autoActivate: true });
  await site.control("DELETE", "/faults");
  await site.continueAwaitedVisits();
  const { rows } = await site.db.execute(sql`select status from subscriptions`);
  expect(rows).toEqual([{ status: "Subscribed" }]);
  startSending();
  await eventually(async () => (await states()).length > 0 && !(await states()).includes("waiting"));
  expect(await states()).toEqual(["delivered"]);
});

test("the email goes to the account that asked last, and the page tells each account the truth", async () => {
  const { landingUrl } = await comeWhileAway();
  const browser = createBrowserSession();
  const german = await browser.follow(await browser.visit(landingUrl, { "Accept-Language": "de" }), "Deutsch");
  const other = await browser.chooseAccount(await browser.follow(german, "Mit Microsoft anmelden"), "ben");
  expect(textOf(other)).toContain("E-Mail an ben@fabrikam.example senden, sobald Microsoft antwortet");
  const kept = await browser.submit(other, "/landing/wait");
  expect(textOf(kept)).toContain("Sobald Microsoft antwortet, senden wir eine E-Mail an ben@fabrikam.example");
  await site.control("DELETE", "/faults");
  await site.continueAwaitedVisits();
  startSending();
  await eventually(async () => (await states()).length > 0 && !(await states()).includes("waiting"));
  const { messages } = await site.control<{ messages: ReceivedMail[] }>("GET", "/inbox");
  expect(messages.map(({ to }) => to)).toEqual(["ben@fabrikam.example"]);
});

test("the email is also sent if Microsoft needs longer than a page can wait", async () => {
  const { subscriptionId } = await comeWhileAway();
  await site.control("DELETE", "/faults");
  await site.control("POST", "/faults", { target: "POST /api/saas/subscriptions/resolve", delayMs: 9_000 });
  await site.continueAwaitedVisits();
  await site.control("DELETE", "/faults");
  const { rows } = await site.db.execute(sql`select subscription_id from awaited_visits`);
  expect(rows).toEqual([{ subscription_id: subscriptionId }]);
});

test("a visit that fails each time does not hold back those that came after it", async () => {
  const first = await comeWhileAway();
  const second = await comeWhileAway();
  await site.control("DELETE", "/faults");
  await site.control("POST", "/faults", {
    target: `GET ^/api/saas/subscriptions/${first.subscriptionId}`,
    status: 500,
  });
  const resolved = async () =>
    (await site.db.execute(sql`select subscription_id from awaited_visits where subscription_id is not null`)).rows;
  await eventually(async () => {
    await site.continueAwaitedVisits();
    return (await resolved()).length > 0;
  });
  expect(await resolved()).toEqual([{ subscription_id: second.subscriptionId }]);
});
