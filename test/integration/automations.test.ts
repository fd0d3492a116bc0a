/** Automations: started once by events and by what begins to match, acting in their own name, and never starting each other. */
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { JobContext } from "../../server/commands/automations/act.ts";
import { enterViews, runAutomations, type AttemptCounts } from "../../server/commands/automations/run-automations.ts";
import type { Database } from "../../server/database/connection/database.ts";
import { availablePlans } from "../../server/commands/subscriptions/available-plans.ts";
import { takeMoneyLock } from "../../server/database/writes/money.ts";
import type { AutomationAction, AutomationRule } from "../../shared/automations.ts";
import { addDays, utcDayOf } from "../../shared/day.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
const colleague = "tenant:colleague";
beforeAll(async () => {
  app = await startTestApp();
  await app.db.execute(sql`insert into staff (tenant_id, object_id, name, email, role, first_seen_at, last_sign_in_at)
    values ('tenant', 'colleague', 'Priya', 'priya@example.com', 'operator', now(), now())`);
});
afterAll(() => app?.stop());

const reason = "Agreed in the team";
const admin = () => app.as("admin").automations;
const operator = () => app.as("operator");
const found = async (id: string) => {
  const subscription = await app.find(id);
  if (!subscription) throw new Error("the subscription is not on record");
  return subscription;
};
const timeline = async (id: string) => (await app.as("viewer").subscriptions.timeline({ id })).rows;
const firingsOf = async (id: string, subscriptionId: string) =>
  (await app.as("viewer").automations.get({ id })).firings.filter((one) => one.subscriptionId === subscriptionId);

const tries: AttemptCounts[] = [new Map(), new Map()];

/** Two instances take events and compare filters simultaneously, and the app itself every few seconds. */
async function run(): Promise<void> {
  const context = { marketplace: app.marketplace, now: () => new Date(), log: quiet };
  const each = (take: (ctx: JobContext, options: { tries: AttemptCounts }) => Promise<unknown>) =>
    // As in the job, what could not be done is tried again in the next round.
    Promise.allSettled([app.db, app.appDb].map((db, place) => take({ ...context, db }, { tries: tries[place]! })));
  await each(runAutomations);
  await each(enterViews);
}
const fired = (id: string, subscriptionId: string, count = 1) =>
  eventually(async () => {
    await run();
    const firings = await firingsOf(id, subscriptionId);
    return firings.length >= count && firings;
  });
/** All events until now have been taken. */
async function allTaken(): Promise<void> {
  await eventually(async () => {
    await run();
    const { rows } = await app.db.execute<{ behind: number }>(sql`
      select count(*)::int as behind from events where position is null or position > (select position from automation_position)`);
    return rows[0]?.behind === 0;
  });
}

/** Only for one subscription, so that tests do not meet each other's. */
const only = async (subscriptionId: string) => {
  const tag = newId();
  await operator().subscriptions.changeTags({ subscriptionId, add: [tag], remove: [] });
  return { tag };
};
async function turnOn(rule: AutomationRule, name = `Automation ${newId()}`) {
  const { id } = await admin().create({ name, rule, reason });
  await admin().turnOn({ id });
  return { id, name };
}
/** An automation that is turned on or changed later is then the first that events start. */
async function turnOffEventAutomations(): Promise<{ id: string }[]> {
  const { rows } = await app.db.execute<{ id: string }>(sql`
    update automations set on_since = null where on_since is not null and trigger->>'kind' = 'event' returning id`);
  return rows;
}
const onHold = { kind: "event" as const, events: ["subscription.held" as const] };
const hold = (subscriptionId: string) => operator().subscriptions.suspend({ subscriptionId, reason });

