import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { removeChannel, setChannelRules, testChannel } from "../../server/commands/notifications/channels.ts";
import { actOnNotice, readNoticeLink } from "../../server/commands/notifications/notice-links.ts";
import { setEscalation } from "../../server/commands/notifications/set-notifications.ts";
import { snoozeNeed, unsnoozeNeed } from "../../server/commands/needs/snooze-need.ts";
import { requestCancellation } from "../../server/commands/subscriptions/cancel-subscription.ts";
import {
  escalationVersionOf,
  readChannelSettings,
  readEscalation,
  settingsVersionOf,
} from "../../server/database/queries/notifications.ts";
import { record } from "../../server/database/record/record.ts";
import { lockKey } from "../../server/database/statements/advisory-locks.ts";
import { listNeeds } from "../../server/needs/read-needs.ts";
import type { ReceivedMail, ReceivedMessage } from "../../sandbox/inbox/inbox.ts";
import { createNotices } from "../../server/notify/plan/plan-notices.ts";
import { forgetOldNeeds } from "../../server/notify/plan/seen-needs.ts";
import { readSubscribers } from "../../server/notify/plan/subscribers.ts";
import { noNotificationSettings } from "../../shared/notifications.ts";
import { eventually, quiet } from "../support/app.ts";
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

const toAll = (via = "mail", frequency: "now" | "hourly" | "daily" = "now") => ({
  rules: [{ kinds: null, scope: "all" as const, via, frequency }],
});
const mailOf = (message: ReceivedMessage | undefined) => message as ReceivedMail & ReceivedMessage;
const contextOf = (name: string) => ({
  db: notifications.db,
  now: notifications.now,
  actor: notifications.actorOf(name),
  marketplace: {} as never,
  log: quiet,
});

async function escalate(values: { kinds?: string[]; people: string[] }): Promise<void> {
  const seenVersion = escalationVersionOf((await readEscalation(notifications.db)).current);
  await setEscalation(notifications.admin(), { kinds: null, afterHours: 2, ...values, seenVersion });
}

/** Announces needs that have appeared: looks once when a need is first seen, and once when its minute has passed. */
async function planAll(): Promise<void> {
  await notifications.plan();
  notifications.advance(minuteMs);
  await notifications.plan();
}

