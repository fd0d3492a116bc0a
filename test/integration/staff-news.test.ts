/** What staff and channels get besides needs: events that they chose, and weekly digests. */
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReceivedMail, ReceivedMessage } from "../../sandbox/inbox/inbox.ts";
import { newId } from "../../server/database/statements/new-id.ts";
import { record } from "../../server/database/record/record.ts";
import { assignPositions } from "../../server/database/writes/event-positions.ts";
import type { Actor } from "../../server/domain/actor.ts";
import type { NotificationRule, NotifiedEvent } from "../../shared/notifications.ts";
import { notifiedEvents, type NotificationScope } from "../../shared/notifications.ts";
import { utcDayOf } from "../../shared/day.ts";
import { subscriptionFilters } from "../../shared/filters.ts";
import { matching, resolveOwnerMe } from "../../server/database/queries/subscription-filter.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { composeDigest } from "../../server/notify/digest-letter.ts";
import {
  dayMs,
  hourMs,
  minuteMs,
  type Notifications,
  publicUrl,
  startNotifications,
} from "../support/notifications.ts";

let notifications: Notifications;
beforeEach(async () => {
  notifications = await startNotifications();
});
afterEach(() => notifications?.stop());

const mailOf = (message: ReceivedMessage | undefined) => message as ReceivedMail & ReceivedMessage;
const microsoft: Actor = { kind: "marketplace" };
const ruleOf = (others: Partial<NotificationRule> = {}): NotificationRule => ({
  events: [...notifiedEvents],
  kinds: null,
  scope: "all",
  via: "mail",
  frequency: "now",
  ...others,
});

/** Something happens now, and is planned when it is first seen and when it has been gathered. */
async function happen(subscriptionId: string, kind: NotifiedEvent, summary: string, actor = microsoft) {
  await record(notifications.db, actor, notifications.now(), [{ subscriptionId, kind, summary }]);
  await assignPositions(notifications.db, { isAll: true });
}
async function needAndEventHappen(): Promise<void> {
  await notifications.suspended("one");
  await notifications.outbox.addSubscription("two");
  await happen("two", "subscription.renewed", "Term renewed");
}
async function planAll(): Promise<void> {
  await notifications.plan();
  notifications.advance(minuteMs);
  await notifications.plan();
}
const subjectsByReceiver = async () =>
  (await notifications.inbox()).map(({ to, subject }) => `${to}: ${subject}`).toSorted();
/** Moves to this time of the next day, in UTC. */
function moveTo(hours: number, minutes = 0): void {
  const at = notifications.now();
  notifications.advance(new Date(at).setUTCHours(hours, minutes, 0, 0) + dayMs - at.getTime());
}