test("events that start something are read once for all of them", async () => {
  const id = await app.buyActive();
  const { id: automationId } = await turnOn({
    trigger: onHold,
    filters: await only(id),
    actions: [{ kind: "followUp", inDays: 1 }],
  });
  await allTaken();
  await app.stopApp();
  onTestFinished(() => app.startApp());
  for (let times = 0; times < 3; times += 1) {
    await hold(id);
    await operator().subscriptions.reinstate({ subscriptionId: id, reason });
  }
  const reads: string[] = [];
  const logQuery = (query: string) => void (query.includes("from events e join activity a") && reads.push(query));
  const db = drizzle({ client: app.db.$client, casing: "snake_case", logger: { logQuery } }) as unknown as Database;
  await runAutomations({ db, marketplace: app.marketplace, now: () => new Date(), log: quiet });
  expect(await firingsOf(automationId, id)).toHaveLength(3);
  expect(reads.length).toBeLessThanOrEqual(2);
});

describe("an error of one automation", () => {
  test("is a problem of its own, and stops neither other automations nor later events", async () => {
    const id = await app.buyActive();
    const filters = await only(id);
    const actions: AutomationAction[] = [{ kind: "tags", add: ["tried"], remove: [] }];
    const broken = await turnOn({ trigger: onHold, filters, actions });
    const other = await turnOn({ trigger: onHold, filters, actions: [{ kind: "followUp", inDays: 1 }] });
    await app.db.execute(sql`alter table automation_firings add constraint broken
      check (automation_id <> ${sql.raw(`'${broken.id}'`)} or state = 'failed') not valid`);
    await hold(id);
    await operator().subscriptions.reinstate({ subscriptionId: id, reason });
    await hold(id);
    expect(await fired(other.id, id, 2)).toMatchObject([{ state: "done" }, { state: "done" }]);
    await allTaken();
    const text = expect.stringContaining("An error in Marketdesk prevented all actions");
    expect(await firingsOf(broken.id, id)).toMatchObject([
      { state: "failed", results: [{ kind: "tags", outcome: "failed", text }] },
      { state: "failed" },
    ]);
    expect((await found(id)).tags).not.toContain("tried");
    await app.db.execute(sql`alter table automation_firings drop constraint broken`);
  });
});

describe("an error that can pass", () => {
  /** The first updates of the subscription that add the tag fail; the sequence outlives what is rolled back. */
  async function failFirst(id: string, count: number, sqlState: string) {
    const name = `failing_${newId().replaceAll("-", "")}`;
    const given = sql.raw(`'${id}'`);
    await app.db.execute(sql`create sequence ${sql.raw(name)}`);
    await app.db
      .execute(sql`create function ${sql.raw(name)}_now() returns trigger language plpgsql security definer as $$
      begin
        if nextval(${sql.raw(`'public.${name}'`)}) <= ${sql.raw(String(count))} then
          raise exception 'of the test' using errcode = ${sql.raw(`'${sqlState}'`)};
        end if;
        return new;
      end $$`);
    await app.db.execute(sql`create trigger ${sql.raw(name)} before update of tags on subscriptions for each row
      when (new.id = ${given} and 'tried' = any(new.tags)) execute function ${sql.raw(name)}_now()`);
    onTestFinished(async () => void (await app.db.execute(sql`drop trigger ${sql.raw(name)} on subscriptions`)));
    return async () => {
      const { rows } = await app.db.execute<{ failed: number }>(
        sql`select last_value::int as failed from ${sql.raw(name)}`,
      );
      return rows[0]?.failed;
    };
  }
  const tried: AutomationAction[] = [{ kind: "tags", add: ["tried"], remove: [] }];

  test("such as a full disk ends no action: the next try does it", async () => {
    const id = await app.buyActive();
    const automation = await turnOn({ trigger: onHold, filters: await only(id), actions: tried });
    const attempts = await failFirst(id, 1, "53100");
    await hold(id);
    expect(await fired(automation.id, id)).toMatchObject([{ state: "done", results: [{ outcome: "done" }] }]);
    expect(await attempts()).toBe(2);
    expect((await found(id)).tags).toContain("tried");
  });

  test.each([
    ["statement", "57014"],
    ["wait for a lock", "55P03"],
  ])("such as a %s that takes too long is tried only some times, and stops no later event", async (_what, state) => {
    const [id, next] = [await app.buyActive(), await app.buyActive()];
    const filters = await only(id);
    await operator().subscriptions.changeTags({ subscriptionId: next, add: [filters.tag], remove: [] });
    const automation = await turnOn({ trigger: onHold, filters, actions: tried });
    const entering = await turnOn({ trigger: { kind: "enters" }, filters: { ...filters, hold: true }, actions: tried });
    const attempts = await failFirst(id, 1_000_000, state);
    await hold(id);
    await hold(next);
    expect(await fired(automation.id, id)).toMatchObject([{ state: "failed", results: [{ outcome: "failed" }] }]);
    expect(await attempts()).toBeGreaterThanOrEqual(3);
    expect(await fired(automation.id, next)).toMatchObject([{ state: "done" }]);
    expect(await fired(entering.id, id)).toMatchObject([{ state: "failed" }]);
  });
});