describe("an email about a need", () => {
  test("says what, by when, the rule and what to do, as HTML and as text", async () => {
    await notifications.addStaff("ada");
    await notifications.choose("ada", { ...toAll(), zone: "Europe/Berlin" });
    await notifications.suspended("one", {
      contactName: "Bo",
      contactCompany: "Fabrikam <b>",
      contactEmail: "b@x.example",
      contactPhone: "",
    });
    await planAll();
    notifications.startSender();
    const mail = mailOf((await notifications.received(1))[0]);
    expect(mail.to).toBe("ada@contoso.com");
    expect(mail.from).toBe("Contoso Subscriptions <subscriptions@contoso.com>");
    expect(mail.subject).toContain("Payment failed: will be canceled");
    expect(mail.html).toContain("Fabrikam &lt;b&gt;");
    expect(mail.html).not.toContain("<b>");
    for (const text of [mail.text, mail.html]) {
      expect(text).toContain("(Europe/Berlin)");
      expect(text).toContain("Only the customer can fix the payment.");
      expect(text).toContain(`${publicUrl}/subscriptions/one`);
      expect(text).toContain(`${publicUrl}/act?link=`);
    }
    expect(mail.messageId).toMatch(/^<[\da-f-]{36}@contoso\.com>$/);
  });

  test("is not sent again for a need that still stands when old messages are forgotten", async () => {
    await notifications.addStaff("ada");
    await notifications.choose("ada", toAll());
    await notifications.suspended("open");
    await notifications.suspended("over");
    await planAll();
    const noticesOf = async () => (await notifications.db.execute(sql`select id, type from notices order by id`)).rows;
    const announced = await noticesOf();
    expect(announced).toHaveLength(1);
    await notifications.db.execute(sql`update outbox_messages set state = 'delivered', ended_at = now()`);
    await notifications.reinstate("over");
    await notifications.plan();
    notifications.advance(31 * dayMs);
    await notifications.db.transaction((tx) => forgetOldNeeds(tx, notifications.now()));
    await planAll();
    expect(await noticesOf()).toEqual(announced);
    await notifications.reinstate("open");
    await notifications.plan();
    notifications.advance(31 * dayMs);
    await notifications.db.transaction((tx) => forgetOldNeeds(tx, notifications.now()));
    expect(await noticesOf()).toEqual([]);
  });

  test("goes by default only to the owner of the subscription", async () => {
    await notifications.addStaff("ada");
    await notifications.addStaff("bo");
    await notifications.suspended("one", { ownerId: "tenant:ada", ownerName: "ada" });
    await notifications.suspended("two");
    await planAll();
    notifications.startSender();
    await notifications.sent();
    expect((await notifications.inbox()).map(({ to }) => to)).toEqual(["ada@contoso.com"]);
  });

  test("follows a saved view", async () => {
    await notifications.addStaff("ada");
    const viewId = "01a22000-0000-7000-8000-000000000001";
    await notifications.db.execute(sql`
      insert into saved_views (id, name, filters, owner_id, owner_name, created_at, updated_at)
      values (${viewId}, 'Big', '{"seatsFrom": 100}', 'tenant:ada', 'ada', now(), now())`);
    await notifications.choose("ada", { rules: [{ kinds: null, scope: { viewId }, via: "mail", frequency: "now" }] });
    await notifications.suspended("small");
    await notifications.suspended("big", { quantity: 200 });
    await planAll();
    notifications.startSender();
    const [mail, ...more] = await notifications.received(1);
    expect(more).toEqual([]);
    expect(mailOf(mail).text).toContain("Subscription big");
    expect(mailOf(mail).text).not.toContain("Subscription small");
  });

  test("follows a shared view of one's own subscriptions for each person", async () => {
    const viewId = "01a22000-0000-7000-8000-000000000002";
    await notifications.db.execute(sql`
      insert into saved_views (id, name, filters, owner_id, owner_name, is_shared, created_at, updated_at)
      values (${viewId}, 'Mine', '{"owner": "me"}', 'tenant:ada', 'ada', true, now(), now())`);
    for (const name of ["ada", "bo", "cy"]) {
      await notifications.addStaff(name);
      await notifications.choose(name, { rules: [{ kinds: null, scope: { viewId }, via: "mail", frequency: "now" }] });
    }
    for (const name of ["ada", "bo"])
      await notifications.suspended(`of-${name}`, { ownerId: `tenant:${name}`, ownerName: name });
    await planAll();
    notifications.startSender();
    await notifications.received(2);
    await notifications.sent();
    const mails = (await notifications.inbox()).map((mail) => `${mail.to} ${/of-\w+/.exec(mailOf(mail).text)?.[0]}`);
    expect(mails.toSorted()).toEqual(["ada@contoso.com of-ada", "bo@contoso.com of-bo"]);
  });

  test("is not sent if the need is resolved, is snoozed, or existed before the person chose", async () => {
    await notifications.addStaff("ada");
    await notifications.suspended("old");
    await notifications.plan();
    notifications.advance(minuteMs);
    await notifications.choose("ada", toAll());
    await planAll();
    expect(await notifications.sent()).toEqual([]);
    await notifications.suspended("short");
    await planAll();
    await notifications.reinstate("short");
    notifications.startSender();
    expect(await notifications.sent()).toMatchObject([
      { state: "stopped", problem: "It was resolved before the message was sent." },
    ]);
    expect(await notifications.inbox()).toEqual([]);
  });

  test("waits in quiet hours and for its hour or day", async () => {
    await notifications.addStaff("night");
    await notifications.addStaff("hour");
    await notifications.addStaff("day");
    const at = notifications.now();
    notifications.advance(new Date(at).setUTCHours(22, 30, 0, 0) + dayMs - at.getTime());
    await notifications.choose("night", { ...toAll(), quietHours: { from: "22:00", to: "07:00" } });
    await notifications.choose("hour", toAll("mail", "hourly"));
    await notifications.choose("day", { ...toAll("mail", "daily"), dailyAt: "08:00" });
    await notifications.suspended("one");
    await planAll();
    notifications.startSender();
    expect(await notifications.sent()).toEqual([]);
    const arrived = async () => (
      await notifications.sent(),
      (await notifications.inbox()).map(({ to }) => to.split("@")[0])
    );
    notifications.advance(30 * minuteMs);
    await notifications.plan();
    await notifications.received(1);
    expect(await arrived()).toEqual(["hour"]);
    notifications.advance(8 * hourMs);
    await notifications.plan();
    await notifications.received(2);
    expect(await arrived()).toEqual(["hour", "night"]);
    notifications.advance(hourMs);
    await notifications.plan();
    const [, , digest] = await notifications.received(3);
    expect(await arrived()).toEqual(["hour", "night", "day"]);
    expect(mailOf(digest).headers.find(({ name }) => name === "list-unsubscribe")?.value).toContain(
      "/settings/notifications",
    );
    await notifications.plan();
    expect(await notifications.sent()).toHaveLength(3);
  });

  test("announces 500 needs in a minute with one message to each person and channel", async () => {
    await notifications.addStaff("ada");
    await notifications.addStaff("bo");
    await notifications.choose("ada", toAll());
    await notifications.choose("bo", toAll());
    await notifications.addChannel("teams");
    await notifications.addChannel("slack");
    for (let tenth = 0; tenth < 10; tenth += 1) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => notifications.suspended(`s${tenth}-${index}`)));
      await notifications.plan();
      notifications.advance(6_000);
    }
    await notifications.plan();
    notifications.startSender();
    const messages = await notifications.received(4);
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(4);
    expect(messages.map(({ subject }) => subject)).toEqual(Array(4).fill("500 needs for your attention"));
    notifications.advance(10 * minuteMs);
    await notifications.plan();
    expect(await notifications.sent()).toHaveLength(4);
  });
});

