/** A card in Teams, from the need to the person who picks it up or approves it; settings of notifications by keyboard. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findPersona } from "../../sandbox/personas.ts";
import { addBrowser } from "../../server/commands/notifications/browsers.ts";
import { plan } from "../../server/notify/planner.ts";
import type { ReceivedMessage } from "../../sandbox/inbox/inbox.ts";
import { addBrowserInput } from "../../shared/notifications.ts";
import { eventually } from "../support/app.ts";
import { becomes, type Desk, hasCount, hasValue, seen, startDesk } from "../support/desk.ts";
import { isFocused } from "../support/keyboard.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk?.stop());

/**
 * What appears together is gathered for a minute, and a channel gets a card every five minutes at most.
 * @param minutesAhead when the card is planned
 * @returns the path of the link of the card with this title
 */
async function linkOfCard(title: string, minutesAhead: number): Promise<string> {
  await eventually(() => plan(desk, new Date()));
  await eventually(() => plan(desk, new Date(Date.now() + minutesAhead * 60_000)));
  const card = await eventually(async () => {
    const { messages } = await desk.control<{ messages: ReceivedMessage[] }>("inbox");
    return messages.find(({ subject }) => subject === title);
  });
  const link = /https?:[^"]+\/act\?link=[\w.-]+/.exec(JSON.stringify(card))?.[0] ?? "";
  return link.slice(desk.url.length);
}

test("the button of a card leads through sign-in to the need, which a person picks up once", async () => {
  const { channels } = desk.as("admin");
  const address = `${desk.sandbox.url}/hooks/teams/sales`;
  const { id } = await channels.create({ kind: "teams", name: "Sales", address });
  const rule = { kinds: ["suspension", "cancel_request"], scope: "all" as const, via: id, frequency: "now" as const };
  const added = (await channels.list()).channels.find((channel) => channel.id === id);
  const settings = { rules: [rule], quietHours: null, dailyAt: "08:00", zone: "UTC" };
  await channels.setRules({ id, settings, seenVersion: added?.version ?? "" });
  await plan(desk, new Date());
  const subscriptionId = await desk.buyActive("Fabrikam Insight");
  await desk.control(`subscriptions/${subscriptionId}/suspend`, {});
  await eventually(async () => (await desk.record(subscriptionId))?.status === "Suspended");
  const page = await desk.openPageAs("operator", await linkOfCard("Payment failed: will be canceled", 2));
  await seen(page.getByRole("heading", { name: "Payment failed: will be canceled" }));
  await seen(page.getByText("Fabrikam Insight"));
  await page.getByRole("button", { name: "Pick up" }).click();
  await seen(page.getByText(/^Picked up by you/));
  await seen(page.getByText(/^This link was used .*Each link works only once\.$/));
  await expect.poll(() => page.getByRole("button", { name: "Pick up" }).count()).toBe(0);
});

test("a cancellation is approved on the page of a card's link, and ends the subscription at Microsoft", async () => {
  const admin = desk.as("admin");
  const { version } = await admin.cancellations.policy();
  await admin.cancellations.setPolicy({ needsSecondPerson: true, waitsHours: 24, seenVersion: version });
  const subscriptionId = await desk.buyActive("Northwind Insight");
  await admin.subscriptions.cancel({
    subscriptionId,
    reason: "",
    reasonCode: "not_satisfied",
    confirmation: "Northwind Insight",
  });
  const page = await desk.openPageAs("operator", await linkOfCard("Cancellation to approve", 10));
  await seen(page.getByText("Northwind Insight", { exact: true }));
  await seen(page.getByText(/^Approving ends the subscription at Microsoft/));
  await page.getByRole("button", { name: "Approve cancellation" }).click();
  await seen(page.getByText("This need has been resolved, so nothing is left to do."));
  await eventually(async () => (await desk.record(subscriptionId))?.status === "Unsubscribed");
  await page.goto(`${desk.url}/subscriptions/${subscriptionId}`);
  await seen(page.getByText(/^Canceled by Test admin .*, approved by Omar Haddad/));
});

test("the escalation list keeps the focus and the input while it is saved and shortened", async () => {
  const page = await desk.openPageAs("admin", "/settings/channels");
  const form = page.locator("form", { has: page.getByRole("heading", { name: "Escalation" }) });
  const save = form.getByRole("button", { name: "Save" });
  await form.getByLabel("Add person").selectOption({ index: 1 });
  await form.getByLabel("Hours for each step").fill("6");
  await save.press("Enter");
  await seen(page.getByText("Saved. The list applies to new needs."));
  await becomes(() => isFocused(save), true);
  await form.getByRole("button", { name: /^Remove / }).press("Enter");
  await becomes(() => isFocused(form.getByRole("heading", { name: "Escalation" })), true);
  await page.reload();
  await hasValue(form.getByLabel("Hours for each step"), "6");
  // The removal was not saved: it is restored as input, until it is discarded.
  await form.getByRole("button", { name: "Discard" }).click();
  await seen(form.getByRole("button", { name: /^Remove / }));
});

test("a rule that is removed leaves the focus with the other rules, and the rest is saved", async () => {
  const page = await desk.openPageAs("operator", "/settings/notifications");
  await page.getByRole("button", { name: "Remove rule 1" }).press("Enter");
  await becomes(() => isFocused(page.getByRole("group", { name: "Rules" })), true);
  await page.getByRole("button", { name: "Save" }).press("Enter");
  await seen(page.getByText("Saved. This applies to new needs and events."));
  await page.reload();
  await seen(page.getByText("No rules, so no messages are sent. Add a rule to get messages."));
});

test("a browser gets a test notification, is turned off, and leaves the focus with the others", async () => {
  const given = addBrowserInput.parse(await (await fetch(`${desk.sandbox.url}/push/browser`)).json());
  const { tenantId, objectId, name } = findPersona("operator") ?? { tenantId: "", objectId: "", name: "" };
  const actor = { kind: "staff" as const, id: `${tenantId}:${objectId}`, name, role: "operator" as const };
  const ctx = { db: desk.db, now: () => new Date(), actor };
  await addBrowser(ctx, desk.notifyTools, { ...given, device: "Chrome on Linux" });
  const page = await desk.openPageAs("operator", "/settings/notifications");
  const turnOff = page.getByRole("button", { name: "Turn off in Chrome on Linux" });
  await page.getByRole("button", { name: "Send test to Chrome on Linux" }).press("Enter");
  await eventually(async () => {
    const { messages } = await desk.control<{ messages: ReceivedMessage[] }>("inbox");
    return messages.some(({ kind, subject }) => kind === "push" && subject === "Test message from Marketdesk");
  });
  await turnOff.press("Enter");
  // It was another browser than the one of the page.
  await seen(page.getByText("Notifications are off in Chrome on Linux"));
  await becomes(() => isFocused(page.getByRole("heading", { name: "Browser notifications" })), true);
  await becomes(() => turnOff.count(), 0);
});

test("staff write to a customer from a template in another language, and find the email on the timeline", async () => {
  const subscriptionId = await desk.buyActive("Fabrikam mail");
  await desk.db.execute(sql`update outbox_receivers set state = 'active', state_since = now() where kind = 'mail'`);
  const page = await desk.openPageAs("operator", `/subscriptions/${subscriptionId}`);
  await page.getByRole("button", { name: "Write…" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Template").selectOption("payment_failed");
  await hasValue(form.getByLabel("Subject"), "Payment failed: Team is suspended");
  await form.getByLabel("Language").selectOption("de");
  await becomes(async () => (await form.getByLabel("Subject").inputValue()).startsWith("Payment failed"), false);
  await form.getByLabel("Subject").fill("Your payment");
  await form.getByRole("button", { name: "Send email" }).click();
  await form.waitFor({ state: "hidden" });
  await seen(page.getByText("Email to the customer written"));
  const { rows } = await desk.db.execute(
    sql`select recipient, language, subject from customer_mails where subscription_id = ${subscriptionId}`,
  );
  expect(rows).toEqual([{ recipient: "ada@fabrikam.example", language: "de", subject: "Your payment" }]);
});

test("a template or another language replaces only what was not written by hand", async () => {
  const page = await desk.openPageAs("operator", `/subscriptions/${await desk.buyActive("Written by hand")}`);
  await page.getByRole("button", { name: "Write…" }).click();
  const form = page.getByRole("dialog");
  const text = form.getByLabel("Text", { exact: true });
  await text.fill("Dear Ada");
  await form.getByLabel("Template").selectOption("payment_failed");
  await seen(form.getByText("Your text was kept."));
  await hasValue(text, "Dear Ada");
  await form.getByLabel("Language").selectOption("de");
  await hasValue(text, "Dear Ada");
  await form.getByRole("button", { name: "Replace it with the template" }).click();
  await becomes(async () => (await text.inputValue()).includes("Dear Ada"), false);
  await form.getByLabel("Language").selectOption("en");
  await hasValue(form.getByLabel("Subject"), "Payment failed: Team is suspended");
});

test("the page of a message that is no endpoint's neither leads to an endpoint nor sends it again", async () => {
  const { rows } = await desk.db.execute<{ id: string }>(sql`
    select m.id from outbox_messages m join outbox_receivers r on r.id = m.receiver_id where r.kind = 'mail' limit 1`);
  const page = await desk.openPageAs("admin", `/settings/messages/${rows[0]?.id}`);
  const facts = page.locator("main");
  await seen(facts.getByText("Attempts"));
  await seen(facts.getByText("Email", { exact: true }));
  await hasCount(facts.getByRole("link", { name: "Email", exact: true }), 0);
  await hasCount(facts.getByRole("button", { name: /Send again|Stop message/ }), 0);
});

test("staff write about a need from its draft, in the list of what needs attention", async () => {
  const subscriptionId = await desk.buyActive("Draft of a need");
  await desk.control(`subscriptions/${subscriptionId}/suspend`, {});
  await eventually(async () => (await desk.record(subscriptionId))?.status === "Suspended");
  await desk.db.execute(sql`update outbox_receivers set state = 'active', state_since = now() where kind = 'mail'`);
  const need = await eventually(async () =>
    (await desk.as("operator").needs.list({})).needs.find(
      (one) => one.subscriptionId === subscriptionId && one.actions.includes("write"),
    ),
  );
  const mail = await desk.as("operator").needs.mail({ kind: need.kind, id: need.id });
  const page = await desk.openPageAs("operator", `/?kind=${need.kind}`);
  const item = page.locator("[data-need]", { has: page.locator(`a[href*="${subscriptionId}"]`) });
  await item.getByRole("button", { name: "Write…" }).click();
  const form = page.getByRole("dialog");
  await hasValue(form.getByLabel("Subject"), mail?.subject ?? "");
  await form.getByRole("button", { name: "Send email" }).click();
  await form.waitFor({ state: "hidden" });
  const { rows } = await desk.db.execute(
    sql`select recipient, subject from customer_mails where subscription_id = ${subscriptionId}`,
  );
  expect(rows).toEqual([{ recipient: mail?.to, subject: mail?.subject }]);
});

const addSimilarNeeds = () =>
  desk.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, quantity, status, status_since, first_seen_by, synced_at,
      created_at, updated_at, follow_up_on)
    select 'similar-' || n, 'Similar ' || n, 'insight', 'team', 5, 'Subscribed', now(), 'reconcile', now(), now(), now(),
      (now() at time zone 'UTC')::date - 1 from generate_series(1, 10) n`);

test("ten similar needs are one line, on which a person acts for all of them", async () => {
  await addSimilarNeeds();
  const count = async (where: ReturnType<typeof sql>) => {
    const { rows } = await desk.db.execute(sql`select from subscriptions where id like 'similar-%' and ${where}`);
    return rows.length;
  };
  const page = await desk.openPageAs("operator", "/?kind=follow_up");
  const line = page.locator("summary", { hasText: "10 items · Follow up" });
  await line.click();
  const undo = (text: string) =>
    page.getByRole("status").locator("div", { hasText: text }).last().getByRole("button", { name: "Undo" });
  await page.getByRole("button", { name: "Assign all to me" }).click();
  await becomes(() => count(sql`owner_id is not null`), 10);
  await undo("10 subscriptions assigned to you").click();
  await becomes(() => count(sql`owner_id is null`), 10);
  await page.getByRole("button", { name: "Mark all as done" }).click();
  await becomes(() => count(sql`follow_up_on is null`), 10);
  await undo("10 items done").click();
  await becomes(() => count(sql`follow_up_on is not null`), 10);
  await page.reload();
  await line.click();
  await page.getByRole("button", { name: "Mark all as done" }).click();
  await becomes(() => count(sql`follow_up_on is null`), 10);
  await becomes(
    async () => (await desk.as("viewer").needs.list({})).needs.some(({ kind }) => kind === "follow_up"),
    false,
  );
  await line.waitFor({ state: "hidden" });
});

test.each([
  ["wide", { width: 1280, height: 900 }],
  ["on a phone", { width: 360, height: 740 }],
])(
  "what needs attention stays where it is when its filters, groups and rare buttons are loaded, %s",
  async (_, viewport) => {
    await desk.db.execute(sql`delete from subscriptions where id like 'similar-%'`);
    await addSimilarNeeds();
    const id = await desk.buyActive("To be onboarded");
    await becomes(
      async () =>
        (await desk.as("operator").needs.list({})).needs.some(
          (need) => need.kind === "onboarding" && need.subscriptionId === id,
        ),
      true,
    );
    const page = await desk.openAsStaff("operator", "/operations", { viewport });
    const loaded = Promise.withResolvers<void>();
    await page.route(/\/assets\/(need-filters|similar-needs|rare-buttons)-[^/]*\.js$/, async (route) => {
      await loaded.promise;
      await route.continue();
    });
    const last = page.locator("[data-need]").last();
    const topOfLast = async () => (await last.boundingBox())?.y;
    await page.getByRole("link", { name: "Marketdesk home" }).click();
    await seen(last);
    await seen(page.getByText("10 items · Follow up"));
    await hasCount(page.getByRole("combobox", { name: "Kind" }), 0);
    await hasCount(page.getByRole("button", { name: "Mark as onboarded" }), 0);
    const before = await topOfLast();
    loaded.resolve();
    await seen(page.getByRole("combobox", { name: "Kind" }));
    await seen(page.locator("summary", { hasText: "10 items · Follow up" }));
    await seen(page.getByRole("button", { name: "Mark as onboarded" }).last());
    expect(await topOfLast()).toBe(before);
  },
);