describe("an event that someone chose", () => {
  test("reaches everyone once by their rules, except who did it", async () => {
    const viewId = "01a22000-0000-7000-8000-000000000003";
    await notifications.db.execute(sql`
      insert into saved_views (id, name, filters, owner_id, owner_name, created_at, updated_at)
      values (${viewId}, 'Big', '{"seatsFrom": 100}', 'tenant:viewer', 'viewer', now(), now())`);
    for (const name of ["all", "owner", "viewer", "doer", "other"]) await notifications.addStaff(name);
    await notifications.choose("all", { rules: [ruleOf(), ruleOf({ frequency: "daily" })], zone: "Europe/Berlin" });
    await notifications.choose("owner", { rules: [ruleOf({ scope: "mine" })] });
    await notifications.choose("viewer", { rules: [ruleOf({ scope: { viewId } })] });
    await notifications.choose("doer", { rules: [ruleOf()] });
    await notifications.choose("other", { rules: [ruleOf({ events: ["subscription.renewed"] })] });
    const channel = await notifications.addChannel("slack");
    await notifications.choose("other", {
      rules: [ruleOf({ events: ["subscription.renewed"] }), ruleOf({ via: channel })],
    });
    await notifications.outbox.addSubscription("small", { ownerId: "tenant:owner", ownerName: "owner" });
    await notifications.outbox.addSubscription("big", { quantity: 200, name: "Big <one>" });
    const doer = notifications.actorOf("doer");
    await happen("small", "subscription.plan_changed", "Plan changed from team to pro", doer);
    await happen("big", "subscription.quantity_changed", "Seats changed from 100 to 200", doer);
    await planAll();
    notifications.startSender();
    await notifications.received(4);
    await notifications.sent();
    const inbox = await notifications.inbox();
    expect(inbox.map(({ to, subject }) => `${to}: ${subject}`).toSorted()).toEqual([
      "all@contoso.com: 2 events",
      "owner@contoso.com: Plan changed (Subscription small)",
      "sales: 2 events",
      "viewer@contoso.com: Seats changed (Big <one>)",
    ]);
    const mail = mailOf(inbox.find(({ to }) => to === "all@contoso.com"));
    for (const text of [mail.text, mail.html]) {
      expect(text).toContain("Plan changed: Subscription small");
      expect(text).toContain("Seats changed from 100 to 200.");
      expect(text).toContain("(Europe/Berlin)");
      expect(text).toContain(`${publicUrl}/subscriptions/big`);
    }
    expect(mail.html).toContain("Big &lt;one&gt;");
    notifications.advance(2 * dayMs);
    await notifications.plan();
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(4);
  });

  test("is in the message about the needs of that time, and a failed payment is not told twice", async () => {
    await notifications.addStaff("ada");
    await notifications.choose("ada", {
      rules: [ruleOf(), { kinds: null, scope: "all", via: "mail", frequency: "now" }],
    });
    await notifications.suspended("one");
    await happen("one", "subscription.suspended", "Suspended by Microsoft: a payment failed");
    await notifications.outbox.addSubscription("two");
    await happen("two", "subscription.renewed", "Term renewed");
    await planAll();
    notifications.startSender();
    const [mail] = await notifications.received(1);
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(1);
    expect(mail?.subject).toBe("1 need for your attention, 1 event");
    expect(mailOf(mail).text).toContain("* Payment failed: will be canceled: Subscription one");
    expect(mailOf(mail).text).toContain("* Renewed: Subscription two");
    expect(mailOf(mail).text).not.toContain("Suspended:");
  });

  test("comes with the need by the quickest rule that wants it, in any order of the rules", async () => {
    const needs = { kinds: null, scope: "all", via: "mail" } as const;
    const quick = [ruleOf(), { ...needs, kinds: ["suspension"], frequency: "now" as const }];
    const slow = [ruleOf({ frequency: "daily" }), { ...needs, frequency: "daily" as const }];
    for (const name of ["first", "last"]) await notifications.addStaff(name);
    await notifications.choose("first", { rules: [...quick, ...slow] });
    await notifications.choose("last", { rules: [...slow, ...quick] });
    moveTo(12);
    await needAndEventHappen();
    await planAll();
    notifications.startSender();
    await notifications.received(2);
    notifications.advance(2 * dayMs);
    await planAll();
    await notifications.sent();
    expect(await subjectsByReceiver()).toEqual([
      "first@contoso.com: 1 need for your attention, 1 event",
      "last@contoso.com: 1 need for your attention, 1 event",
    ]);
  });

  test("waits in quiet hours and for its digest, and is not told if it is old", async () => {
    for (const name of ["night", "day"]) await notifications.addStaff(name);
    moveTo(22, 30);
    await notifications.choose("night", { rules: [ruleOf()], quietHours: { from: "22:00", to: "07:00" } });
    await notifications.choose("day", { rules: [ruleOf({ frequency: "daily" })] });
    await notifications.outbox.addSubscription("one");
    await happen("one", "subscription.renewed", "Term renewed");
    await planAll();
    expect(await notifications.sent()).toEqual([]);
    notifications.startSender();
    notifications.advance(8.5 * hourMs);
    await notifications.plan();
    await notifications.received(1);
    notifications.advance(hourMs);
    await notifications.plan();
    await notifications.received(2);
    await notifications.sent();
    expect((await notifications.inbox()).map(({ to }) => to)).toEqual(["night@contoso.com", "day@contoso.com"]);
    await happen("one", "subscription.unsubscribed", "Subscription canceled");
    notifications.advance(2 * dayMs);
    await planAll();
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(2);
  });
});

