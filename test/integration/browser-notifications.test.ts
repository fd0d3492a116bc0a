/** Notifications in browsers, read with the keys of the sandbox's browser. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReceivedMessage, ReceivedPush } from "../../sandbox/inbox/inbox.ts";
import { addBrowser, removeBrowser, testBrowser } from "../../server/commands/notifications/browsers.ts";
import { listNeeds } from "../../server/needs/read-needs.ts";
import { createPushKeys } from "../../server/outbox/push-keys.ts";
import { needKind } from "../../server/needs/kinds.ts";
import { addBrowserInput } from "../../shared/notifications.ts";
import { eventually } from "../support/app.ts";
import { minuteMs, type Notifications, startNotifications } from "../support/notifications.ts";

let notifications: Notifications;
beforeEach(async () => {
  notifications = await startNotifications();
  await notifications.addStaff("ada", null);
});
afterEach(() => notifications?.stop());

const pushOf = (message: ReceivedMessage | undefined) => (message as ReceivedPush & ReceivedMessage).notification;
const contextOf = (name: string) => ({
  db: notifications.db,
  now: notifications.now,
  actor: notifications.actorOf(name),
});
const toBrowsers = { rules: [{ kinds: null, scope: "all" as const, via: "push", frequency: "now" as const }] };

async function turnOn(name = "ada"): Promise<string> {
  const given = addBrowserInput.parse(await notifications.tools.push.readTrialBrowser?.());
  const { id } = await addBrowser(contextOf(name), notifications.tools, { ...given, device: "Chrome on Windows" });
  return id;
}
async function planAll(): Promise<void> {
  await notifications.plan();
  notifications.advance(minuteMs);
  await notifications.plan();
}
const browsers = async () =>
  (await notifications.db.execute(sql`select staff_id from push_browsers order by id`)).rows.map(
    (row) => row["staff_id"],
  );

const failingLanes = async () =>
  (await notifications.outbox.receiver("00000000-0000-4000-8000-0000000000a2"))?.failing_lanes;

describe("a browser notification", () => {
  test("says what needs attention once, without a mail server or address, and that it is resolved in its place", async () => {
    await notifications.choose("ada", toBrowsers);
    await notifications.suspended("before");
    await planAll();
    await turnOn();
    await notifications.suspended("one", {
      contactCompany: "Fabrikam",
      contactName: "Bo",
      contactEmail: "b@x.example",
      contactPhone: "",
    });
    await planAll();
    notifications.startSender();
    const [first] = await notifications.received(1);
    expect(first).toMatchObject({ kind: "push", subject: "Payment failed: will be canceled (Subscription one)" });
    expect(pushOf(first)).toMatchObject({
      body: expect.stringContaining("Customer: Fabrikam\nDeadline: "),
      path: "/subscriptions/one",
    });
    await notifications.sent();
    await notifications.reinstate("one");
    await notifications.plan();
    notifications.advance(2 * minuteMs);
    await notifications.plan();
    const [, second] = await notifications.received(2);
    expect(second?.subject).toBe("Resolved: Subscription one");
    expect(pushOf(second).tag).toBe(pushOf(first).tag);
    await notifications.sent();
    expect(await notifications.inbox()).toHaveLength(2);
    const stored = await notifications.db.execute(sql`select b, a from push_browsers b, outbox_attempts a`);
    expect(JSON.stringify(stored.rows)).not.toContain("/push/send/");
  });

  test("that the push service refuses permanently ends the browser's notifications, and is no need", async () => {
    await notifications.choose("ada", toBrowsers);
    await turnOn();
    await notifications.behave("gone");
    await notifications.suspended("one");
    await planAll();
    notifications.startSender();
    expect(await notifications.sent()).toMatchObject([
      { state: "failed", problem: "HTTP 410: the browser no longer accepts notifications" },
    ]);
    expect(await browsers()).toEqual([]);
    const { rows } = await notifications.db.execute(
      sql`select state, failing_lanes from outbox_receivers where kind = 'push'`,
    );
    expect(rows).toEqual([{ state: "active", failing_lanes: 0 }]);
  });

  test("waits while the push service is away, which becomes a need, and arrives when it is back", async () => {
    await notifications.choose("ada", toBrowsers);
    const id = await turnOn();
    await notifications.behave("down");
    await notifications.suspended("one");
    await planAll();
    const sender = notifications.startSender();
    await eventually(async () => (await failingLanes()) === 1);
    await notifications.db.execute(
      sql`update outbox_receivers set failing_since = now() - interval '1 hour' where kind = 'push'`,
    );
    const { needs } = await listNeeds(notifications.db, notifications.now(), { which: "waiting" });
    const need = needs.find(({ kind }) => kind === "channel_failing");
    expect(need && needKind("channel_failing").words(need).what).toBe("Browser notifications are not being delivered");
    await notifications.behave("accept");
    expect(await testBrowser(contextOf("ada"), notifications.tools, { id })).toEqual({
      isDelivered: true,
      problem: null,
    });
    sender.wake();
    await notifications.received(2);
    await notifications.sent();
    expect((await notifications.inbox()).map(({ subject }) => subject).toSorted()).toEqual([
      "Payment failed: will be canceled (Subscription one)",
      "Test message from Marketdesk",
    ]);
  });

  test("arrives in spite of other browsers whose push service fails and asks for a long pause", async () => {
    let attempts = 0;
    const failing = createServer((_request, response) => {
      attempts += 1;
      response.writeHead(503, { "retry-after": "21600" }).end();
    });
    failing.listen(0, "localhost");
    await once(failing, "listening");
    const { port } = failing.address() as AddressInfo;
    await notifications.addStaff("bo", null);
    for (const name of ["bo", "ada"]) await notifications.choose(name, toBrowsers);
    const { keys } = addBrowserInput.parse(await notifications.tools.push.readTrialBrowser?.());
    for (let browser = 1; browser <= 6; browser += 1) {
      const endpoint = `http://localhost:${port}/push/${browser}`;
      await addBrowser(contextOf("bo"), notifications.tools, { endpoint, keys, device: "Chrome" });
    }
    await turnOn("ada");
    await notifications.suspended("one");
    await planAll();
    notifications.startSender();
    await eventually(() => Promise.resolve(attempts >= 6));
    notifications.advance(30 * minuteMs);
    await notifications.suspended("two");
    await planAll();
    const messages = await notifications.received(2);
    expect(messages.map(({ subject }) => subject)).toEqual([
      "Payment failed: will be canceled (Subscription one)",
      "Payment failed: will be canceled (Subscription two)",
    ]);
    failing.close();
  });

  test("is not sent to a browser that was turned off or whose person was blocked", async () => {
    await notifications.choose("ada", toBrowsers);
    const id = await turnOn();
    await notifications.suspended("one");
    await planAll();
    await removeBrowser(contextOf("ada"), { id });
    notifications.startSender();
    expect(await notifications.sent()).toMatchObject([{ state: "failed", problem: "The browser has been removed." }]);
    expect(await notifications.inbox()).toEqual([]);
  });
});

describe("a browser", () => {
  test("is refused with a key that no message can be encrypted for", async () => {
    const { endpoint, keys } = addBrowserInput.parse(await notifications.tools.push.readTrialBrowser?.());
    const given = { endpoint, keys: { ...keys, p256dh: "B".repeat(87) }, device: "Chrome" };
    await expect(addBrowser(contextOf("ada"), notifications.tools, given)).rejects.toMatchObject({ code: "Invalid" });
    const sent = await notifications.tools.push.post(
      { endpoint, ...given.keys },
      {
        title: "Test",
        body: "",
        path: "/",
        tag: "test",
        isUrgent: false,
      },
    );
    expect(sent).toMatchObject({ outcome: "refused", isFinal: true });
    expect(await browsers()).toEqual([]);
  });

  test("belongs to who turned it on last, and only they can test it or turn it off", async () => {
    await notifications.addStaff("bo");
    await turnOn("ada");
    const id = await turnOn("bo");
    expect(await browsers()).toEqual(["tenant:bo"]);
    await expect(testBrowser(contextOf("ada"), notifications.tools, { id })).rejects.toMatchObject({
      code: "NotFound",
    });
    await removeBrowser(contextOf("ada"), { id });
    expect(await browsers()).toEqual(["tenant:bo"]);
  });

  test("is refused with an address that may not be called, and has to be turned on again after a new secret", async () => {
    const keys = { p256dh: "B".repeat(87), auth: "a".repeat(22) };
    await expect(
      addBrowser(contextOf("ada"), notifications.tools, {
        endpoint: "https://169.254.169.254/latest",
        keys,
        device: "Chrome",
      }),
    ).rejects.toMatchObject({ code: "Invalid" });
    const id = await turnOn();
    const push = { ...notifications.tools.push, keys: createPushKeys("another secret, as long as secrets must be") };
    expect(await testBrowser(contextOf("ada"), { ...notifications.tools, push }, { id })).toEqual({
      isDelivered: false,
      problem: "SESSION_SECRET has changed. Turn the notifications on again.",
    });
    expect(await browsers()).toEqual([]);
  });
});
