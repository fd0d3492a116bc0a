import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { snoozeNeed } from "../../server/commands/needs/snooze-need.ts";
import { setPurchaserMail } from "../../server/commands/notifications/set-purchaser-mail.ts";
import { mailVersionOf, readPurchaserMails } from "../../server/database/queries/purchaser-mails.ts";
import { runBulkAction } from "../../server/commands/bulk/do-bulk-action.ts";
import { planBulk } from "../../server/commands/bulk/plan-bulk.ts";
import { writeToCustomer } from "../../server/commands/customer-mails/write-to-customer.ts";
import type { Marketplace } from "../../server/marketplace/types.ts";
import { readMailDraft } from "../../server/notify/purchaser/written-letter.ts";
import type { ReceivedMail, ReceivedMessage } from "../../sandbox/inbox/inbox.ts";
import { newId } from "../../server/database/statements/new-id.ts";
import { assignPositions } from "../../server/database/writes/event-positions.ts";
import { purchaserTexts } from "../../server/texts/mails/purchaser-mails.ts";
import { addDays, utcDayOf } from "../../shared/day.ts";
import { languages } from "../../shared/languages.ts";
import type { EventKind } from "../../shared/product.ts";
import { quiet } from "../support/app.ts";
import { dayMs, minuteMs, type Notifications, publicUrl, startNotifications } from "../support/notifications.ts";

/** Emails need no call to Microsoft. */
const noMarketplace = {} as Marketplace;

let notifications: Notifications;
beforeEach(async () => {
  notifications = await startNotifications();
});
afterEach(() => notifications?.stop());

const mailOf = (message: ReceivedMessage | undefined) => message as ReceivedMail & ReceivedMessage;
const admin = () => ({
  db: notifications.db,
  now: notifications.now,
  actor: notifications.actorOf("admin", "admin"),
});

const today = utcDayOf(Date.now());
const contact = { contactName: "Ada", contactEmail: "ada@fabrikam.example", contactCompany: "", contactPhone: "" };

async function happen(subscriptionId: string, kind: EventKind): Promise<void> {
  // What is recorded is ordered by its time, which would otherwise stand still.
  notifications.advance(1_000);
  await notifications.outbox.emit([{ subscriptionId, kind }]);
  await assignPositions(notifications.db, { isAll: true });
  await notifications.plan();
}
const set = (id: string, columns: string) =>
  notifications.db.execute(sql`update subscriptions set ${sql.raw(columns)} where id = ${id}`);
const activationFailed = (subscriptionId: string) =>
  notifications.db.execute(sql`
    insert into operations (id, subscription_id, action, source, stage, outcome, actor_kind, actor_name, created_at, updated_at, settled_at)
    values (${newId(notifications.now())}, ${subscriptionId}, 'Activate', 'Partner', 'settled', 'failed', 'staff', 'Ada', now(), now(), now())`);
/** What waits for a minute is due now. */
const hurry = () => notifications.db.execute(sql`update outbox_lanes set due_at = now()`);