describe("a channel that several people send to", () => {
  const almostAlwaysQuiet = { quietHours: { from: "00:00", to: "23:59" } };
  const needsTo = (via: string, others: Partial<NotificationRule> = {}): NotificationRule => ({
    kinds: null,
    scope: "all",
    via,
    frequency: "now",
    ...others,
  });

  test("gets by its own rules what colleagues want there later, or after their quiet hours", async () => {
    const channel = await notifications.addChannel("slack");
    for (const name of ["viewer", "operator"]) await notifications.addStaff(name);
    const daily = { frequency: "daily" } as const;
    await notifications.choose("viewer", {
      rules: [needsTo(channel, daily), ruleOf({ via: channel, ...daily })],
      ...almostAlwaysQuiet,
    });
    await notifications.choose("operator", {
      rules: [needsTo(channel), ruleOf({ via: channel })],
      ...almostAlwaysQuiet,
    });
    await notifications.chooseForChannel(channel, { rules: [needsTo(channel), ruleOf({ via: channel })] });
    moveTo(12);
    await needAndEventHappen();
    await planAll();
    notifications.startSender();
    const [card] = await notifications.received(1);
    expect(card).toMatchObject({ kind: "slack", subject: "1 need for your attention, 1 event" });
    // The minute that is not quiet.
    moveTo(23, 59);
    await notifications.plan();
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(1);
  });

  test("gets one message about what several rules want there at the same time, and nothing of it later", async () => {
    const channel = await notifications.addChannel("slack");
    for (const name of ["ada", "bo", "cy"]) await notifications.addStaff(name);
    for (const name of ["ada", "bo"]) {
      await notifications.choose(name, { rules: [needsTo(channel), ruleOf({ via: channel })] });
    }
    const daily = { frequency: "daily" } as const;
    await notifications.choose("cy", {
      rules: [needsTo(channel, daily), ruleOf({ via: channel, ...daily }), needsTo("mail"), ruleOf()],
    });
    await needAndEventHappen();
    await planAll();
    notifications.startSender();
    await notifications.received(2);
    notifications.advance(2 * dayMs);
    await planAll();
    await notifications.sent();
    expect(await subjectsByReceiver()).toEqual([
      "cy@contoso.com: 1 need for your attention, 1 event",
      "sales: 1 need for your attention, 1 event",
    ]);
  });
});