describe("an automation started by an event", () => {
  test("acts once, in order and in its own name, where its filters match", async () => {
    const [id, other] = [await app.buyActive(), await app.buyActive()];
    const actions: AutomationAction[] = [
      { kind: "tags", add: ["on hold"], remove: [] },
      { kind: "owner", owner: colleague },
      { kind: "followUp", inDays: 3 },
    ];
    const automation = await turnOn({ trigger: onHold, filters: await only(id), actions });
    await hold(other);
    const from = utcDayOf(Date.now());
    await hold(id);
    const firings = await fired(automation.id, id);
    const days = [from, utcDayOf(Date.now())].map((day) => addDays(day, 3));
    await allTaken();
    expect(await firingsOf(automation.id, id)).toEqual(firings);
    expect(await firingsOf(automation.id, other)).toEqual([]);
    expect(firings).toMatchObject([
      {
        version: 1,
        cause: "Access hold set",
        state: "done",
        results: [{ kind: "tags" }, { kind: "owner" }, { kind: "followUp" }],
      },
    ]);
    const subscription = await found(id);
    expect(subscription.tags).toContain("on hold");
    expect(subscription.ownerId).toBe(colleague);
    expect(days).toContain(subscription.followUpOn);
    const own = (await timeline(id)).filter(({ actor }) => actor.kind === "automation");
    expect(own.map(({ kind }) => kind).toSorted()).toEqual([
      "subscription.follow_up_changed",
      "subscription.owner_changed",
      "subscription.tags_changed",
    ]);
    expect(own[0]?.actor).toEqual({
      kind: "automation",
      name: `${automation.name}, version 1`,
      automationId: automation.id,
    });
  });

  test("holds access, which the product gets as an event and which starts no automation", async () => {
    const id = await app.buyActive();
    const filters = await only(id);
    const holding = await turnOn({
      trigger: { kind: "event", events: ["subscription.quantity_changed"] },
      filters,
      actions: [{ kind: "suspend" }],
    });
    const chained = await turnOn({ trigger: onHold, filters, actions: [{ kind: "followUp", inDays: 1 }] });
    const entering = await turnOn({
      trigger: { kind: "enters" },
      filters: { ...filters, hold: true },
      actions: [{ kind: "followUp", inDays: 1 }],
    });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 7 });
    await fired(holding.id, id);
    await allTaken();
    expect(await found(id)).toMatchObject({ access: "suspended", followUpOn: null });
    expect(await firingsOf(chained.id, id)).toEqual([]);
    expect(await firingsOf(entering.id, id)).toEqual([]);
    const events = await app.db.execute(sql`select from events e join activity a on a.id = e.id
      where a.subscription_id = ${id} and a.kind = 'subscription.held' and a.actor_kind = 'automation'`);
    expect(events.rowCount).toBe(1);
  });

  test("acts at most three times a day on a subscription, and needs attention then", async () => {
    const id = await app.buyActive();
    const automation = await turnOn({
      trigger: onHold,
      filters: await only(id),
      actions: [{ kind: "followUp", inDays: 2 }],
    });
    for (let count = 0; count < 5; count += 1) {
      await hold(id);
      await operator().subscriptions.reinstate({ subscriptionId: id, reason });
    }
    await fired(automation.id, id, 4);
    await allTaken();
    const firings = await firingsOf(automation.id, id);
    // The day can change in UTC while this runs; the limit then begins again.
    expect(firings.filter(({ state }) => state === "done").length).toBeGreaterThanOrEqual(3);
    expect(firings.map(({ state }) => state)).toContain(firings.length === 4 ? "limited" : "done");
  });

  test("sends a message to a colleague, and says what could not be done", async () => {
    const id = await app.buyActive();
    await app.db.execute(sql`insert into outbox_receivers (id, kind, state, state_since)
      values ('00000000-0000-4000-8000-0000000000a1', 'mail', 'active', now()) on conflict (id) do update set state = 'active'`);
    const leaver = "tenant:leaver";
    await app.db.execute(sql`insert into staff (tenant_id, object_id, name, email, role, first_seen_at, last_sign_in_at)
      values ('tenant', 'leaver', 'Tomas', null, 'operator', now(), now())`);
    const automation = await turnOn({
      trigger: onHold,
      filters: await only(id),
      actions: [
        { kind: "owner", owner: leaver },
        { kind: "notify", to: colleague },
      ],
    });
    await app.db.execute(sql`update staff set disabled_at = now() where object_id = 'leaver'`);
    await hold(id);
    expect(await fired(automation.id, id)).toMatchObject([
      {
        state: "failed",
        results: [
          { kind: "owner", outcome: "failed", text: expect.stringContaining("can no longer own subscriptions") },
          { kind: "notify", outcome: "done" },
        ],
      },
    ]);
    const messages = await app.db.execute(sql`select from notice_events n join activity a on a.id = n.event_id
      where a.subscription_id = ${id} and n.target = ${colleague} and a.kind = 'automation.notified'`);
    expect(messages.rowCount).toBe(1);
    expect((await found(id)).automations.problems).toMatchObject([
      { automationName: automation.name, texts: [expect.stringContaining("can no longer own subscriptions")] },
    ]);
  });
});