describe("the first time that people are notified", () => {
  test("says nothing about what waits already", async () => {
    await notifications.addStaff("ada");
    await notifications.addStaff("bo");
    await notifications.choose("bo", toAll());
    await notifications.db.execute(sql`delete from purchaser_mail_position`);
    await notifications.suspended("old", { ownerId: "tenant:ada", ownerName: "ada" });
    await planAll();
    await notifications.plan();
    expect(await notifications.sent()).toEqual([]);
    await notifications.suspended("new", { ownerId: "tenant:ada", ownerName: "ada" });
    await planAll();
    notifications.startSender();
    expect((await notifications.received(2)).map(({ to }) => to).toSorted()).toEqual([
      "ada@contoso.com",
      "bo@contoso.com",
    ]);
  });
});

describe("while the mail server is away", () => {
  test("nothing is lost for a day, nothing is sent twice, and needs that are resolved by then are not announced", async () => {
    await notifications.addStaff("ada");
    await notifications.choose("ada", toAll());
    await notifications.behave("down");
    await notifications.suspended("first");
    await notifications.suspended("gone");
    await planAll();
    notifications.startSender();
    for (let hour = 0; hour < 24; hour += 1) {
      notifications.advance(hourMs);
      if (hour === 3) await notifications.suspended("later");
      if (hour === 5) await notifications.reinstate("gone");
      await notifications.plan();
    }
    await notifications.behave("accept");
    const [first] = await notifications.received(1);
    await notifications.sent();
    await notifications.plan();
    const [, second] = await notifications.received(2);
    await notifications.sent();
    expect(mailOf(first).text).toContain("Subscription first");
    expect(mailOf(first).text).not.toContain("Subscription gone");
    expect(mailOf(second).text).toContain("Subscription later");
    await notifications.plan();
    notifications.advance(hourMs);
    await notifications.plan();
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(2);
  });

  test("a recipient that it refuses does not stop the others", async () => {
    await notifications.addStaff("ada");
    await notifications.addStaff("bo", "not an address");
    await notifications.choose("ada", toAll());
    await notifications.choose("bo", toAll());
    await notifications.suspended("one");
    await planAll();
    notifications.startSender();
    await notifications.received(1);
    const states = await notifications.sent();
    expect(states.map(({ state }) => state).toSorted()).toEqual(["delivered", "failed"]);
    expect(JSON.stringify(states)).not.toContain("not an address");
    const { rows } = await notifications.db.execute(
      sql`select failing_lanes from outbox_receivers where kind = 'mail'`,
    );
    expect(rows).toEqual([{ failing_lanes: 0 }]);
  });
});

