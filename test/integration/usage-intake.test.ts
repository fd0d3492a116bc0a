/** Usage that the product reports. */
import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { usageAllowances } from "../../server/database/schema/usage-dimensions.ts";
import { usageEvents, usageSlots } from "../../server/database/schema/usage.ts";
import { newId } from "../../server/database/statements/new-id.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let key: string;
/** A subscription to Vault Basic: 100 GB of storage and two restores are included. */
let id: string;
beforeAll(async () => {
  app = await startTestApp();
  ({ key } = await app.as("admin").keys.make({ name: "Metering", scopes: ["usage", "read"] }));
  id = await buyVault();
});
afterAll(() => app?.stop());

const vault = { offerId: "vault", planId: "basic", quantity: undefined };

async function buyVault(others: object = {}): Promise<string> {
  const bought = await app.buyActive({ ...vault, ...others });
  // The dimensions come with the plans, which a job reads.
  await app.as("operator").subscriptions.askPlans({ id: bought });
  return bought;
}

type Result = { id: string | null; status: string; code: number; detail: string | null };

async function post(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${app.url}/api/v1/usage`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { results: Result[]; detail?: string } };
}

const event = (others: object = {}) => ({
  id: randomUUID(),
  subscriptionId: id,
  dimension: "storage",
  quantity: "1.5",
  time: new Date().toISOString(),
  ...others,
});

async function report(...events: unknown[]): Promise<Result[]> {
  const { status, body } = await post({ events });
  expect(status, body.detail).toBe(200);
  return body.results;
}

const slotsOf = (subscriptionId: string) =>
  app.db.select().from(usageSlots).where(eq(usageSlots.subscriptionId, subscriptionId)).orderBy(usageSlots.hour);
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

describe("usage that the product reports", () => {
  test("is stored with its exact quantity and added up by hour", async () => {
    const subscription = await buyVault();
    const time = "2026-01-01T00:00:00Z".replace(/.*/, hoursAgo(2).toISOString());
    const events = ["0.1", "0.2", "1234567890.0123456789"].map((quantity) =>
      event({ subscriptionId: subscription, quantity, time }),
    );
    expect(await report(...events)).toEqual(
      events.map((one) => ({ id: one.id, status: "stored", code: 200, detail: null })),
    );
    const [slot, ...others] = await slotsOf(subscription);
    expect(others).toEqual([]);
    expect(slot).toMatchObject({ quantity: "1234567890.3123456789", state: "collecting", planId: "basic" });
    expect(slot?.hour).toEqual(new Date(Math.floor(Date.parse(time) / 3_600_000) * 3_600_000));
  });

  test("is free to repeat, alone and in one call", async () => {
    const subscription = await buyVault();
    const once = event({ subscriptionId: subscription });
    expect((await report(once, once)).map(({ status }) => status)).toEqual(["stored", "repeated"]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => report(once)));
    expect(new Set(answers.flat().map(({ status }) => status))).toEqual(new Set(["repeated"]));
    expect((await slotsOf(subscription)).map(({ quantity }) => quantity)).toEqual(["1.5"]);
  });

  test("counts once if the same event arrives on many connections at the same time", async () => {
    const subscription = await buyVault();
    const events = Array.from({ length: 50 }, () => event({ subscriptionId: subscription, quantity: "0.01" }));
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => report(...(index % 2 === 0 ? events : events.toReversed()))),
    );
    expect(answers.flat().filter(({ status }) => status === "stored")).toHaveLength(50);
    expect((await slotsOf(subscription)).map(({ quantity }) => Number(quantity))).toEqual([0.5]);
  });

  test.each([
    { quantity: "2" },
    { dimension: "restores" },
    { time: "2026-01-01T00:00:00Z" },
    { subscriptionId: "another" },
  ])("is refused if its ID was used for other usage, %j", async (others) => {
    const first = event();
    await report(first);
    expect(await report({ ...first, ...others })).toEqual([
      { id: first.id, status: "conflict", code: 409, detail: expect.stringMatching(/already used/) as string },
    ]);
    const other = event();
    expect((await report(other, { ...other, ...others })).map(({ status }) => status)).toEqual(["stored", "conflict"]);
  });

  test("is still a repeat after the subscription has ended", async () => {
    const subscription = await buyVault();
    const time = new Date(Date.now() + 60_000).toISOString();
    const early = event({ subscriptionId: subscription, time });
    await report(early);
    await app.control(`subscriptions/${subscription}/unsubscribe`, {});
    await eventually(async () => (await app.record(subscription))?.status === "Unsubscribed");
    expect(await report(early, event({ subscriptionId: subscription, time }))).toMatchObject([
      { status: "repeated" },
      { status: "refused", code: 422, detail: expect.stringMatching(/had ended/) as string },
    ]);
  });

  test("older than 24 hours is recorded as lost and not billed", async () => {
    const subscription = await buyVault();
    const old = event({ subscriptionId: subscription, time: hoursAgo(25).toISOString(), quantity: "7" });
    expect(await report(old)).toMatchObject([
      { status: "lost", code: 200, detail: expect.stringMatching(/24 hours/) as string },
    ]);
    expect(await report(old)).toMatchObject([{ status: "repeated" }]);
    expect(await slotsOf(subscription)).toMatchObject([{ state: "lost", lost: "7", quantity: "0", billable: "0" }]);
  });

  test("names its subscription by tenant and offer, if there is only one", async () => {
    const subscription = await buyVault({ purchaser: "cleo" });
    const tenant = (await app.find(subscription))?.beneficiary.tenantId ?? "";
    const named = () => event({ subscriptionId: undefined, tenant: tenant.toUpperCase(), offer: "vault" });
    expect(await report(named())).toMatchObject([{ status: "stored" }]);
    expect(await slotsOf(subscription)).toHaveLength(1);
    await buyVault({ purchaser: "cleo" });
    expect(await report(named())).toMatchObject([
      { status: "refused", code: 422, detail: expect.stringMatching(/2 subscriptions/) as string },
    ]);
  });

  test("of one wrong event does not refuse the others", async () => {
    const good = event();
    const results = await report(
      { id: "x" },
      null,
      "text",
      event({ quantity: 1 }),
      event({ quantity: "1e3" }),
      event({ tenant: "a" }),
      good,
    );
    expect(results.map(({ status, code }) => [status, code])).toEqual([
      ...Array.from({ length: 6 }, () => ["refused", 400]),
      ["stored", 200],
    ]);
    for (const { detail } of results.slice(0, 6)) expect(detail).toMatch(/^.{10,}\.$/);
    expect(results[0]?.id).toBe("x");
  });

  test.each([
    [
      "a dimension that the plan does not have",
      { dimension: "calls" },
      /"basic" has no such dimension\. Its dimensions are restores, storage/,
    ],
    ["an unknown subscription", { subscriptionId: "none" }, /no subscription/],
    ["the future", { time: new Date(Date.now() + 3_600_000).toISOString() }, /future/],
  ])("is refused for %s", async (_, others, words) => {
    expect(await report(event(others))).toMatchObject([
      { status: "refused", code: 422, detail: expect.stringMatching(words) as string },
    ]);
  });

  test.each([
    ["per seat", { offerId: "insight", planId: "team", quantity: 5 }, /per seat/],
    ["without dimensions", { offerId: "vault", planId: "express" }, /no metering dimensions/],
  ])("is refused for a plan %s", async (_, plan, words) => {
    const subscriptionId = await buyVault(plan);
    expect(await report(event({ subscriptionId }))).toMatchObject([
      { status: "refused", code: 422, detail: expect.stringMatching(words) as string },
    ]);
  });

  test("is refused for a purchase that is not active", async () => {
    const subscriptionId = await app.buy(vault);
    await app.as("operator").subscriptions.askPlans({ id: subscriptionId });
    expect(await report(event({ subscriptionId }))).toMatchObject([
      { status: "refused", detail: expect.stringMatching(/not active/) as string },
    ]);
  });

  test("is refused for the time before the activation, also if it is reported afterwards", async () => {
    const subscriptionId = await app.buy(vault);
    await app.as("operator").subscriptions.askPlans({ id: subscriptionId });
    await app.as("operator").subscriptions.activate({ subscriptionId, reason: "Set up by hand" });
    await eventually(async () => (await app.record(subscriptionId))?.status === "Subscribed");
    expect(
      await report(event({ subscriptionId, time: hoursAgo(1).toISOString() }), event({ subscriptionId })),
    ).toMatchObject([
      { status: "refused", detail: expect.stringMatching(/not active yet at that time/) as string },
      { status: "stored" },
    ]);
  });

  test("is billed by the plan of its time", async () => {
    const subscriptionId = await buyVault();
    await app.control(`subscriptions/${subscriptionId}/change-plan`, { planId: "plus" });
    await eventually(async () => (await app.record(subscriptionId))?.planId === "plus");
    const before = event({ subscriptionId, time: hoursAgo(3).toISOString() });
    const after = event({ subscriptionId, time: new Date(Date.now() + 1_000).toISOString() });
    await report(before, after);
    expect((await slotsOf(subscriptionId)).map(({ planId }) => planId)).toEqual(["basic", "plus"]);
  });

  test("of two plans in one hour keeps the second one for a later hour", async () => {
    const subscriptionId = await buyVault();
    await report(event({ subscriptionId, time: new Date(Date.now() - 1_000).toISOString() }));
    await app.control(`subscriptions/${subscriptionId}/change-plan`, { planId: "plus" });
    await eventually(async () => (await app.record(subscriptionId))?.planId === "plus");
    await report(event({ subscriptionId, time: new Date(Date.now() + 1_000).toISOString(), quantity: "4" }));
    const slots = await slotsOf(subscriptionId);
    expect(slots.map(({ planId }) => planId)[0]).toBe("basic");
    expect(slots.reduce((sum, { quantity, late }) => sum + Number(quantity) + Number(late), 0)).toBe(5.5);
  });

  test("needs a dimension that Microsoft or an admin names", async () => {
    const subscriptionId = await buyVault({ planId: "express" });
    const at = new Date();
    await app.db.insert(usageAllowances).values({
      id: newId(at),
      offerId: "vault",
      planId: "express",
      dimension: "scans",
      version: 1,
      included: { P1M: "10" },
      reason: "Microsoft does not say it",
      actorKind: "staff",
      actorName: "Test",
      createdAt: at,
    });
    expect(await report(event({ subscriptionId, dimension: "scans" }))).toMatchObject([{ status: "stored" }]);
    await app.db.delete(usageAllowances);
  });
});

describe("a call that reports usage", () => {
  test("takes 1,000 events and no more", async () => {
    const events = Array.from({ length: 1_001 }, () => event());
    expect(await post({ events })).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/1000|1,000/) as string },
    });
    const results = await report(...events.slice(1));
    expect(results.filter(({ status }) => status === "stored")).toHaveLength(1_000);
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["no list", { events: "all" }],
    ["an empty list", { events: [] }],
    ["another field", { events: [{}], more: true }],
  ])("is refused with %s", async (_, body) => {
    expect((await post(body)).status).toBe(400);
  });

  test("is refused if it is larger than 240 kB", async () => {
    expect((await post({ events: [event({ id: "x".repeat(250_000) })] })).status).toBe(413);
  });

  test("needs the scope usage", async () => {
    const { key: other } = await app.as("admin").keys.make({ name: "Reading", scopes: ["read"] });
    expect((await post({ events: [event()] }, { authorization: `Bearer ${other}` })).status).toBe(403);
  });

  test("with text that cannot be stored refuses only that event", async () => {
    const results = await report(event({ id: "a\0b" }), event({ dimension: "\ud800" }), event());
    expect(results.map(({ code }) => code)).toEqual([400, 400, 200]);
  });
});

describe("the record of usage", () => {
  test("cannot be changed by the app", async () => {
    await report(event());
    await expect(app.appDb.update(usageEvents).set({ quantity: "0.5" })).rejects.toThrow();
    await expect(app.appDb.delete(usageEvents)).rejects.toThrow();
  });

  test("is stored after PostgreSQL ended the statement to resolve a deadlock", async () => {
    const subscriptionId = await buyVault();
    await app.db.execute(`
      create sequence deadlocks;
      create function deadlock_twice() returns trigger language plpgsql security definer as $$ begin
        if nextval('deadlocks') <= 2 then raise deadlock_detected; end if;
        return new;
      end $$;
      create trigger deadlock_twice before insert on usage_slots for each row execute function deadlock_twice()`);
    try {
      expect(await report(event({ subscriptionId }))).toMatchObject([{ status: "stored" }]);
    } finally {
      await app.db.execute("drop function deadlock_twice cascade; drop sequence deadlocks");
    }
    expect((await slotsOf(subscriptionId)).map(({ quantity }) => quantity)).toEqual(["1.5"]);
  });

  test("is read by term", async () => {
    const subscriptionId = await buyVault();
    await report(event({ subscriptionId, quantity: "2.50" }), event({ subscriptionId, quantity: "0.5" }));
    const response = await fetch(`${app.url}/api/v1/subscriptions/${subscriptionId}/usage`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      subscriptionId,
      dimensions: [
        { dimension: "restores", used: "0", included: "2" },
        {
          dimension: "storage",
          name: "Storage",
          unit: "GB",
          included: "100",
          used: "3",
          collecting: "3",
          billed: "0",
          lost: "0",
        },
      ],
    });
    const unknown = await fetch(`${app.url}/api/v1/subscriptions/none/usage`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(unknown.status).toBe(404);
  });
});

describe("staff", () => {
  const signedIn = async () => {
    const browser = createBrowserSession();
    await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), "viewer");
    return [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
  };

  test("export the hours of a list, and the proof of one", async () => {
    const subscriptionId = await buyVault();
    await report(event({ subscriptionId, quantity: "2.5" }));
    const cookie = await signedIn();
    const read = (path: string) => fetch(`${app.url}/exports/${path}`, { headers: { cookie } });
    const csv = await (await read(`usage.csv?subscription=${subscriptionId}&dimension=storage`)).text();
    const [heading, line, ...rest] = csv.trim().split("\r\n");
    expect(heading).toContain("Hour (UTC),Subscription,Subscription ID");
    expect(line).toContain(`${subscriptionId},basic,Storage,storage,GB,2.5,0,`);
    expect(rest).toEqual([]);
    const rows = (await (await read(`usage.json?subscription=${subscriptionId}`)).json()) as { id: string }[];
    const proof = await read(`usage/${rows[0]?.id}.json`);
    expect(proof.headers.get("content-disposition")).toContain("attachment");
    expect(await proof.json()).toMatchObject({ hour: { usage: "2.5" }, events: [{ quantity: "2.5" }] });
    for (const odd of ["usage/none.json", `usage/${randomUUID()}.json`])
      expect((await read(odd)).status, odd).toBe(404);
    expect((await fetch(`${app.url}/exports/usage/${rows[0]?.id}.json`)).status).toBe(401);
  });
});

test("metrics have the hours that are not decided yet", async () => {
  const slotId = randomUUID();
  // Rejected, so that nothing seals or sends it.
  await app.db.execute(sql`
    insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, effective_at, state, sealed_at, billable, problem)
    values (${slotId}::uuid, ${id}, 'metrics', date_trunc('hour', now()), 'basic', 150, now(), 'rejected', now(), 50, 'ResourceNotActive')`);
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const valueOf = (name: string) =>
    Number(
      text
        .split("\n")
        .find((line) => line.startsWith(`${name} `))
        ?.split(" ")[1],
    );
  expect(valueOf('marketdesk_usage_hours{state="rejected"}')).toBe(1);
  for (const name of ["marketdesk_usage_oldest_waiting_seconds", "marketdesk_usage_differences"])
    expect(valueOf(name), name).toBeGreaterThanOrEqual(0);
  await app.db.execute(sql`delete from usage_slots where id = ${slotId}::uuid`);
});

describe("the running app", () => {
  const acceptedOf = async (subscriptionId: string) => {
    const { accepted } = await app.control<{ accepted: { resourceId: string; quantity: number }[] }>("usage");
    return accepted.filter(({ resourceId }) => resourceId === subscriptionId).map(({ quantity }) => quantity);
  };

  test("sends usage whose 24 hours are almost over immediately", async () => {
    const subscriptionId = await buyVault();
    await report(event({ subscriptionId, quantity: "100.25", time: hoursAgo(23.5).toISOString() }));
    await eventually(async () => (await acceptedOf(subscriptionId)).length > 0);
    expect(await acceptedOf(subscriptionId)).toEqual([0.25]);
  });

  test("sends usage of a subscription that ends when the grace has passed", async () => {
    const settings = { graceMinutes: 0, holdFactor: null, isShownToPurchasers: true, seenVersion: 0 };
    await app.as("admin").usage.setSettings({ ...settings, reason: "The product reports immediately" });
    const subscriptionId = await buyVault();
    await report(event({ subscriptionId, quantity: "103" }));
    await app.control(`subscriptions/${subscriptionId}/unsubscribe`, {});
    await eventually(async () => (await acceptedOf(subscriptionId)).length > 0);
    expect(await acceptedOf(subscriptionId)).toEqual([3]);
  });

  test("sends usage before it asks Microsoft for another plan", async () => {
    const subscriptionId = await buyVault();
    await report(event({ subscriptionId, quantity: "104" }));
    await app.as("operator").subscriptions.changePlan({ subscriptionId, planId: "plus", reason: "Upgrade" });
    await eventually(async () => (await app.record(subscriptionId))?.planId === "plus");
    expect(await acceptedOf(subscriptionId)).toEqual([4]);
    expect(await slotsOf(subscriptionId)).toMatchObject([{ planId: "basic", state: "accepted" }]);
  });
});