describe("a weekly digest", () => {
  const weeklyOf = (scope: "all" | "mine", zone = "UTC") => ({
    weekly: { weekday: notifications.now().getUTCDay() || 7, at: "08:00", scope },
    zone,
  });

  test("tells what is stuck, ends, falls and was out of sync, and when the secret expires; once a week with two instances", async () => {
    for (const name of ["ada", "bo"]) await notifications.addStaff(name);
    moveTo(7);
    const now = notifications.now();
    const inDays = (days: number) => new Date(now.getTime() + days * dayMs);
    await notifications.choose("ada", weeklyOf("all"));
    await notifications.choose("bo", weeklyOf("mine"));
    const { addSubscription } = notifications.outbox;
    await addSubscription("stuck", { status: "PendingFulfillmentStart", purchasedAt: inDays(-3) });
    await addSubscription("ends", { termEndsOn: inDays(10).toISOString().slice(0, 10) as never, autoRenews: false });
    const trialEnd = inDays(5).toISOString().slice(0, 10) as never;
    await addSubscription("trial", { isFreeTrial: true, autoRenews: true, termEndsOn: trialEnd });
    await addSubscription("falls", { quantity: 5 });
    for (const [from, to] of [
      [20, 30],
      [30, 5],
    ]) {
      await record(notifications.db, microsoft, now, [
        {
          subscriptionId: "falls",
          kind: "subscription.quantity_changed",
          summary: "Seats changed",
          before: { quantity: from },
          after: { quantity: to },
        },
      ]);
    }
    await notifications.db.execute(sql`
      insert into differences (id, at, subscription_id, kind, done)
      values (${newId(now)}::uuid, ${now.toISOString()}::timestamptz, 'ends', 'drift', 'repaired')`);
    await notifications.db.execute(sql`
      insert into credentials (app, client_id, kind, fingerprint, ends_on, told_by, seen_at)
      values ('landing', 'client', 'secret', 'print', ${inDays(40).toISOString().slice(0, 10)}::date, 'Ada', now())`);
    notifications.advance(hourMs);
    await Promise.all([notifications.plan(), notifications.plan()]);
    await notifications.plan();
    notifications.startSender();
    await notifications.received(2);
    for (let hours = 0; hours < 6 * 24; hours += 8) {
      notifications.advance(8 * hourMs);
      await notifications.plan();
    }
    await notifications.sent();
    const inbox = await notifications.inbox();
    expect(inbox).toHaveLength(2);
    const ada = mailOf(inbox.find(({ to }) => to === "ada@contoso.com"));
    expect(ada.subject).toBe(
      "Weekly digest: 1 purchase is not activated, 1 term ends in the next 30 days, 1 trial ends in the next 30 days, 1 subscription has fewer seats, 1 subscription was out of sync",
    );
    for (const line of [
      "Subscription stuck: Bought",
      "Subscription ends: Ends without renewal",
      "Subscription trial: Billed from",
      "Subscription falls: 20 to 5 seats",
      "Subscription ends: Out of sync",
      "(in 40 days)",
    ]) {
      expect(ada.text).toContain(line);
    }
    expect(ada.headers.find(({ name }) => name === "list-unsubscribe")?.value).toContain("/settings/notifications");
    const bo = mailOf(inbox.find(({ to }) => to === "bo@contoso.com"));
    expect(bo.subject).toBe("Weekly digest: nothing to report");
    expect(bo.text).toContain(
      "No stuck purchases, no terms or trials about to end, no lost seats, and nothing out of sync.",
    );
    notifications.advance(dayMs);
    await notifications.plan();
    await notifications.received(4);
  });

  test("counts what its links list, for all, own and the subscriptions of a view", async () => {
    const { db, now } = notifications;
    await notifications.addStaff("ada");
    const viewIds = ["01a22000-0000-7000-8000-000000000004", "01a22000-0000-7000-8000-000000000005"];
    for (const [index, filters] of [
      { seatsFrom: 100, owner: "me" },
      { endsIn: "next7", seatsFrom: 100 },
    ].entries()) {
      await db.execute(sql`
        insert into saved_views (id, name, filters, owner_id, owner_name, created_at, updated_at)
        values (${viewIds[index]}, ${`View ${index}`}, ${JSON.stringify(filters)}::jsonb, 'tenant:ada', 'ada', now(), now())`);
    }
    const inDays = (days: number) => new Date(now().getTime() + days * dayMs);
    const own = { ownerId: "tenant:ada", ownerName: "ada" };
    const ending = { termEndsOn: utcDayOf(inDays(3)), autoRenews: false };
    const { addSubscription } = notifications.outbox;
    for (const [index, others] of [{}, own, { ...own, quantity: 200 }].entries()) {
      await addSubscription(`ends-${index}`, { quantity: 1, ...ending, ...others });
      await addSubscription(`trial-${index}`, { quantity: 1, ...ending, isFreeTrial: true, ...others });
      const pending = { quantity: 1, status: "PendingFulfillmentStart" as const, ...others };
      await addSubscription(`stuck-${index}`, { ...pending, purchasedAt: inDays(-3) });
      await addSubscription(`fresh-${index}`, { ...pending, purchasedAt: inDays(-0.5) });
    }
    const compose = async (scope: NotificationScope) => {
      await notifications.choose("ada", { weekly: { weekday: 1, at: "08:00", scope } });
      const letter = await composeDigest({ db, now, publicUrl, links: notifications.tools.links }, "tenant:ada");
      return letter?.items ?? [];
    };
    const listed = async (href: string) => {
      const query = Object.entries(Object.fromEntries(new URL(href).searchParams));
      const typed = query.map(([name, value]) => [name, /^(true|false|\d+)$/.test(value) ? JSON.parse(value) : value]);
      const filters = subscriptionFilters.parse(Object.fromEntries(typed));
      return db.$count(subscriptions, matching(resolveOwnerMe("tenant:ada", filters)));
    };
    for (const [scope, count] of [
      ["all", 3],
      ["mine", 2],
      [{ viewId: viewIds[0] ?? "" }, 1],
    ] as const) {
      const items = await compose(scope);
      expect(items.map(({ title }) => Number.parseInt(title, 10))).toEqual([count, count, count]);
      for (const { links } of items) expect(await listed(links[0]?.href ?? "")).toBe(count);
    }
    // A view of the next 7 days: no list has it and the next 30 days.
    const narrow = await compose({ viewId: viewIds[1] ?? "" });
    expect(narrow.map(({ title, links }) => [title.split(" ", 1)[0], links])).toEqual([
      ["1", []],
      ["1", []],
    ]);
  });

  test("goes to a channel as a card, and is not sent if it was switched off before it left", async () => {
    const id = await notifications.addChannel("slack");
    await notifications.addStaff("ada");
    moveTo(7);
    await notifications.choose("ada", weeklyOf("all"));
    await notifications.chooseForChannel(id, weeklyOf("all"));
    notifications.advance(2 * hourMs);
    await notifications.plan();
    await notifications.choose("ada", {});
    notifications.startSender();
    const [card] = await notifications.received(1);
    expect(card).toMatchObject({ kind: "slack", subject: "Weekly digest: nothing to report" });
    const states = await notifications.sent();
    expect(states.map(({ state }) => state).toSorted()).toEqual(["delivered", "stopped"]);
  });
});