describe("emails to a purchaser", () => {
  test("announce each step once, in order and in the purchaser's language, and are on the timeline without an address", async () => {
    const status = "PendingFulfillmentStart" as const;
    await notifications.outbox.addSubscription("one", { status, purchaserEmail: "buyer@fabrikam.example", ...contact });
    await notifications.db.execute(sql`insert into purchaser_languages values ('one', 'de')`);
    await happen("one", "subscription.contact_given");
    await happen("one", "subscription.contact_given");
    await hurry();
    notifications.startSender();
    await notifications.received(1);
    await notifications.sent();
    await set("one", "activation_asked_at = now(), activation_waits_for = 'staff'");
    await happen("one", "subscription.activation_asked");
    await notifications.received(2);
    await notifications.sent();
    await set("one", "status = 'Subscribed', activation_asked_at = null, activation_waits_for = null");
    await happen("one", "subscription.activated");
    await notifications.received(3);
    await notifications.sent();
    await set("one", "status = 'Suspended'");
    await happen("one", "subscription.suspended");
    const mails = await notifications.received(4);
    await notifications.sent();
    await notifications.plan();
    expect(await notifications.inbox()).toHaveLength(4);
    expect(mails.map(({ to }) => to)).toEqual(Array(4).fill("ada@fabrikam.example"));
    const { mails: texts } = purchaserTexts.de;
    const kinds = ["received", "waiting", "active", "payment_failed"] as const;
    expect(mails.map(({ subject }) => subject)).toEqual(
      kinds.map((kind) => texts[kind].subject.replace("{plan}", "team")),
    );
    expect(mailOf(mails[0]).html).toContain('lang="de"');
    expect(mailOf(mails[2]).text).toContain(`${publicUrl}/landing/subscriptions/one`);
    expect(mailOf(mails[2]).text).toContain("ONE");
    const { rows } = await notifications.db.execute(
      sql`select summary, before, after from activity where kind = 'mail.sent' order by at`,
    );
    expect(rows.map(({ summary }) => summary)).toEqual([
      "Email to the purchaser sent: Purchase received",
      "Email to the purchaser sent: Purchase is being set up",
      "Email to the purchaser sent: Subscription is active",
      "Email to the purchaser sent: Payment failed",
    ]);
    expect(JSON.stringify(rows)).not.toContain("@");
  });

  test("lead into the product if the offer has a destination", async () => {
    await notifications.outbox.addSubscription("one", { ...contact });
    await notifications.db.execute(sql`
      insert into destinations (id, version, mode, url, actor_kind, actor_id, actor_name, reason, created_at)
      values (gen_random_uuid(), 1, 'button', 'https://insight.contoso.example/welcome', 'staff', 'tenant:admin', 'Admin', 'New product', now())`);
    await notifications.db.execute(sql`
      insert into allowed_origins (origin, actor_kind, actor_name, reason, created_at)
      values ('https://insight.contoso.example', 'staff', 'Admin', 'New product', now())`);
    await happen("one", "subscription.activated");
    notifications.startSender();
    const [mail] = await notifications.received(1);
    expect(mailOf(mail).text).toContain(`Open team: ${publicUrl}/landing/subscriptions/one/open`);
  });

  test("are not sent if they are no longer so, are old, or have no address", async () => {
    await notifications.outbox.addSubscription("one", { status: "Suspended", ...contact });
    await notifications.outbox.addSubscription("two");
    await happen("one", "subscription.suspended");
    await happen("two", "subscription.activated");
    await set("one", "status = 'Subscribed'");
    await notifications.outbox.emit([{ subscriptionId: "one", kind: "subscription.activated" }]);
    await assignPositions(notifications.db, { isAll: true });
    notifications.advance(2 * dayMs);
    await notifications.plan();
    notifications.startSender();
    expect((await notifications.sent()).map(({ state, type }) => `${type} ${state}`).toSorted()).toEqual([
      "purchaser.active failed",
      "purchaser.payment_failed stopped",
    ]);
    expect(await notifications.inbox()).toEqual([]);
  });

  test("say once, a week before, that a suspended subscription ends", async () => {
    await notifications.suspended("one", contact);
    notifications.startSender();
    for (let day = 0; day < 28; day += 1) {
      await notifications.plan();
      notifications.advance(dayMs);
    }
    const [mail] = await notifications.received(1);
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(1);
    expect(mail?.subject).toBe("team ends soon");
  });

  test("say that a suspended subscription ends, also while staff have snoozed it", async () => {
    await notifications.suspended("one", contact);
    notifications.advance(10 * dayMs);
    await notifications.plan();
    const until = new Date(notifications.now().getTime() + 19 * dayMs).toISOString();
    await snoozeNeed(
      { ...admin(), marketplace: noMarketplace, log: quiet },
      { kind: "suspension", id: "one", until, reason: "They pay this month" },
    );
    notifications.advance(dayMs);
    await notifications.plan();
    expect(await notifications.sent()).toEqual([]);
    notifications.advance(13 * dayMs);
    await notifications.plan();
    notifications.startSender();
    const [mail] = await notifications.received(1);
    expect(mail).toMatchObject({ to: contact.contactEmail, subject: "team ends soon" });
  });

  test("say once that an activation did not work, however often it was tried, and not if it works by then", async () => {
    const status = "PendingFulfillmentStart" as const;
    for (const id of ["one", "two"]) await notifications.outbox.addSubscription(id, { status, ...contact });
    notifications.advance(minuteMs);
    await activationFailed("one");
    await activationFailed("two");
    await notifications.plan();
    await set("two", "status = 'Subscribed'");
    notifications.startSender();
    const [mail] = await notifications.received(1);
    expect(mail?.subject).toBe("team could not be activated");
    expect(mailOf(mail).text).toContain("Support code: ONE");
    expect((await notifications.sent()).map(({ state, type }) => `${type} ${state}`).toSorted()).toEqual([
      "purchaser.failed delivered",
      "purchaser.failed stopped",
    ]);
    await activationFailed("one");
    await notifications.plan();
    // Microsoft ends the purchase: each failed attempt is now a need.
    await set("one", "status = 'Unsubscribed'");
    await notifications.plan();
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(1);
  });

  test("say once that Microsoft ended a purchase after several attempts", async () => {
    await notifications.outbox.addSubscription("one", { status: "Unsubscribed", ...contact });
    for (let attempt = 0; attempt < 3; attempt += 1) await activationFailed("one");
    notifications.advance(minuteMs);
    await notifications.plan();
    notifications.startSender();
    await notifications.received(1);
    await notifications.plan();
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(1);
  });

  test("have the text of an admin, with facts in place of placeholders, or are switched off", async () => {
    await notifications.outbox.addSubscription("one", { ...contact });
    const seenVersion = mailVersionOf(undefined, "en");
    const change = { kind: "active" as const, isEnabled: true, language: "en" as const, seenVersion };
    const text = { subject: "Welcome to {plan}", body: "Dear {name}, <b>enjoy</b> it." };
    await expect(setPurchaserMail(admin(), { ...change, text: { ...text, body: "{nonsense}" } })).rejects.toMatchObject(
      {
        code: "Invalid",
      },
    );
    await setPurchaserMail(admin(), { ...change, text });
    await happen("one", "subscription.activated");
    notifications.startSender();
    const [mail] = await notifications.received(1);
    expect(mail?.subject).toBe("Welcome to team");
    expect(mailOf(mail).html).toContain("Dear Ada, &lt;b&gt;enjoy&lt;/b&gt; it.");
    const changed = mailVersionOf({ isEnabled: true, texts: { en: text } }, "en");
    await setPurchaserMail(admin(), { ...change, isEnabled: false, text: null, seenVersion: changed });
    await happen("one", "subscription.activated");
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(1);
  });
});

