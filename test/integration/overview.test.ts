import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordFigures } from "../../server/commands/upkeep/record-figures.ts";
import { flowsOf } from "../../server/database/writes/figure-record.ts";
import { addDays, utcDayOf } from "../../shared/day.ts";
import type { FlowsOfDay } from "../../shared/views/overview.ts";
import { flowLink, splitIntoRanges, sumOf } from "../../web/pages/overview/chart-data.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

const dayMs = 24 * 60 * 60_000;
const day = (ago: number) => addDays(utcDayOf(Date.now()), -ago);

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const keeper = () => ({
  db: app.db,
  marketplace: app.marketplace,
  now: () => new Date(),
  log: quiet,
  actor: { kind: "system" as const, name: "Marketdesk" },
});
const overview = (input: { days?: "30" | "90" | "365"; offer?: string } = {}) => app.as("viewer").overview.get(input);

type Made = {
  name: string;
  purchased: number;
  activated?: number;
  ended?: number;
  seenAt?: number;
  status?: string;
  trial?: boolean;
  offer?: string;
  plan?: string;
  renews?: boolean | null;
  termEndsIn?: number;
};

/** One subscription with its past; times in days ago, at noon UTC. */
async function make(one: Made) {
  const at = (ago: number) => `${day(ago)}T12:00:00Z`;
  const { name, purchased, activated, ended, seenAt = purchased, trial = false } = one;
  const status = one.status ?? (ended === undefined ? "Subscribed" : "Unsubscribed");
  await app.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, quantity, status, is_free_trial, first_seen_by, purchased_at, created_at,
      activated_at, status_since, synced_at, updated_at, auto_renews, term_ends_at)
    values (${name}, ${name}, ${one.offer ?? "insight"}, ${one.plan ?? "team"}, 5, ${status}, ${trial}, 'landing', ${at(purchased)},
      ${at(seenAt)}, ${activated === undefined ? null : at(activated)}, ${at(ended ?? activated ?? seenAt)}, now(), now(),
      ${one.renews === undefined ? true : one.renews}, ${one.termEndsIn === undefined ? null : at(-one.termEndsIn)})`);
}

const flowNames = [
  "purchased",
  "activated",
  "ended",
  "trialsEnded",
  "trialsConverted",
  "suspended",
  "reinstated",
] as const;

/** What `flowsOf` counts by reading all rows of today. */
async function countedFromRows(offer: string | undefined) {
  const { rows } = await app.db.execute<Record<string, number>>(sql`
    select coalesce(sum(purchased), 0)::int as purchased, coalesce(sum(activated), 0)::int as activated,
      coalesce(sum(ended), 0)::int as ended, coalesce(sum(trials_ended), 0)::int as "trialsEnded",
      coalesce(sum(trials_converted), 0)::int as "trialsConverted", coalesce(sum(suspended), 0)::int as suspended,
      coalesce(sum(reinstated), 0)::int as reinstated, coalesce(sum(ended_unseen), 0)::int as "endedUnseen"
    from (${flowsOf([day(0)])}) flows where ${offer === undefined ? sql`true` : sql`offer_id = ${offer}`}`);
  return rows[0] as Record<(typeof flowNames)[number] | "endedUnseen", number>;
}

describe("the flows of today", () => {
  afterAll(() => app.db.execute(sql`truncate subscriptions, daily_states, daily_flows, daily_activations cascade`));

  /** Purchases, activations and ends around midnight, some of them tests or of another offer; then some of them change. */
  async function makeAny(seed: number) {
    await app.db.execute(sql`select setseed(${seed / 100})`);
    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, quantity, status, is_free_trial, is_test, first_seen_by, purchased_at,
        created_at, activated_at, status_since, synced_at, updated_at)
      select 'any ' || ${seed}::text || ' ' || n, 'Any', (array['insight', 'vault', 'insight-preview'])[1 + (random() * 2.4)::int], 'team', 5,
        (array['PendingFulfillmentStart', 'Subscribed', 'Suspended', 'Unsubscribed'])[1 + floor(random() * 4)::int]::subscription_status,
        random() < 0.3, random() < 0.1, 'landing', case when random() < 0.9 then today + (random() * 2 - 0.7) * interval '1 day' end,
        today + (random() * 2 - 0.7) * interval '1 day', case when random() < 0.6 then today + (random() * 2 - 0.7) * interval '1 day' end,
        today + (random() * 2 - 0.7) * interval '1 day', now(), now()
      from generate_series(1, 120) n, (select ${`${day(0)}T00:00:00Z`}::timestamptz as today) at`);
    await app.db.execute(sql`
      update subscriptions set status = 'Unsubscribed', status_since = now(), created_at = now() - interval '1 minute'
      where id like 'any %' and random() < 0.15`);
    await app.db.execute(
      sql`update subscriptions set offer_id = 'vault', activated_at = now() where id like 'any %' and random() < 0.15`,
    );
    await app.db.execute(sql`delete from subscriptions where id like 'any %' and random() < 0.1`);
  }

  test.each([1, 2, 3])("equal what reading all rows counts, of all and of each offer (%i)", async (seed) => {
    await makeAny(seed);
    for (const offer of [undefined, "insight", "vault"]) {
      const { flows, activation } = await overview(offer === undefined ? {} : { offer });
      const { endedUnseen: _, ...rows } = await countedFromRows(offer);
      expect(flows.at(-1), offer).toEqual({ day: day(0), ...rows });
      expect(activation.within.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(rows.activated);
      expect(rows.activated).toBeGreaterThan(0);
      expect(rows.ended).toBeGreaterThan(0);
    }
  });

  test("subtract what had ended before it was first seen, on the first day", async () => {
    const { states } = await overview();
    const { purchased, endedUnseen, ended } = await countedFromRows(undefined);
    expect(endedUnseen).toBeGreaterThan(0);
    const [yesterday, today] = states.slice(-2).map(({ subscriptions }) => subscriptions);
    expect(yesterday).toBe(Math.max(0, (today ?? 0) - (purchased - endedUnseen) + ended));
  });
});