test("a change that an automation proposes is planned only when staff confirm it", async () => {
  const [id, other] = [await app.buyActive(), await app.buyActive()];
  const actions: AutomationAction[] = [
    { kind: "propose", change: { action: "changeQuantity", planId: null, quantity: 9, inDays: 4 } },
  ];
  const filters = await only(id);
  const automation = await turnOn({ trigger: onHold, filters, actions });
  await operator().subscriptions.changeTags({ subscriptionId: other, add: [filters.tag], remove: [] });
  await hold(id);
  await hold(other);
  await fired(automation.id, id);
  await fired(automation.id, other);
  const [proposal] = (await found(id)).automations.proposals;
  expect(proposal).toMatchObject({ automationName: automation.name, inDays: 4 });
  expect((await found(id)).planned).toEqual([]);
  const proposalId = proposal?.id ?? "";
  const from = utcDayOf(Date.now());
  const answers = await Promise.allSettled([0, 1].map(() => operator().automations.confirm({ id: proposalId })));
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const days = [from, utcDayOf(Date.now())].map((day) => addDays(day, 4));
  const confirmed = await found(id);
  expect(confirmed).toMatchObject({
    planned: [{ action: "changeQuantity", quantity: 9, plannedByName: "Test operator" }],
    automations: { proposals: [] },
  });
  expect(days).toContain(confirmed.planned[0]?.on);
  const [declined] = (await found(other)).automations.proposals;
  await operator().automations.decline({ id: declined?.id ?? "" });
  expect(await found(other)).toMatchObject({ planned: [], automations: { proposals: [] } });
});

