import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { countMoney } from "../../server/commands/money/count-money.ts";
import { readMoneyChanges, storeMoney, takeMoneyLock } from "../../server/database/writes/money.ts";
import { countChanges } from "../../server/domain/money/count-changes.ts";
import { addDays, utcDayOf } from "../../shared/day.ts";
import type { SubscriptionFilters } from "../../shared/filters.ts";
import { moneyStates } from "../../shared/money.ts";
import { checkCounts } from "../../server/commands/upkeep/check-counts.ts";
import { listSubscriptions } from "../../server/database/queries/subscription-list.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());
beforeEach(() => app.db.execute(sql`truncate subscriptions, subscription_prices, confirmations cascade`));

type Made = {
  id: string;
  tenant?: string;
  offer?: string;
  plan?: string;
  seats?: number;
  status?: string;
  trial?: boolean;
  isTest?: boolean;
};

async function make({
  id,
  tenant = "t1",
  offer = "insight",
  plan = "team",
  seats = 5,
  status = "Subscribed",
  trial = false,
  isTest = false,
}: Made) {
  await app.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, quantity, status, is_free_trial, is_test, first_seen_by, purchased_at, created_at,
      status_since, synced_at, updated_at, auto_renews, term_unit, beneficiary_tenant_id, purchaser_tenant_id)
    values (${id}, ${id}, ${offer}, ${plan}, ${seats}, ${status}, ${trial}, ${isTest}, 'landing', '2026-03-05T10:00:00Z', now(), now(), now(), now(),
      true, 'P1M', ${tenant}, ${tenant})`);
}

const price = (id: string, amount: string, { plan = "team", currency = "USD", sourceOffers = [] as string[] } = {}) =>
  app.db.execute(sql`
    insert into subscription_prices (subscription_id, plan_id, term_unit, price, amount, currency, is_per_seat, source_offers, seen_at)
    values (${id}, ${plan}, 'P1M', 'in words', ${amount}, ${currency}, true, ${sql.param(sourceOffers)}::text[], now())
    on conflict (subscription_id) do update set plan_id = excluded.plan_id, amount = excluded.amount, currency = excluded.currency,
      source_offers = excluded.source_offers`);

/** Counted by the app's own job, which may have been faster. */
async function counted() {
  await eventually(async () => {
    await countMoney(app.db);
    const { rows } = await app.db.execute(sql`select 1 from money_changes where not is_waiting`);
    return rows.length === 0;
  });
}

async function movements() {
  const { rows } = await app.db.execute<{ kind: string; amount: string; month: string; plan_id: string }>(
    sql`select kind, amount::text, month::text, plan_id from money_movements order by id`,
  );
  return rows.map(({ kind, amount, month, plan_id: plan }) => `${month.slice(0, 7)} ${kind} ${Number(amount)} ${plan}`);
}

const thisMonth = new Date().toISOString().slice(0, 7);

async function expectCounted(filters: SubscriptionFilters, count: number) {
  expect([filters, await app.as("viewer").subscriptions.count(filters)]).toEqual([filters, { count, isMore: false }]);
}

describe("the money of subscriptions", () => {
  test("follows purchases, seats, plans, prices and ends, dated when they happened", async () => {
    await make({ id: "one" });
    await counted();
    expect(await movements()).toEqual([]);
    await price("one", "12");
    await counted();
    await app.db.execute(sql`update subscriptions set quantity = 6, updated_at = now() where id = 'one'`);
    await counted();
    await app.db.execute(sql`update subscriptions set plan_id = 'business', updated_at = now() where id = 'one'`);
    await counted();
    await price("one", "25", { plan: "business" });
    await counted();
    await app.db.execute(sql`update subscriptions set status = 'Unsubscribed', updated_at = now() where id = 'one'`);
    await counted();
    expect(await movements()).toEqual([
      "2026-03 new 60 team",
      `${thisMonth} expansion 12 team`,
      `${thisMonth} moved -72 team`,
      `${thisMonth} moved 72 business`,
      `${thisMonth} expansion 78 business`,
      `${thisMonth} churn -150 business`,
    ]);
  });

  test("is counted by customer: a second subscription of a tenant is an expansion", async () => {
    await make({ id: "one", tenant: "t1" });
    await make({ id: "two", tenant: "t1" });
    await make({ id: "three", tenant: "t2" });
    await price("one", "10");
    await price("two", "10");
    await price("three", "10", { currency: "EUR", sourceOffers: ["private"] });
    await counted();
    expect((await movements()).toSorted()).toEqual([
      "2026-03 expansion 50 team",
      "2026-03 new 50 team",
      "2026-03 new 50 team",
    ]);
    const { rows } = await app.db.execute(
      sql`select subscription_id, basis, monthly::float, currency from subscription_money order by 1`,
    );
    expect(rows).toEqual([
      { subscription_id: "one", basis: "list", monthly: 50, currency: "USD" },
      { subscription_id: "three", basis: "private", monthly: 50, currency: "EUR" },
      { subscription_id: "two", basis: "list", monthly: 50, currency: "USD" },
    ]);
  });

  test("adds up to the same sums after random changes by parallel writers, and is counted once", async () => {
    const some = Array.from({ length: 60 }, (_, index) => `many-${index}`);
    for (const id of some) await make({ id, tenant: `t${id.length}` });
    const change = (id: string) =>
      app.db.execute(sql`update subscriptions set quantity = 1 + floor(random() * 9), updated_at = now(),
        status = (array['Subscribed', 'Suspended', 'Unsubscribed'])[1 + floor(random() * 3)]::subscription_status where id = ${id}`);
    const reprice = (id: string) => price(id, String(1 + Math.floor(Math.random() * 30)));
    await Promise.all([
      ...some.map((id) => reprice(id)),
      ...some.map((id) => change(id)),
      ...Array.from({ length: 6 }, () => countMoney(app.db)),
      ...some.map((id) => change(id)),
    ]);
    await app.db.execute(sql`delete from subscriptions where id in ('many-1', 'many-2')`);
    await counted();
    const { rows } = await app.db.execute<{ rows: string; moved: string; months: string; listed: number }>(sql`
      select (select coalesce(sum(quantity * amount), 0) from subscriptions join subscription_prices p on p.subscription_id = id
          where status <> 'Unsubscribed')::float as rows,
        (select coalesce(sum(amount), 0) from money_movements)::float as moved,
        (select coalesce(sum(amount), 0) from money_months)::float as months,
        (select count(*) from subscription_money)::int as listed`);
    expect(rows[0]).toEqual({ rows: rows[0]?.rows, moved: rows[0]?.rows, months: rows[0]?.rows, listed: 58 });
  });

  test("follows seats that change while a price is stored", async () => {
    await make({ id: "raced" });
    await price("raced", "10");
    await counted();
    const { priced } = await app.db.transaction(async (tx) => {
      await tx.execute(sql`update subscriptions set quantity = 12, updated_at = now() where id = 'raced'`);
      const pid = (await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)).rows[0]?.pid;
      const priced = Promise.resolve(price("raced", "20"));
      await eventually(async () => {
        const waiting = await app.db.execute(
          sql`select from pg_stat_activity where ${pid}::int = any(pg_blocking_pids(pid))`,
        );
        return waiting.rows.length > 0;
      });
      return { priced };
    });
    await priced;
    await counted();
    const { rows } = await app.db.execute(
      sql`select monthly::float from subscription_money where subscription_id = 'raced'`,
    );
    expect(rows).toEqual([{ monthly: 240 }]);
  });

  test.each([
    ["deletes", sql`delete from money_changes`],
    ["marks", sql`update money_changes set is_waiting = true`],
  ])("is stored once if an instance with another lock %s the same changes first", async (done, storeElsewhere) => {
    await counted();
    const totals = async () => (await app.db.execute(sql`select * from money_totals order by 1, 2, 3, 4, 5`)).rows;
    const before = await totals();
    const second = app.db.transaction(async (tx) => {
      await eventually(() => takeMoneyLock(tx));
      await make({ id: "both", status: done === "deletes" ? "Unsubscribed" : "Subscribed" });
      const changes = await readMoneyChanges(tx, 500);
      expect(changes.length).toBeGreaterThan(0);
      await app.db.execute(storeElsewhere);
      const [prices, money, customers] = [new Map(), new Map(), new Map()];
      await storeMoney(tx, changes, money, countChanges({ changes, prices, money, customers }));
    });
    await expect(second).rejects.toThrow("Another instance counted the same changes");
    expect(await totals()).toEqual(before);
    await app.db.execute(sql`delete from money_changes`);
  });

  test("sorts and filters the list by amount, by currency first, page by page", async () => {
    for (const [index, amount] of ["2", "30", "1", "0.5"].entries()) {
      await make({ id: `list-${amount}`, tenant: `l${index}`, seats: 100 });
      await price(`list-${amount}`, amount, { currency: amount === "30" ? "EUR" : "USD" });
    }
    await make({ id: "list-none", tenant: "l9" });
    await make({ id: "list-ended", tenant: "l8", status: "Unsubscribed" });
    await counted();
    const viewer = app.as("viewer").subscriptions;
    const ids = async (input: object) => (await viewer.list(input)).rows.map(({ id }) => id.replace("list-", ""));
    expect((await ids({ sort: "money" })).slice(0, 4)).toEqual(["2", "1", "0.5", "30"]);
    expect((await ids({ sort: "money", order: "asc" })).slice(2)).toEqual(["30", "0.5", "1", "2"]);
    expect(await ids({ monthlyFrom: 100, currency: "USD", sort: "money" })).toEqual(["2", "1"]);
    expect(await ids({ monthlyTo: 99.5 })).toEqual(["0.5"]);
    expect(await ids({ money: "recurring", currency: "EUR" })).toEqual(["30"]);
    expect(await ids({ money: "ended" })).toEqual(["ended"]);
    expect((await ids({ movement: "new", movedIn: "2026-03" })).toSorted()).toEqual(["0.5", "1", "2", "30"]);
    expect(await ids({ movement: "churn" })).toEqual([]);
    expect(await viewer.count({ currency: "USD" })).toEqual({ count: 3, isMore: false });
    expect((await viewer.facets()).currencies).toEqual(["EUR", "USD"]);
    const [first] = (await viewer.list({ sort: "money" })).rows;
    expect(first).toMatchObject({
      money: { currency: "USD", monthly: "200", yearly: "2400", basis: "list" },
      moneyState: "recurring",
    });
    await app.db.execute(sql`
      insert into subscriptions (${sql.raw("id, name, offer_id, plan_id, quantity, status, first_seen_by, created_at, status_since, synced_at, updated_at, term_unit")})
      select 'page-' || n, 'Page ' || n, 'insight', 'team', 1, 'Subscribed', 'landing', now(), now(), now(), now(), 'P1M' from generate_series(1, 130) n`);
    await app.db.execute(sql`
      insert into subscription_prices (subscription_id, plan_id, term_unit, price, amount, currency, is_per_seat, source_offers, seen_at)
      select 'page-' || n, 'team', 'P1M', '', 3 + n % 40, 'USD', true, '{}', now() from generate_series(1, 130) n`);
    await counted();
    const amounts: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await viewer.list({ sort: "money", currency: "USD", ...(cursor ? { cursor } : {}) });
      amounts.push(...page.rows.map(({ money }) => Number(money?.monthly)));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(amounts).toHaveLength(133);
    expect(amounts).toEqual(amounts.toSorted((one, other) => other - one));
    await price("list-none", "0", { currency: "EUR" });
    await price("list-1", "9999999", { currency: "EUR" });
    await counted();
    for (const currency of ["EUR", "USD", "GBP"]) {
      for (const order of ["asc", "desc"] as const) {
        const all = await app.db.execute<{ id: string }>(sql`
          select subscription_id as id from subscription_money where currency = ${currency}
          order by sort_key collate "C" ${sql.raw(order)}, subscription_id ${sql.raw(order)}`);
        const wanted = all.rows.map(({ id }) => id.replace("list-", "")).slice(0, 50);
        expect(await ids({ sort: "money", currency, order }), `${currency} ${order}`).toEqual(wanted);
      }
    }
    expect(await ids({ sort: "money", currency: "EUR" })).toEqual(["1", "30", "none"]);
    // It does not read the 132 amounts in dollars, which this order has first.
    await app.db.execute(sql`analyze subscriptions, subscription_money`);
    const read = await app.db.transaction(async (tx) => {
      for (const other of ["seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"])
        await tx.execute(sql`set local enable_${sql.raw(other)} = off`);
      const rowsRead = async () => {
        const { rows } = await tx.execute<{ rows: number }>(sql`
          select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables where relname = 'subscription_money'`);
        return rows[0]?.rows ?? 0;
      };
      const before = await rowsRead();
      expect((await listSubscriptions(tx as never, { sort: "money", currency: "EUR" })).rows).toHaveLength(3);
      return (await rowsRead()) - before;
    });
    expect(read).toBeLessThan(30);
  });

  test("has an overview whose figures are the sums of the lists that they link to", async () => {
    const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();
    for (const id of ["a", "b", "c", "d", "e", "f"]) await make({ id: `sum-${id}`, tenant: id, isTest: id === "e" });
    for (const [id, amount] of [
      ["a", "0.1"],
      ["b", "0.2"],
      ["c", "10"],
      ["d", "20"],
      ["e", "1000"],
    ] as const)
      await price(`sum-${id}`, amount);
    await price("sum-f", "7", { currency: "EUR" });
    await make({ id: "sum-unpriced", tenant: "g" });
    await make({ id: "sum-free", tenant: "h" });
    await price("sum-free", "0");
    await make({ id: "sum-free-suspended", tenant: "i", status: "Suspended" });
    await price("sum-free-suspended", "0");
    await app.db.execute(sql`update subscriptions set status = 'Suspended' where id = 'sum-c'`);
    await app.db.execute(
      sql`update subscriptions set auto_renews = false, term_ends_at = ${days(9)} where id = 'sum-d'`,
    );
    await counted();
    const viewer = app.as("viewer");
    const revenue = await viewer.overview.revenue({});
    expect(revenue).toMatchObject({
      currencies: ["USD", "EUR"],
      currency: "USD",
      mrr: "151.5",
      arr: "1818",
      byPlan: [{ offerId: "insight", planId: "team", subscriptions: 6, monthly: "151.5" }],
      byChannel: [{ channel: "direct", subscriptions: 6, monthly: "151.5" }],
      states: {
        recurring: { subscriptions: 3, monthly: "1.5" },
        suspended: { subscriptions: 2, monthly: "50" },
        ending: { subscriptions: 1, monthly: "100" },
      },
      endingSoon: { subscriptions: 1, monthly: "100" },
      withoutPrice: 1,
    });
    const march = revenue.months.find(({ month }) => month === "2026-03");
    expect(march).toMatchObject({ mrr: "151.5", movements: { new: "151.5", churn: "0" } });
    const listed = async (input: object) =>
      (await viewer.subscriptions.list({ currency: "USD", ...input })).rows.reduce(
        (sum, { money }) => sum + Number(money?.monthly),
        0,
      );
    expect(await listed({ money: "counted" })).toBeCloseTo(151.5, 9);
    const counts = await viewer.subscriptions.list({ currency: "USD", money: "counted", reseller: false });
    expect(counts.rows).toHaveLength(6);
    for (const filters of [
      {},
      { test: false },
      { test: true },
      { currency: "EUR" },
      { offer: "vault" },
      { reseller: false },
    ]) {
      for (const money of [...moneyStates, "counted" as const]) {
        const { rows } = await viewer.subscriptions.list({ money, ...filters });
        const byMoney = await viewer.subscriptions.list({ money, ...filters, sort: "money" });
        expect(byMoney.rows.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
        await expectCounted({ money, ...filters }, rows.length);
      }
    }
    for (const filters of [
      { currency: "USD", test: false },
      { currency: "USD", test: true, offer: "insight" },
      { monthlyFrom: 1, reseller: false },
      { monthlyFrom: 1, monthlyTo: 50, currency: "USD" },
      { money: "counted" as const, monthlyTo: 10 },
      { money: "ending" as const, monthlyFrom: 101 },
    ])
      await expectCounted(filters, (await viewer.subscriptions.list(filters)).rows.length);
    expect(await listed({ money: "suspended" })).toBe(50);
    expect(await listed({ money: "ending", endsFrom: revenue.today, endsTo: revenue.endingSoon.to })).toBe(100);
    expect(await listed({ movement: "new", movedIn: "2026-03" })).toBeGreaterThanOrEqual(151.5);
    expect(await viewer.overview.revenue({ currency: "EUR" })).toMatchObject({ currency: "EUR", mrr: "35" });
    expect(await viewer.overview.revenue({ offer: "vault" })).toMatchObject({ currency: null, mrr: "0" });
  });

  test("is listed by its state, with every status, trial, test purchase and renewal", async () => {
    const statuses = ["PendingFulfillmentStart", "Subscribed", "Suspended", "Unsubscribed"];
    for (const status of statuses)
      for (const trial of [false, true])
        for (const isTest of [false, true])
          for (const renews of [true, false, null]) {
            const id = `${status} ${trial} ${isTest} ${renews}`;
            await make({ id, status, trial, isTest });
            const endsAt = renews === null ? null : `${addDays(utcDayOf(new Date()), 7)}T23:59:59Z`;
            await app.db.execute(
              sql`update subscriptions set auto_renews = ${renews}, term_ends_at = ${endsAt} where id = ${id}`,
            );
          }
    await counted();
    const { rows } = await app.db.execute<{ state: string; ids: string[] }>(
      sql`select state, array_agg(subscription_id order by subscription_id) as ids from subscription_money group by state`,
    );
    expect(rows).toHaveLength(moneyStates.length);
    for (const state of moneyStates) {
      for (const sort of ["updated", "money"] as const) {
        const found = await app.as("viewer").subscriptions.list({ money: state, sort });
        expect(found.rows.map(({ id }) => id).toSorted(), state).toEqual(rows.find((row) => row.state === state)?.ids);
      }
      const end = addDays(utcDayOf(new Date()), 7);
      for (const span of [
        { endsIn: "today" as const },
        { endsIn: "next7" as const },
        { endsFrom: end, endsTo: end },
        { endsFrom: addDays(end, 1) },
        { endsTo: addDays(end, -1) },
        { endsTo: addDays(end, 1), endsIn: "next30" as const, plan: "team" },
      ]) {
        const found = await app.as("viewer").subscriptions.list({ money: state, ...span });
        await expectCounted({ money: state, ...span }, found.rows.length);
      }
    }
  });

  test("is listed by days relative to the reader's today", async () => {
    const inDays = (count: number) =>
      `${new Date(Date.now() + count * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
    for (const days of [-1, 0, 7, 8, 30, 31]) {
      await make({ id: `ends-${days}` });
      await app.db.execute(
        sql`update subscriptions set term_ends_at = ${inDays(days)}, purchased_at = ${inDays(-days)} where id = ${`ends-${days}`}`,
      );
    }
    const ids = async (input: object) =>
      (await app.as("viewer").subscriptions.list({ ...input, sort: "termEnd" })).rows.map(({ id }) =>
        id.replace("ends-", ""),
      );
    expect(await ids({ endsIn: "today" })).toEqual(["0"]);
    expect(await ids({ endsIn: "next7" })).toEqual(["0", "7"]);
    expect(await ids({ endsIn: "next30" })).toEqual(["0", "7", "8", "30"]);
    expect(await ids({ purchasedIn: "last7" })).toEqual(["0", "7"]);
    expect(await ids({ purchasedIn: "last30" })).toEqual(["0", "7", "8", "30"]);
    expect(await ids({ changedIn: "sinceYesterday" })).toHaveLength(6);
    expect(await ids({ lapsesIn: "next30" })).toEqual([]);
    await app.db.execute(sql`update subscriptions set status = 'PendingFulfillmentStart' where id like 'ends-%'`);
    expect(await ids({ lapsesIn: "today" })).toEqual(["30"]);
    expect(await ids({ lapsesIn: "next30" })).toEqual(["0", "7", "8", "30"]);
  });

  test("is listed for each customer: by currency, with those merged into it, without what does not count", async () => {
    // Customers of earlier tests may still be listed.
    const offer = "listed";
    await make({ id: "usd", tenant: "north", offer });
    await price("usd", "12.50");
    await make({ id: "eur", tenant: "north", offer });
    await price("eur", "20", { currency: "EUR" });
    await make({ id: "merged", tenant: "north-eu", offer });
    await price("merged", "8", { currency: "EUR" });
    await make({ id: "trial", tenant: "north", offer, trial: true });
    await price("trial", "100");
    await make({ id: "test", tenant: "south", offer, isTest: true });
    await price("test", "100");
    await counted();
    const listed = async () => {
      const { rows } = await app.as("viewer").customers.list({ offer });
      return Object.fromEntries(rows.map(({ id, mrr }) => [id, mrr]));
    };
    await eventually(async () => Object.keys(await listed()).length === 3);
    const [eur, usd] = [
      { currency: "EUR", monthly: "100" },
      { currency: "USD", monthly: "62.5" },
    ];
    expect(await listed()).toEqual({
      north: [eur, usd],
      "north-eu": [{ currency: "EUR", monthly: "40" }],
      south: [],
    });
    const sorted = async (order?: "asc" | "desc") =>
      (await app.as("viewer").customers.list({ offer, sort: "mrr", order })).rows.map(({ id }) => id);
    expect(await sorted()).toEqual(["north", "north-eu", "south"]);
    expect(await sorted("asc")).toEqual(["north-eu", "north", "south"]);
    const merging = { customerId: "north-eu", into: "north", reason: "One company" };
    await app.as("operator").customers.merge(merging);
    expect(await listed()).toEqual({ north: [{ ...eur, monthly: "140" }, usd], south: [] });
    expect((await app.as("viewer").customers.get({ id: "north" })).customer?.mrr).toEqual([
      { ...eur, monthly: "140" },
      usd,
    ]);
  });

  test("that is wrong is found and corrected at night", async () => {
    await make({ id: "one" });
    await price("one", "12");
    await counted();
    const keeper = {
      db: app.db,
      marketplace: app.marketplace,
      now: () => new Date(),
      log: quiet,
      actor: { kind: "system" as const, name: "Marketdesk" },
    };
    expect(await checkCounts(keeper)).toEqual({ repaired: 0 });
    await app.db.execute(sql`update money_months set amount = amount + 7`);
    // A total of zero is left where the app counted the subscription before it had a price.
    await app.db.execute(sql`update money_totals set subscriptions = 9 where subscriptions > 0`);
    expect(await checkCounts(keeper)).toEqual({ repaired: 2 });
    expect((await app.as("viewer").overview.revenue({})).states.recurring?.subscriptions).toBe(1);
    const { rows } = await app.db.execute(sql`select sum(amount)::float as mrr from money_months`);
    expect(rows).toEqual([{ mrr: 60 }]);
  });
});