describe("killed", () => {
  test("before the mail server took the email, it is sent by another instance; after, only its result may be missing", async () => {
    await notifications.addStaff("ada");
    await notifications.choose("ada", toAll());
    await notifications.suspended("one");
    await planAll();
    // The first instance claims the message and dies before it sends.
    const { mail } = notifications.notify.channels;
    const death = Promise.withResolvers<never>();
    const dying = notifications.startSender({ channels: { mail: { send: () => death.promise } } });
    await expect
      .poll(
        async () =>
          (await notifications.db.execute(sql`select claimed_by from outbox_lanes`)).rows[0]?.["claimed_by"] ?? null,
      )
      .not.toBeNull();
    // Otherwise it could claim the message again. Its attempt continues until `death`.
    void dying.stop();
    await notifications.db.execute(sql`update outbox_lanes set claimed_until = now()`);
    notifications.startSender();
    await notifications.received(1);
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(1);
    // Sent, but the result was not stored: the email comes again, with the same id.
    const { rows } = await notifications.db.execute<{ message_id: string; about: string }>(
      sql`select message_id, about from outbox_messages`,
    );
    const message = {
      messageId: rows[0]?.message_id ?? "",
      about: rows[0]?.about ?? "",
      type: "notice",
      subscriptionId: null,
    };
    await mail.send({
      ...message,
      id: 1,
      receiverId: "",
      receiverKind: "mail",
      lane: "",
      attempts: 0,
      firstAttemptAt: null,
      claimEndsAt: Infinity,
    });
    const [one, two] = await notifications.received(2);
    expect(mailOf(two).messageId).toBe(mailOf(one).messageId);
    death.reject(new Error("dead"));
  });
});