test("a change that an automation proposes is no longer offered once the subscription has ended", async () => {
  const id = await app.buyActive();
  const change = { action: "changeQuantity" as const, planId: null, quantity: 9, inDays: 4 };
  const automation = await turnOn({ trigger: onHold, filters: await only(id), actions: [{ kind: "propose", change }] });
  await hold(id);
  await fired(automation.id, id);
  expect((await found(id)).automations.proposals).toHaveLength(1);
  await app.control(`subscriptions/${id}/unsubscribe`, {});
  await eventually(async () => (await found(id)).status === "Unsubscribed");
  expect((await found(id)).automations.proposals).toEqual([]);
});

test("a subscription that begins to match starts an automation once; those that match already do not", async () => {
  const [already, enters] = [await app.buyActive(), await app.buyActive()];
  const filters = await only(already);
  const automation = await turnOn({
    trigger: { kind: "enters" },
    filters,
    actions: [{ kind: "followUp", inDays: 1 }],
  });
  await run();
  await operator().subscriptions.changeTags({ subscriptionId: enters, add: [filters.tag], remove: [] });
  const firings = await fired(automation.id, enters);
  await run();
  expect(firings).toMatchObject([{ cause: "Began to match the filters", state: "done" }]);
  expect(await firingsOf(automation.id, enters)).toEqual(firings);
  expect(await firingsOf(automation.id, already)).toEqual([]);

  await operator().subscriptions.changeTags({ subscriptionId: enters, add: [], remove: [filters.tag] });
  await run();
  await operator().subscriptions.changeTags({ subscriptionId: enters, add: [filters.tag], remove: [] });
  expect(await fired(automation.id, enters, 2)).toHaveLength(2);
});