describe("the overview", () => {
  beforeAll(async () => {
    await make({ name: "old", purchased: 200, activated: 199, termEndsIn: 10 });
    await make({ name: "steady", purchased: 20, activated: 19, termEndsIn: 11, renews: false });
    await make({
      name: "of vault",
      purchased: 20,
      activated: 20,
      offer: "vault",
      plan: "basic",
      renews: null,
      termEndsIn: 12,
    });
    await make({ name: "waiting", purchased: 3, status: "PendingFulfillmentStart" });
    await make({ name: "lost", purchased: 100, activated: 90, ended: 5 });
    await make({ name: "lost trial", purchased: 40, activated: 40, ended: 5, trial: true });
    await make({ name: "had ended before", purchased: 15, ended: 10, seenAt: 10 });
    await make({ name: "suspended", purchased: 12, activated: 12, status: "Suspended" });
    for (const [kind, id] of [
      ["subscription.suspended", "suspended"],
      ["subscription.trial_ended", "steady"],
    ] as const) {
      const ms = Date.parse(`${day(2)}T12:00:00Z`)
        .toString(16)
        .padStart(12, "0");
      await app.db.execute(sql`
        insert into activity (id, at, subscription_id, actor_kind, actor_name, kind, summary)
        values (${`${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-${id === "steady" ? "000000000001" : "000000000002"}`}::uuid, ${`${day(2)}T12:00:00Z`}::timestamptz,
          ${id}, 'marketplace', 'Microsoft', ${kind}, 'Happened')`);
    }
    await recordFigures(keeper());
  });

  test("counts for each day what its list shows, for all flows and spans", async () => {
    for (const range of ["30", "90", "365"] as const) {
      const { flows } = await overview({ days: range });
      expect(flows).toHaveLength(Number(range));
      for (const span of splitIntoRanges(
        flows.map((flow) => flow.day),
        range,
      )) {
        for (const name of flowNames) {
          const counted = sumOf(flows, name, span);
          const link = flowLink(name, span, undefined);
          if (counted > 0) expect(await rowsOf(link), `${name} ${span.from} to ${span.to}`).toBe(counted);
        }
      }
    }
    const { flows } = await overview({ days: "365" });
    const sums = Object.fromEntries(flowNames.map((name) => [name, sumOf(flows, name)]));
    expect(sums).toEqual({
      purchased: 8,
      activated: 6,
      ended: 2,
      trialsEnded: 1,
      trialsConverted: 1,
      suspended: 1,
      reinstated: 0,
    });
  });

  test("shows for each day what had not ended, as its list does", async () => {
    const { states, recordedSince } = await overview({ days: "365" });
    expect(recordedSince).toBeNull();
    expect(states).toHaveLength(365);
    for (const { day: on, subscriptions } of states.filter((_state, index) => index % 9 === 4 || index > 340)) {
      expect(await rowsOf({ to: "/subscriptions", search: { liveOn: on } }), on).toBe(subscriptions);
    }
    expect(states.at(-1)).toMatchObject({ day: day(0), subscriptions: 5, suspended: 1, seats: 20 });
    expect(states.at(-2)).toMatchObject({ seats: null });
  });

  test("keeps stored figures, and fills a day without Marketdesk with the previous one", async () => {
    await app.db.execute(sql`
      insert into daily_states (day, offer_id, plan_id, pending, subscribed, suspended, seats) values
        (${day(4)}, 'insight', 'team', 1, 6, 2, 77), (${day(4)}, 'vault', 'basic', 0, 1, 0, 3), (${day(2)}, 'insight', 'team', 0, 4, 0, 50)`);
    const { states, recordedSince } = await overview();
    expect(recordedSince).toBe(day(4));
    expect(states.slice(-5).map(({ subscriptions, seats }) => [subscriptions, seats])).toEqual([
      [10, 80],
      [10, 80],
      [4, 50],
      [4, 50],
      [5, 20],
    ]);
    const ofVault = await overview({ offer: "vault" });
    expect(ofVault.states.at(-5)).toMatchObject({ subscriptions: 1, seats: 3 });
    await app.db.execute(sql`delete from daily_states where day < ${day(0)}::date`);
  });

  test("shows the results of purchases, their waiting times, and what ends", async () => {
    const { cohort, activation, renewals, groups, from, to } = await overview();
    expect(cohort).toEqual({ purchased: 5, activated: 3, live: 3 });
    const purchasedFilter = { purchasedFrom: from, purchasedTo: to };
    expect(await rowsOf({ to: "/subscriptions", search: { ...purchasedFilter, activated: true } })).toBe(3);
    expect(await rowsOf({ to: "/subscriptions", search: { ...purchasedFilter, activated: true, liveOn: to } })).toBe(3);
    expect(activation.within.filter(({ count }) => count > 0)).toEqual([
      { upToMs: 60_000, count: 2 },
      { upToMs: dayMs, count: 1 },
    ]);
    expect(activation).toMatchObject({ medianMs: 0 });
    const weeks = renewals.filter((week) => week.renewing + week.ending + week.unknown > 0);
    expect(weeks).toMatchObject([{ from: day(-7), to: day(-13), renewing: 1, ending: 1, unknown: 1 }]);
    const week = { status: "Subscribed", endsFrom: day(-7), endsTo: day(-13) } as const;
    expect(await rowsOf({ to: "/subscriptions", search: { ...week, renews: true } })).toBe(1);
    expect(groups.filter(({ status }) => status === "Subscribed")).toHaveLength(2);
  });

  test("counts a purchase that was found late on its own day, and once", async () => {
    await make({ name: "found late", purchased: 25, seenAt: 0 });
    await app.db.execute(sql`update subscriptions set created_at = now() where id = 'found late'`);
    await recordFigures(keeper());
    await recordFigures(keeper());
    const { flows } = await overview();
    expect(flows.find((flow) => flow.day === day(25))?.purchased).toBe(1);
    expect(sumOf(flows, "purchased")).toBe(6);
  });

  test("counts an activation once it was seen", async () => {
    const { subscriptionId } = await app.control<{ subscriptionId: string }>("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 5,
      purchaser: "ada",
    });
    await app.as("operator").subscriptions.refresh({ subscriptionId });
    const before = today((await overview()).flows);
    await app.as("operator").subscriptions.activate({ subscriptionId, reason: "As the customer asked" });
    await eventually(async () => (await app.record(subscriptionId))?.status === "Subscribed");
    const after = today((await overview()).flows);
    expect(after.activated).toBe(before.activated + 1);
    expect(await rowsOf(flowLink("activated", { from: day(0), to: day(0) }, undefined))).toBe(after.activated);
  });

  test("shows webhooks by hour, and their health", async () => {
    const { subscriptionId } = await app.control<{ subscriptionId: string }>("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 5,
      purchaser: "ada",
      autoActivate: true,
    });
    await eventually(
      async () => (await app.as("viewer").deliveries.list({ subscription: subscriptionId })).rows.length > 0,
    );
    await eventually(async () => (await app.record(subscriptionId))?.status === "Subscribed");
    await app.control(`subscriptions/${subscriptionId}/change-quantity`, { quantity: 9 });
    await eventually(async () => (await app.record(subscriptionId))?.quantity === 9);
    await recordFigures(keeper());
    const hours = await app.as("viewer").overview.webhook({});
    expect(hours).toHaveLength(7 * 24);
    const accepted = hours.reduce((sum, hour) => sum + hour.accepted, 0);
    const listed = await app.as("viewer").deliveries.list({
      outcome: "accepted",
      from: hours[0]?.hour ?? "",
      to: new Date(Date.now() + 3_600_000).toISOString(),
    });
    expect(accepted).toBe(listed.rows.length);
    expect(hours.reduce((sum, hour) => sum + hour.within1s + hour.within3s + hour.within10s, 0)).toBe(1);
    expect(await app.as("viewer").overview.health()).toMatchObject({ state: "good" });
  });
});

const today = (flows: FlowsOfDay[]) => flows.at(-1) as FlowsOfDay;

async function rowsOf(link: ReturnType<typeof flowLink>): Promise<number> {
  if (link?.to === "/subscriptions") return (await app.as("viewer").subscriptions.list(link.search)).rows.length;
  if (link?.to === "/activity") return (await app.as("viewer").activity.list(link.search)).rows.length;
  throw new Error("no list");
}