describe("a need's later life", () => {
  test("is said where it was announced and a deadline was ahead, except to who resolved it", async () => {
    await notifications.addStaff("ada");
    await notifications.addStaff("bo");
    await notifications.choose("ada", toAll());
    await notifications.choose("bo", toAll());
    await notifications.suspended("one");
    await planAll();
    notifications.startSender();
    const [first] = await notifications.received(2);
    await notifications.sent();
    const canceled = { subscriptionId: "one", kind: "subscription.unsubscribed", summary: "Canceled" } as const;
    await record(notifications.db, notifications.actorOf("bo"), notifications.now(), [canceled]);
    await notifications.db.execute(sql`update subscriptions set status = 'Unsubscribed' where id = 'one'`);
    await notifications.plan();
    notifications.advance(2 * minuteMs);
    await notifications.plan();
    const [, , resolved] = await notifications.received(3);
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(3);
    expect(resolved?.to).toBe("ada@contoso.com");
    expect(mailOf(resolved).text).toContain("by bo");
    const announced = first?.to === "ada@contoso.com" ? first : (await notifications.inbox())[1];
    expect(mailOf(resolved).headers.find(({ name }) => name === "in-reply-to")?.value).toBe(
      mailOf(announced).messageId,
    );
  });

  test("is not said of a snooze: the need is announced again after it, its links work, and its end is said once", async () => {
    for (const name of ["ada", "bo"]) {
      await notifications.addStaff(name);
      await notifications.choose(name, toAll());
    }
    await notifications.suspended("one");
    await planAll();
    notifications.startSender();
    const announced = await notifications.received(2);
    await notifications.sent();
    const toAda = announced.find(({ to }) => to === "ada@contoso.com");
    const link = /act\?link=([\w.-]+)/.exec(mailOf(toAda).text)?.[1] ?? "";
    const { links } = notifications.tools;
    await actOnNotice(contextOf("ada"), links, link, { kind: "take" });
    const used = notifications.db.execute(sql`update notice_needs set used_at = null`);
    expect((await used).rowCount).toBe(2);
    const snooze = async () => {
      const until = new Date(notifications.now().getTime() + dayMs).toISOString();
      await snoozeNeed(contextOf("bo"), { kind: "suspension", id: "one", until, reason: "They pay on Friday" });
      await notifications.plan();
      notifications.advance(hourMs);
      await planAll();
      await notifications.sent();
    };
    await snooze();
    expect(await notifications.inbox()).toHaveLength(2);
    expect(await readNoticeLink(contextOf("ada"), links, link)).toMatchObject({
      need: { snooze: { byName: "bo" } },
      taken: null,
    });

    notifications.advance(dayMs);
    await planAll();
    const again = (await notifications.received(4)).slice(2);
    expect(again.map(({ subject }) => subject)).toEqual(announced.map(({ subject }) => subject));
    await notifications.sent();
    expect((await readNoticeLink(contextOf("ada"), links, link)).need).toMatchObject({ snooze: null });

    await snooze();
    await notifications.reinstate("one");
    await planAll();
    await notifications.received(6);
    notifications.advance(2 * dayMs);
    await planAll();
    await notifications.sent();
    const over = (await notifications.inbox()).slice(4);
    expect(over.map(({ to, subject }) => `${to}: ${subject}`).toSorted()).toEqual([
      "ada@contoso.com: Resolved: Subscription one",
      "bo@contoso.com: Resolved: Subscription one",
    ]);
    await expect(actOnNotice(contextOf("ada"), links, link, { kind: "take" })).rejects.toMatchObject({
      code: "NotAllowedNow",
      message: expect.stringContaining("has been resolved"),
    });
  });

  test("is announced after a snooze that staff end early, and to the next person of the list from then on", async () => {
    for (const name of ["ada", "bo"]) await notifications.addStaff(name);
    await notifications.choose("ada", toAll());
    await notifications.choose("bo", {});
    await escalate({ people: ["tenant:bo"] });
    await notifications.suspended("one");
    await notifications.plan();
    const until = new Date(notifications.now().getTime() + 2 * dayMs).toISOString();
    await snoozeNeed(contextOf("bo"), { kind: "suspension", id: "one", until, reason: "They pay on Friday" });
    notifications.startSender();
    for (let hours = 0; hours < 4; hours += 1) {
      notifications.advance(hourMs);
      await notifications.plan();
    }
    expect(await notifications.sent()).toEqual([]);
    await unsnoozeNeed(contextOf("bo"), { kind: "suspension", id: "one" });
    await planAll();
    expect((await notifications.received(1)).map(({ to }) => to)).toEqual(["ada@contoso.com"]);
    await notifications.sent();
    notifications.advance(2 * hourMs);
    await notifications.plan();
    const [, escalated] = await notifications.received(2);
    expect(escalated).toMatchObject({ to: "bo@contoso.com", subject: expect.stringContaining("No one has picked up") });
  });

  test("does not break quiet hours: an escalation and a resolution follow in the morning, and the next person does not wait", async () => {
    const night = { quietHours: { from: "22:00", to: "07:00" } };
    for (const name of ["ada", "bo"]) await notifications.addStaff(name);
    await notifications.choose("ada", { ...toAll(), ...night });
    await notifications.choose("bo", {});
    await escalate({ kinds: ["suspension"], people: ["tenant:ada", "tenant:bo"] });
    const at = notifications.now();
    notifications.advance(new Date(at).setUTCHours(20, 30, 0, 0) + dayMs - at.getTime());
    await notifications.suspended("open");
    await notifications.suspended("over");
    await planAll();
    notifications.startSender();
    await notifications.received(1);
    await notifications.sent();
    const arrived = async () =>
      (await notifications.inbox()).map(({ to, subject }) => `${to.split("@")[0]}: ${subject}`);
    // At 22:31 it is Ada's turn, and at 00:31 Bo's.
    notifications.advance(2 * hourMs);
    await notifications.plan();
    await notifications.reinstate("over");
    await notifications.plan();
    notifications.advance(2 * hourMs);
    await notifications.plan();
    await notifications.received(2);
    await notifications.sent();
    const toBo = "bo: No one has picked up: Payment failed: will be canceled (Subscription open)";
    expect(await arrived()).toEqual(["ada: 2 needs for your attention", toBo]);
    notifications.advance(6 * hourMs);
    await notifications.plan();
    await notifications.sent();
    expect(await arrived()).toHaveLength(2);
    notifications.advance(hourMs);
    await notifications.plan();
    await notifications.received(4);
    await notifications.sent();
    expect((await arrived()).slice(2).toSorted()).toEqual([
      "ada: No one has picked up: Payment failed: will be canceled (Subscription open)",
      "ada: Resolved: Subscription over",
    ]);
  });

  test("goes to the next person of the list until someone picks it up, with a link that works once and only for them", async () => {
    for (const name of ["ada", "bo", "cy"]) {
      await notifications.addStaff(name);
      await notifications.choose(name, { rules: [] });
    }
    await escalate({ kinds: ["suspension"], people: ["tenant:ada", "tenant:bo", "tenant:cy"] });
    await notifications.suspended("one");
    await notifications.plan();
    notifications.startSender();
    notifications.advance(2 * hourMs);
    await notifications.plan();
    await notifications.received(1);
    notifications.advance(2 * hourMs);
    await notifications.plan();
    const [first, second] = await notifications.received(2);
    expect([first?.to, second?.to]).toEqual(["ada@contoso.com", "bo@contoso.com"]);
    expect(second?.subject).toContain("No one has picked up");

    const link = /act\?link=([\w.-]+)/.exec(mailOf(second).text)?.[1] ?? "";
    const { links } = notifications.tools;
    await expect(readNoticeLink(contextOf("cy"), links, link)).rejects.toMatchObject({ code: "Forbidden" });
    await expect(readNoticeLink(contextOf("bo"), links, `${link.slice(0, -3)}xxx`)).rejects.toMatchObject({
      code: "NotFound",
    });
    await expect(readNoticeLink(contextOf("bo"), links, "\0")).rejects.toMatchObject({ code: "NotFound" });
    await actOnNotice(contextOf("bo"), links, link, { kind: "take" });
    await expect(actOnNotice(contextOf("bo"), links, link, { kind: "take" })).rejects.toMatchObject({
      code: "NotAllowedNow",
    });
    const { rows } = await notifications.db.execute(sql`select summary from activity where kind = 'need.taken'`);
    expect(rows).toEqual([{ summary: "Picked up: Payment failed: will be canceled" }]);
    notifications.advance(2 * hourMs);
    await notifications.plan();
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(2);
  });

  test("a refused action leaves the link usable", async () => {
    await notifications.addStaff("ada");
    await notifications.choose("ada", toAll());
    await notifications.suspended("one");
    await planAll();
    notifications.startSender();
    const link = /act\?link=([\w.-]+)/.exec(mailOf((await notifications.received(1))[0]).text)?.[1] ?? "";
    const { links } = notifications.tools;
    const late = {
      kind: "snooze" as const,
      until: new Date(notifications.now().getTime() + 400 * dayMs).toISOString(),
      reason: "Later",
    };
    await expect(actOnNotice(contextOf("ada"), links, link, late)).rejects.toMatchObject({ code: "Invalid" });
    const soon = { ...late, until: new Date(notifications.now().getTime() + dayMs).toISOString() };
    await actOnNotice(contextOf("ada"), links, link, soon);
    expect((await readNoticeLink(contextOf("ada"), links, link)).usedAt).not.toBeNull();
  });
});