test("an email's text is changed only by those who saw the present one; other languages do not matter", async () => {
  const de = { kind: "active" as const, isEnabled: true, language: "de" as const };
  const en = { ...de, language: "en" as const };
  const text = { subject: "Welcome", body: "Dear {name}" };
  const unchanged = { de: mailVersionOf(undefined, "de"), en: mailVersionOf(undefined, "en") };
  await setPurchaserMail(admin(), { ...de, text, seenVersion: unchanged.de });
  await setPurchaserMail(admin(), { ...en, text, seenVersion: unchanged.en });
  const stale = setPurchaserMail(admin(), { ...de, text: { ...text, subject: "Hello" }, seenVersion: unchanged.de });
  await expect(stale).rejects.toMatchObject({ code: "Conflict" });
  const stored = (await readPurchaserMails(notifications.db)).find(({ kind }) => kind === "active");
  expect(stored?.texts).toEqual({ de: text, en: text });
  const seenVersion = mailVersionOf(stored, "de");
  const both = ["One", "Two"].map((subject) =>
    setPurchaserMail(admin(), { ...de, text: { ...text, subject }, seenVersion }),
  );
  const outcomes = await Promise.allSettled(both);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});

describe("an email that staff write", () => {
  // Only templates have placeholders, and their drafts already have the facts.
  const body = "Hello Ada,\n\nsee {you} soon. Write {name} or {deadline} into your template.";
  const written = { subject: "About your {plan}", body, language: "de" as const };
  const operator = () => ({ ...admin(), actor: notifications.actorOf("Omar"), marketplace: noMarketplace, log: quiet });

  test("starts from a template with the facts of the subscription, in each language and in the admin's words", async () => {
    await notifications.outbox.addSubscription("one", { purchaserEmail: "buyer@fabrikam.example", ...contact });
    const text = { subject: "Hallo {name}", body: "Plan: {plan}" };
    await setPurchaserMail(admin(), {
      kind: "active",
      isEnabled: true,
      language: "de",
      text,
      seenVersion: mailVersionOf(undefined, "de"),
    });
    const draft = await readMailDraft(notifications.db, "one");
    expect(draft?.addresses).toEqual([
      { email: "ada@fabrikam.example", role: "contact" },
      { email: "buyer@fabrikam.example", role: "purchaser" },
    ]);
    const active = draft?.templates.find(({ kind }) => kind === "active");
    expect(active?.texts.de).toEqual({ subject: "Hallo Ada", body: "Plan: team" });
    expect(active?.texts.en.subject).toContain("team");
  });

  test("is sent once as written, in the frame of the publisher, and is on the timeline with its author and text", async () => {
    await notifications.outbox.addSubscription("one", { purchaserEmail: "buyer@fabrikam.example", ...contact });
    const mail = { subscriptionId: "one", to: "buyer@fabrikam.example", ...written, via: "desk" as const };
    await writeToCustomer(operator(), mail);
    notifications.startSender();
    const [received] = await notifications.received(1);
    await notifications.sent();
    expect(received).toMatchObject({ to: "buyer@fabrikam.example", subject: "About your {plan}" });
    expect(mailOf(received).text.replaceAll(/\s+/g, " ")).toContain(
      "see {you} soon. Write {name} or {deadline} into your template.",
    );
    expect(mailOf(received).html).toContain('lang="de"');
    const { rows } = await notifications.db.execute(
      sql`select kind, actor_name, after from activity where kind like 'mail.%' order by id`,
    );
    expect(rows).toEqual([
      expect.objectContaining({
        kind: "mail.written",
        actor_name: "Omar",
        after: { recipient: "buyer@fabrikam.example", subject: written.subject, text: written.body },
      }),
      expect.objectContaining({ kind: "mail.sent", actor_name: "Marketdesk" }),
    ]);
  });

  test("goes only to an address of its subscription, and is only recorded if the mail program sends it", async () => {
    await notifications.outbox.addSubscription("one", { purchaserEmail: "buyer@fabrikam.example", ...contact });
    const mail = { subscriptionId: "one", to: "other@fabrikam.example", ...written };
    await expect(writeToCustomer(operator(), { ...mail, via: "desk" })).rejects.toThrow(
      "not an address of the subscription",
    );
    await writeToCustomer(operator(), { ...mail, to: contact.contactEmail, via: "program" });
    const { rows } = await notifications.db.execute(sql`
      select (select count(*)::int from outbox_messages) as messages, kind from activity where kind like 'mail.%'`);
    expect(rows).toEqual([{ messages: 0, kind: "mail.opened" }]);
  });

  test("about the end of a trial or a term is offered where it fits, and a bulk action says where it does not", async () => {
    const ends = { status: "Subscribed" as const, termEndsOn: addDays(today, 5), ...contact };
    await notifications.outbox.addSubscription("one", { ...ends, isFreeTrial: true });
    await notifications.outbox.addSubscription("two", ends);
    await notifications.outbox.addSubscription("three", { ...ends, status: "Suspended" });
    const offered = async (id: string) =>
      (await readMailDraft(notifications.db, id))?.templates.filter(({ kind }) => kind.endsWith("_ends")) ?? [];
    const [trial] = await offered("one");
    expect(trial?.kind).toBe("trial_ends");
    for (const language of languages) expect(trial?.texts[language].body).not.toMatch(/[{}]|undefined/);
    expect((await offered("two")).map(({ kind }) => kind)).toEqual(["term_ends"]);
    expect(await offered("three")).toEqual([]);
    const action = { kind: "write" as const, template: "trial_ends" as const };
    const { id } = await planBulk(operator(), { action, target: { ids: ["one", "two"] } }, today);
    const { rows } = await notifications.db.execute(
      sql`select subscription_id, state, plan from bulk_rows where run_id = ${id} order by subscription_id`,
    );
    expect(rows).toMatchObject([
      { state: "ready", plan: "Email “Trial ends” to ada@fabrikam.example." },
      { state: "refused", plan: "The template does not fit the state of this subscription." },
    ]);
  });

  test("goes to many only where its template is true, in the dry run and when it is sent", async () => {
    const termEndsOn = addDays(today, 5);
    const facts = {
      renews: { autoRenews: true, termEndsOn },
      ends: { autoRenews: false, termEndsOn },
      endless: { autoRenews: false },
      suspended: { status: "Suspended" as const },
      pending: { status: "PendingFulfillmentStart" as const },
      ended: { status: "Unsubscribed" as const },
    };
    for (const [id, own] of Object.entries(facts))
      await notifications.outbox.addSubscription(id, { ...own, ...contact });
    const ids = Object.keys(facts);
    const fitting = async (template: "lapsing" | "payment_failed" | "active" | "waiting") => {
      const { id } = await planBulk(operator(), { action: { kind: "write", template }, target: { ids } }, today);
      const { rows } = await notifications.db.execute<{ id: string }>(
        sql`select subscription_id as id from bulk_rows where run_id = ${id} and state = 'ready' order by 1`,
      );
      return rows.map((row) => row.id);
    };
    expect(await fitting("lapsing")).toEqual(["ends", "pending", "suspended"]);
    expect(await fitting("payment_failed")).toEqual(["suspended"]);
    expect(await fitting("active")).toEqual(["endless", "ends", "renews"]);
    expect(await fitting("waiting")).toEqual(["pending"]);
    await set("suspended", "status = 'Subscribed', auto_renews = true");
    const action = { kind: "write" as const, template: "payment_failed" as const };
    await expect(runBulkAction(operator(), action, "suspended", {})).rejects.toThrow("does not fit the state");
  });

  test("goes to many from a template: a dry run names each address, and each gets it with their own facts", async () => {
    const status = "PendingFulfillmentStart" as const;
    await notifications.outbox.addSubscription("one", { name: "Fabrikam one", status, ...contact });
    await notifications.outbox.addSubscription("two", {
      name: "Fabrikam two",
      status: "Suspended",
      purchaserEmail: "buyer@fabrikam.example",
    });
    await notifications.outbox.addSubscription("three", { name: "Nowhere", status });
    const action = { kind: "write" as const, template: "lapsing" as const };
    const { id } = await planBulk(operator(), { action, target: { ids: ["one", "two", "three"] } }, today);
    const { rows } = await notifications.db.execute(
      sql`select subscription_id, state, plan from bulk_rows where run_id = ${id} order by subscription_id`,
    );
    expect(rows).toMatchObject([
      { state: "ready", plan: "Email “Subscription is about to end” to ada@fabrikam.example." },
      { state: "refused", plan: expect.stringContaining("has not reported an address") },
      { state: "ready", plan: "Email “Subscription is about to end” to buyer@fabrikam.example." },
    ]);
    for (const subscriptionId of ["one", "two"]) await runBulkAction(operator(), action, subscriptionId, {});
    notifications.startSender();
    const received = await notifications.received(2);
    await notifications.sent();
    const texts = received.map((message) => `${mailOf(message).to}: ${mailOf(message).text}`).toSorted();
    expect(texts).toEqual([
      expect.stringMatching(/^ada@fabrikam.example: [^]*subscription Fabrikam one/),
      expect.stringMatching(/^buyer@fabrikam.example: [^]*subscription Fabrikam two/),
    ]);
  });
});