describe("an automation that filters by money", () => {
  /** 20 seats cost more in both plans, and the fewest of each cost less. */
  const amount = 150;
  const priced = { trigger: { kind: "enters" as const }, actions: [{ kind: "followUp" as const, inDays: 1 }] };
  const context = () => ({
    db: app.db,
    marketplace: app.marketplace,
    now: () => new Date(),
    log: quiet,
    actor: { kind: "system" as const, name: "Test" },
  });
  const money = async (id: string) => {
    const { rows } = await app.db.execute<{ plan_id: string; monthly: number | null; quantity: number }>(sql`
      select m.plan_id, m.monthly::float, s.quantity from subscription_money m join subscriptions s on s.id = m.subscription_id
      where s.id = ${id}
        and not exists (select from money_changes c where c.subscription_id = s.id and not c.is_waiting)`);
    return rows[0];
  };
  const counted = (id: string, isAsWanted: (now: NonNullable<Awaited<ReturnType<typeof money>>>) => boolean) =>
    eventually(async () => {
      const now = await money(id);
      return now !== undefined && isAsWanted(now);
    });
  async function buyPriced() {
    const id = await app.buyActive({ quantity: 20 });
    await availablePlans(context(), id);
    await counted(id, ({ monthly }) => (monthly ?? 0) >= amount);
    return id;
  }

  test("does not start again while the price of a new plan is unknown, but when the amount has been lower", async () => {
    const id = await buyPriced();
    const filters = { ...(await only(id)), monthlyFrom: amount };
    const automation = await turnOn({ ...priced, filters });
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}/listAvailablePlans`, status: 500 });
    await app.control(`subscriptions/${id}/change-plan`, { planId: "business" });
    await eventually(async () => (await found(id)).planId === "business");
    await counted(id, ({ monthly }) => monthly === null);
    await run();
    const betweenPrices = await turnOn({ ...priced, filters });
    await app.control("faults", undefined, "DELETE");
    await availablePlans(context(), id);
    await counted(id, (now) => now.plan_id === "business" && (now.monthly ?? 0) >= amount);
    await run();
    expect(await firingsOf(automation.id, id)).toEqual([]);
    expect(await firingsOf(betweenPrices.id, id)).toEqual([]);
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 5 });
    await counted(id, ({ quantity, monthly }) => quantity === 5 && monthly !== null && monthly < amount);
    await run();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 20 });
    expect(await fired(automation.id, id)).toMatchObject([{ cause: "Began to match the filters", state: "done" }]);
  });

  test("does not compare the amount from before a change", async () => {
    const id = await buyPriced();
    const filters = { ...(await only(id)), monthlyFrom: amount };
    const entering = await turnOn({ ...priced, filters: { ...filters, seatsTo: 1 } });
    // As an earlier version of Marketdesk may have stored it.
    const onEvent = await turnOn({
      ...priced,
      trigger: { kind: "event", events: ["subscription.quantity_changed"] },
      filters: { tag: filters.tag },
    });
    await app.db.execute(sql`
      update automations set filters = ${JSON.stringify(filters)}::jsonb where id = ${onEvent.id}::uuid`);
    await app.db.transaction(async (tx) => {
      await eventually(() => takeMoneyLock(tx));
      await app.control(`subscriptions/${id}/change-quantity`, { quantity: 1 });
      await eventually(async () => (await found(id)).quantity === 1);
      expect(await fired(onEvent.id, id)).toMatchObject([
        { state: "failed", results: [{ text: expect.stringContaining("revenue was not up to date yet") }] },
      ]);
      await run();
    });
    await counted(id, ({ quantity }) => quantity === 1);
    await run();
    expect(await firingsOf(entering.id, id)).toEqual([]);
    expect((await found(id)).followUpOn).toBeNull();
    await admin().turnOff({ id: onEvent.id });
    await expect(admin().turnOn({ id: onEvent.id })).rejects.toThrow("Events cannot be combined with filters on money");
  });
});

test("a comparison that stops because webhooks come first continues with the next automation", async () => {
  const id = await app.buyActive();
  const rule: AutomationRule = { trigger: { kind: "enters" }, filters: await only(id), actions: [{ kind: "suspend" }] };
  await turnOn(rule);
  await turnOn(rule);
  const compareOne = (lastId: string | null) => {
    const isBusy = [true, false];
    const context = { db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet };
    return enterViews(context, { isBusy: () => isBusy.pop() ?? true, lastId });
  };
  const { rows } = await app.db.execute<{ id: string }>(sql`
    select id from automations where on_since is not null and trigger->>'kind' = 'enters' order by place`);
  const compared: (string | null)[] = [];
  while (compared.length <= rows.length) compared.push(await compareOne(compared.at(-1) ?? null));
  expect(compared).toEqual([...rows, rows[0]].map((row) => row?.id));
});

test("an automation that is changed to start on events does not act on past ones", async () => {
  const id = await app.buyActive();
  const rule: AutomationRule = {
    trigger: { kind: "enters" },
    filters: await only(id),
    actions: [{ kind: "followUp", inDays: 1 }],
  };
  const automation = await turnOn(rule);
  // As if it had been on for long, and the position in the feed had stayed behind.
  const others = await turnOffEventAutomations();
  await app.db.execute(sql`update automations set on_since = now() - interval '90 days' where id = ${automation.id}`);
  await hold(id);
  await operator().subscriptions.reinstate({ subscriptionId: id, reason });
  await app.db.execute(sql`update automation_position set position = 0`);
  await admin().change({ ...automation, rule: { ...rule, trigger: onHold }, reason, seenVersion: 1 });
  await allTaken();
  expect(await firingsOf(automation.id, id)).toEqual([]);
  await hold(id);
  expect(await fired(automation.id, id)).toHaveLength(1);
  for (const other of others) await admin().turnOn(other);
});

test("an automation can be changed while it stores a match and events are taken", async () => {
  const id = await app.buyActive();
  const rule: AutomationRule = { trigger: { kind: "enters" }, filters: await only(id), actions: [{ kind: "suspend" }] };
  const automation = await turnOn(rule);
  const others = await turnOffEventAutomations();
  const change = await app.db.transaction(async (tx) => {
    await tx.execute(sql`select from automation_position for update`);
    const changing = admin().change({ ...automation, rule: { ...rule, trigger: onHold }, reason, seenVersion: 1 });
    await eventually(async () => {
      const { rows } = await app.db.execute<{ waiting: number }>(sql`select count(*)::int as waiting
        from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ~ 'automation_position'`);
      return (rows[0]?.waiting ?? 0) > 0;
    });
    await tx.execute(sql`insert into automation_matches (automation_id, subscription_id)
      values (${automation.id}::uuid, 'stored now')`);
    return { changing };
  });
  await expect(change.changing).resolves.toEqual({ version: 2 });
  for (const other of others) await admin().turnOn(other);
});

describe("admins", () => {
  test("change automations in versions, put them in order, and turn them off", async () => {
    const rule: AutomationRule = { trigger: onHold, filters: {}, actions: [{ kind: "followUp", inDays: 1 }] };
    const name = `Automation ${newId()}`;
    const { id } = await admin().create({ name, rule, reason });
    const second = await admin().create({ name: `${name} b`, rule, reason });
    await expect(admin().create({ name: name.toUpperCase(), rule, reason })).rejects.toThrow("has this name");
    const changed = { id, name, rule: { ...rule, filters: { trial: true } }, reason, seenVersion: 1 };
    await expect(admin().change(changed)).resolves.toEqual({ version: 2 });
    await expect(admin().change(changed)).rejects.toThrow("now version 2");
    await expect(admin().change({ ...changed, seenVersion: 2 })).rejects.toThrow("already has these settings");
    const order = async () =>
      (await app.as("viewer").automations.list()).map((one) => one.id).filter((one) => one === id || one === second.id);
    await admin().move({ id: second.id, direction: "earlier" });
    expect(await order()).toEqual([second.id, id]);
    await admin().turnOn({ id });
    await admin().turnOff({ id });
    await expect(admin().turnOff({ id })).rejects.toThrow("already off");
    await admin().remove({ id: second.id, reason });
    expect(await order()).toEqual([id]);
    expect(await app.as("viewer").automations.get({ id })).toMatchObject({
      version: 2,
      isOn: false,
      actionTexts: ["Set a follow-up in 1 day"],
      versions: [{ version: 2 }, { version: 1, reason }],
    });
  });

  test("see before saving on which past events an automation would have acted", async () => {
    const [id, other] = [await app.buyActive(), await app.buyActive()];
    const filters = await only(id);
    await operator().subscriptions.changeTags({ subscriptionId: id, add: ["seen"], remove: [] });
    await hold(id);
    await hold(other);
    const actions: AutomationAction[] = [
      { kind: "tags", add: ["seen"], remove: [] },
      { kind: "owner", owner: colleague },
    ];
    const preview = await admin().preview({ rule: { trigger: onHold, filters, actions } });
    expect(preview).toMatchObject({
      days: 90,
      count: 1,
      isCut: false,
      examples: [
        {
          subscriptionId: id,
          cause: "Access hold set",
          effects: [
            { isNothing: true, text: "The tags are already set." },
            { isNothing: false, text: "Set the owner to Priya" },
          ],
        },
      ],
    });
    expect(preview.events).toBeGreaterThanOrEqual(2);
    const now = await admin().preview({ rule: { trigger: { kind: "enters" }, filters, actions } });
    expect(now).toMatchObject({ events: null, count: 1, examples: [{ subscriptionId: id, at: null, cause: null }] });
  });
});