describe("a cancellation that waits for approval", () => {
  test("is approved from the email by a colleague, never by the person who requested it", async () => {
    const { tools, db } = notifications;
    for (const name of ["ada", "bo"]) {
      await notifications.addStaff(name);
      await notifications.choose(name, toAll());
    }
    await notifications.outbox.addSubscription("one");
    await db.execute(sql`update staff set role = 'admin' where name = 'ada'`);
    const requester = { ...contextOf("ada"), actor: notifications.actorOf("ada", "admin") };
    await requestCancellation(requester, { subscriptionId: "one", reason: "The customer left" });
    await planAll();
    notifications.startSender();
    const mails = await notifications.received(2);
    const linkOf = (to: string) =>
      /Decide…: \S+act\?link=([\w.-]+)/.exec(mailOf(mails.find((mail) => mail.to === to)).text)?.[1] ?? "";
    const approve = { kind: "approve" } as const;
    const own = linkOf("ada@contoso.com");
    const colleagues = linkOf("bo@contoso.com");

    await expect(actOnNotice(contextOf("ada"), tools.links, own, approve)).rejects.toMatchObject({
      code: "Forbidden",
      message: expect.stringContaining("a colleague has to approve"),
    });
    await expect(actOnNotice(contextOf("ada"), tools.links, colleagues, approve)).rejects.toMatchObject({
      code: "Forbidden",
    });
    const operations = () => db.execute(sql`select action, subscription_id from operations`);
    expect((await operations()).rows).toEqual([]);
    expect((await readNoticeLink(contextOf("ada"), tools.links, own)).usedAt).toBeNull();

    await actOnNotice(contextOf("bo"), tools.links, colleagues, approve);
    expect((await operations()).rows).toEqual([{ action: "Unsubscribe", subscription_id: "one" }]);
    await expect(actOnNotice(contextOf("bo"), tools.links, colleagues, approve)).rejects.toMatchObject({
      code: "NotAllowedNow",
    });
    const { rows } = await db.execute(sql`select state, decided_by_name from cancel_requests`);
    expect(rows).toEqual([{ state: "approved", decided_by_name: "bo" }]);
  });

  test("cannot be approved by the link of another need", async () => {
    await notifications.addStaff("ada");
    await notifications.choose("ada", toAll());
    await notifications.suspended("one");
    await planAll();
    notifications.startSender();
    const link = /act\?link=([\w.-]+)/.exec(mailOf((await notifications.received(1))[0]).text)?.[1] ?? "";
    const { links } = notifications.tools;
    await expect(actOnNotice(contextOf("ada"), links, link, { kind: "approve" })).rejects.toMatchObject({
      code: "Invalid",
    });
    expect((await readNoticeLink(contextOf("ada"), links, link)).usedAt).toBeNull();
  });
});

describe("settings that a colleague has saved since", () => {
  const other = () => ({ ...notifications.admin(), actor: notifications.actorOf("Bo", "admin") });

  test("of a channel's messages are not replaced, and the refusal says who saved them when", async () => {
    const id = await notifications.addChannel("slack");
    const seenVersion = settingsVersionOf((await readChannelSettings(notifications.db, id)).current);
    const rule = { kinds: ["suspension"], scope: "all" as const, via: id, frequency: "daily" as const };
    const settings = { ...noNotificationSettings, rules: [rule] };
    await setChannelRules(other(), { id, settings, seenVersion });
    const stale = setChannelRules(notifications.admin(), { id, settings: noNotificationSettings, seenVersion });
    await expect(stale).rejects.toMatchObject({
      code: "Conflict",
      message: expect.stringMatching(
        /^Bo has changed the messages to this channel on \d{4}-\d\d-\d\d at \d\d:\d\d UTC\./,
      ),
    });
    const { current } = await readChannelSettings(notifications.db, id);
    expect(current.rules).toEqual([rule]);
    // The same values, read again, can be replaced.
    await notifications.chooseForChannel(id, {});
  });

  test("of the escalation are not replaced, also the first ones", async () => {
    for (const name of ["ada", "bo"]) await notifications.addStaff(name);
    const seenVersion = escalationVersionOf((await readEscalation(notifications.db)).current);
    const values = { kinds: null, afterHours: 2, people: ["tenant:bo"] };
    await setEscalation(other(), { ...values, seenVersion });
    await expect(
      setEscalation(notifications.admin(), { ...values, people: ["tenant:ada"], seenVersion }),
    ).rejects.toThrow(/^Bo has changed the escalation list/);
    expect((await readEscalation(notifications.db)).current.people).toEqual(["tenant:bo"]);
  });

  test("in the moment in which they are saved here are not replaced", async () => {
    for (const name of ["ada", "bo"]) await notifications.addStaff(name);
    const seenVersion = escalationVersionOf((await readEscalation(notifications.db)).current);
    const values = { kinds: null, afterHours: 2, people: ["tenant:bo"], seenVersion };
    const results = await Promise.allSettled([
      setEscalation(other(), values),
      setEscalation(notifications.admin(), { ...values, people: ["tenant:ada"] }),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("a channel that is removed", () => {
  const reason = "The team has moved";
  const waitingForLocks = async (count: number) =>
    eventually(async () => {
      const { rows } = await notifications.db.execute<{ blocked: number }>(sql`
        select count(*)::int as blocked from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return rows[0]?.blocked === count;
    });

  test("while a message for it is being planned has no message that waits for ever", async () => {
    const id = await notifications.addChannel("slack");
    const { removed } = await notifications.db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${lockKey("notifications")})`);
      const subscribers = await readSubscribers(tx);
      const removing = removeChannel(notifications.admin(), { id, reason });
      await waitingForLocks(1);
      await createNotices(tx, subscribers, [{ target: id, type: "needs", frequency: "now" }], notifications.now());
      return { removed: removing };
    });
    await removed;
    const { rows } = await notifications.db.execute(sql`
      select m.state, (select count(*)::int from outbox_lanes where receiver_id = ${id}) as lanes
      from outbox_messages m where m.receiver_id = ${id}`);
    expect(rows).toEqual([{ state: "stopped", lanes: 0 }]);
  });

  test("while its messages are chosen keeps no settings", async () => {
    const id = await notifications.addChannel("slack");
    const seenVersion = settingsVersionOf((await readChannelSettings(notifications.db, id)).current);
    const results = await notifications.db.transaction(async (tx) => {
      await tx.execute(sql`select from channels where id = ${id} for update`);
      const removing = removeChannel(notifications.admin(), { id, reason });
      await waitingForLocks(1);
      const setting = setChannelRules(notifications.admin(), { id, settings: noNotificationSettings, seenVersion });
      await waitingForLocks(2);
      return { all: Promise.allSettled([removing, setting]) };
    });
    expect(await results.all).toMatchObject([
      { status: "fulfilled" },
      { status: "rejected", reason: { code: "NotFound", message: expect.stringContaining("may have been removed") } },
    ]);
    const { rows } = await notifications.db.execute(sql`select from notification_settings where subscriber = ${id}`);
    expect(rows).toEqual([]);
  });

  test("cannot be chosen by a person whose page still shows it", async () => {
    const id = await notifications.addChannel("teams");
    await notifications.addStaff("ada");
    await removeChannel(notifications.admin(), { id, reason });
    const [own] = toAll().rules;
    await expect(notifications.choose("ada", { rules: [own!, ...toAll(id).rules] })).rejects.toThrow(
      "The channel of rule 2 has been removed.",
    );
  });
});

describe("a channel", () => {
  test.each(["teams", "slack"] as const)(
    "of %s gets a card that the sandbox accepts, and each need once",
    async (kind) => {
      const id = await notifications.addChannel(kind);
      await notifications.addStaff("ada");
      await notifications.choose("ada", toAll(id));
      await notifications.suspended("one", { name: "Contoso *bold* <x> [y](https://evil.example)" });
      await planAll();
      notifications.startSender();
      const [card] = await notifications.received(1);
      await notifications.sent();
      expect(await notifications.inbox()).toHaveLength(1);
      expect(card).toMatchObject({ kind, to: "sales" });
      expect(JSON.stringify(card)).toContain(`${publicUrl}/act?link=`);
      expect(JSON.stringify(card)).not.toContain(
        "[y](https://evil.example)".replace("[", kind === "teams" ? "[" : "\0"),
      );
    },
  );

  test("whose address is gone is disabled, is a need without its address, and is active again after a test", async () => {
    const id = await notifications.addChannel("slack");
    await notifications.suspended("one");
    await planAll();
    await notifications.behave("gone");
    const sender = notifications.startSender();
    await expect
      .poll(async () => (await notifications.db.execute(sql`select state from outbox_receivers where id = ${id}`)).rows)
      .toEqual([{ state: "disabled" }]);
    const { needs } = await listNeeds(notifications.db, notifications.now(), { which: "waiting" });
    expect(needs.map(({ kind }) => kind)).toContain("channel_failing");
    const { rows } = await notifications.db.execute(
      sql`select c.address, a.summary, a.after from channels c, activity a`,
    );
    expect(JSON.stringify(rows)).not.toContain("/hooks/");
    await notifications.behave("accept");
    const admin = { db: notifications.db, now: notifications.now, actor: notifications.actorOf("ada", "admin") };
    expect(await testChannel(admin, notifications.tools, { id })).toEqual({ isDelivered: true, problem: null });
    sender.wake();
    await notifications.sent();
    expect((await notifications.inbox()).map(({ subject }) => subject)).toEqual([
      "Test message from Marketdesk",
      expect.stringContaining("Payment failed"),
    ]);
  });

  test("of Teams without messages for a day gets a test, once a day", async () => {
    await notifications.addChannel("teams");
    await notifications.addChannel("slack");
    notifications.startSender();
    notifications.advance(25 * hourMs);
    await notifications.plan();
    await notifications.plan();
    await notifications.received(1);
    await notifications.sent();
    expect((await notifications.inbox()).map(({ kind, subject }) => [kind, subject])).toEqual([
      ["teams", "Daily test of this channel"],
    ]);
  });
});
