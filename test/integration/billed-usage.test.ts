/** Totals of billed usage: kept by triggers, also after hours are deleted, and equal to the lists behind them. */
import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkCounts } from "../../server/commands/upkeep/check-counts.ts";
import { readBilledUsage } from "../../server/database/queries/billed-usage.ts";
import { readUsageMonths } from "../../server/database/queries/usage-months.ts";
import { repairUsageMonths, rollUpUsageMonths } from "../../server/database/writes/usage-month-rollup.ts";
import { listUsage } from "../../server/database/queries/usage-slots.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { usageDimensions } from "../../server/database/schema/usage-dimensions.ts";
import { inDigits, quantityOf, sumOf } from "../../server/domain/usage/quantity.ts";
import type { BilledUsageFilters } from "../../shared/filters.ts";
import { addDays, dayFrom, utcDayOf } from "../../shared/day.ts";
import type { UsageFilters } from "../../shared/inputs/usage.ts";
import type { UsageRow } from "../../shared/views/usage.ts";
import { billedUsageLink } from "../../web/pages/overview/chart-data.ts";
import { hourMs, type MeteringDesk, startMeteringDesk } from "../support/metering.ts";

let desk: MeteringDesk;
beforeAll(async () => {
  desk = await startMeteringDesk();
});
afterAll(() => desk?.stop());

const endHour = () => desk.pass(hourMs + 6 * 60_000);
const since = dayFrom("2000-01-01");
const digits = (values: Iterable<string>) => inDigits(sumOf([...values].map((value) => quantityOf(value))));

async function subscribe(id: string, offer: string): Promise<void> {
  await desk.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, status, first_seen_by, created_at, status_since, synced_at, updated_at)
    values (${id}, ${id}, ${offer}, 'basic', 'Subscribed', 'reconcile', now(), now(), now(), now())`);
}

async function setPrice(offer: string, dimension: string, price: string | null, currency = "USD"): Promise<void> {
  await desk.db.execute(sql`
    insert into usage_dimensions (offer_id, plan_id, dimension, name, unit, price_per_unit, currency, included, seen_at)
    values (${offer}, 'basic', ${dimension}, ${dimension}, 'GB', ${price}::numeric, ${price === null ? null : currency}, '{}', now())
    on conflict (offer_id, plan_id, dimension) do update set price_per_unit = excluded.price_per_unit, currency = excluded.currency`);
}

/** An hour that Microsoft has not accepted yet. */
async function waiting(of: { id: string; dimension: string; hour: string; term?: string }): Promise<string> {
  const slot = randomUUID();
  await desk.db.execute(sql`
    insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, effective_at, state, sealed_at, due_at, billable, term_starts_on)
    values (${slot}::uuid, ${of.id}, ${of.dimension}, ${of.hour}::timestamptz, 'basic', 1, ${of.hour}::timestamptz, 'waiting',
      ${of.hour}::timestamptz, ${of.hour}::timestamptz, 1, ${of.term ?? null}::date)`);
  return slot;
}

const accept = (slot: string, quantity: string) =>
  desk.db.execute(sql`
    update usage_slots set state = 'accepted', accepted = ${quantity}::numeric, due_at = null, ended_at = hour where id = ${slot}::uuid`);

const markAsTest = (id: string, isTest: boolean) =>
  desk.db.execute(sql`update subscriptions set sandbox_type = ${isTest ? "Csp" : null} where id = ${id}`);

/** From when on retention looks for hours of these subscriptions. */
const sweepAfter = (ids: string[], day: "infinity" | null) =>
  desk.db.execute(
    sql`update usage_accounts set sweep_after = ${day}::date where subscription_id = any(${sql.param(ids)}::text[])`,
  );

describe("totals of billed usage", () => {
  type Hour = { slot: string; id: string; dimension: string; hour: string; quantity: string; key: string | null };
  const command = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("accept" as const),
        of: fc.nat(3),
        on: fc.nat(90),
        cents: fc.integer({ min: 1, max: 99_999 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("price" as const),
        of: fc.nat(1),
        price: fc.constantFrom(null, "0.12", "0.0004", "3"),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("test" as const), of: fc.nat(1), isTest: fc.boolean() }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("retention" as const), rows: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("roll up" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("check" as const) }) },
  );

  test("are the sums of all hours, in any order of acceptance, prices, roll-ups, retention and test marks", async () => {
    const start = addDays(utcDayOf(Date.now()), -560);
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
        const offer = `offer ${randomUUID()}`;
        const ids = [`one of ${offer}`, `other of ${offer}`];
        const dimensions = ["storage", "restores"];
        for (const id of ids) {
          await subscribe(id, offer);
          await desk.db.execute(sql`
            insert into usage_accounts (subscription_id, plan_id, dimension, term_starts_on, is_trial, term_ends_on, used, billed)
            select ${id}, 'basic', name, ${start}::date, false, ${addDays(start, 95)}::date, 0, 0 from unnest(${sql.param(dimensions)}::text[]) name`);
        }
        const isTest = [false, false];
        const prices: (string | null)[] = [null, null];
        const kept: Hour[] = [];
        /** Hours that retention has deleted, with whether they counted then. */
        const deleted: Hour[] = [];
        for (const one of commands) {
          if (one.do === "accept") {
            const [subscription, dimension] = [one.of % 2, one.of >> 1];
            const id = ids[subscription] ?? "";
            const hour = `${addDays(start, one.on)}T0${one.on % 10}:00:00Z`;
            const of = { id, dimension: dimensions[dimension] ?? "", hour };
            if ([...kept, ...deleted].some((k) => k.id === id && k.dimension === of.dimension && k.hour === hour))
              continue;
            const slot = await waiting({ ...of, term: start });
            const quantity = inDigits(quantityOf(one.cents).div(100));
            await accept(slot, quantity);
            const price = prices[dimension] ?? null;
            const key = JSON.stringify([hour.slice(0, 7), of.dimension, price === null ? "" : "USD", price ?? "0"]);
            kept.push({ ...of, slot, quantity, key });
          } else if (one.do === "price") {
            prices[one.of] = one.price;
            await setPrice(offer, dimensions[one.of] ?? "", one.price);
          } else if (one.do === "test") {
            isTest[one.of] = one.isTest;
            await markAsTest(ids[one.of] ?? "", one.isTest);
          } else if (one.do === "retention") {
            await sweepAfter(ids, null);
            await desk.db.execute(sql`select remove_old_usage(now() - interval '90 days', ${one.rows}::int)`);
            const { rows } = await desk.db.execute<{ id: string }>(
              sql`select id from usage_slots where subscription_id = any(${sql.param(ids)}::text[])`,
            );
            const left = new Set(rows.map(({ id }) => id));
            for (const hour of kept.filter(({ slot }) => !left.has(slot))) {
              kept.splice(kept.indexOf(hour), 1);
              deleted.push({ ...hour, key: isTest[ids.indexOf(hour.id)] ? null : hour.key });
            }
          } else if (one.do === "roll up") await rollUpUsageMonths(desk.db, 1);
          else expect(await repairUsageMonths(desk.db)).toBe(0);

          const counted = [
            ...kept.filter(({ id }) => !isTest[ids.indexOf(id)]),
            ...deleted.filter(({ key }) => key !== null),
          ];
          const expected = new Map(
            [...Map.groupBy(counted, ({ key }) => key)].map(([key, hours]) => [
              key,
              digits(hours.map(({ quantity }) => quantity)),
            ]),
          );
          const totals = await readUsageMonths(desk.db, { from: since, offer, plan: "basic" });
          const actual = new Map(
            totals.map(({ month, dimension, currency, listPrice, quantity }) => [
              JSON.stringify([month, dimension, currency, inDigits(quantityOf(listPrice))]),
              inDigits(quantityOf(quantity)),
            ]),
          );
          expect(actual).toEqual(expected);
          const goneBy = (hours: Hour[]) => digits(hours.map(({ quantity }) => quantity));
          expect(digits(totals.map((total) => total.deleted))).toBe(goneBy(deleted.filter(({ key }) => key !== null)));
        }
        expect(await repairUsageMonths(desk.db)).toBe(0);
        await sweepAfter(ids, "infinity");
      }),
      { numRuns: 40 },
    );
  });

  test("are the same if many hours are accepted, rolled up and deleted at the same time", async () => {
    const offer = "parallel";
    await subscribe("parallel", offer);
    await setPrice(offer, "storage", "0.5");
    const slots = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        waiting({ id: "parallel", dimension: "storage", hour: new Date(Date.UTC(2024, 0, 1, n * 18)).toISOString() }),
      ),
    );
    let isDone = false;
    const rollingUp = (async () => {
      while (!isDone) await rollUpUsageMonths(desk.db, 1);
    })();
    await Promise.all(slots.map((slot) => accept(slot, "0.25")));
    await Promise.all(
      slots.slice(0, 10).map((slot) => desk.db.execute(sql`delete from usage_slots where id = ${slot}::uuid`)),
    );
    isDone = true;
    await rollingUp;
    const totals = await readUsageMonths(desk.db, { from: since, offer, plan: undefined });
    expect(digits(totals.map(({ quantity }) => quantity))).toBe("10");
    expect(digits(totals.map(({ deleted }) => deleted))).toBe("2.5");
    expect(await repairUsageMonths(desk.db)).toBe(0);
  });

  test("that are wrong are found, corrected and recorded", async () => {
    const keeper = { ...desk.ctx };
    await checkCounts(keeper);
    await desk.db.execute(sql`
      insert into usage_months values ('2020-02-01', 'parallel', 'basic', 'storage', 'USD', 0.5, 7, 0)`);
    await desk.db.execute(
      sql`update usage_months set quantity = quantity - 1 where month = '2024-01-01' and offer_id = 'parallel'`,
    );
    await rollUpUsageMonths(desk.db, 1);
    const wrong = digits(
      (await readUsageMonths(desk.db, { from: since, offer: "parallel", plan: undefined })).map(
        ({ quantity }) => quantity,
      ),
    );
    expect(wrong).not.toBe("10");
    expect(await checkCounts(keeper)).toMatchObject({ repaired: 2 });
    const right = await readUsageMonths(desk.db, { from: since, offer: "parallel", plan: undefined });
    expect(digits(right.map(({ quantity }) => quantity))).toBe("10");
    expect(await checkCounts(keeper)).toEqual({ repaired: 0 });
    expect(await desk.db.$count(activity, eq(activity.summary, "Corrected 2 monthly totals of billed usage"))).toBe(1);
  });
});

describe("billed usage", () => {
  const sum = (rows: UsageRow[], of: (row: UsageRow) => string | null) => digits(rows.map((row) => of(row) ?? "0"));
  const rowsOf = async (link: ReturnType<typeof billedUsageLink>) => {
    if (link.to !== "/usage") throw new Error("no list of usage");
    return (await listUsage(desk.db, link.search as UsageFilters, desk.now())).rows;
  };

  /** Every figure of the view equals the sum of the hours in its list. */
  async function expectLists(filters: BilledUsageFilters): Promise<void> {
    const view = await readBilledUsage(desk.db, filters, desk.now());
    const currency = view.currency ?? undefined;
    const amountOf = (row: UsageRow) => row.price?.amount ?? null;
    for (const { month, amount } of view.months)
      expect(sum(await rowsOf(billedUsageLink(filters, { month, currency })), amountOf)).toBe(amount ?? "0");
    const from = view.months[0]?.month;
    for (const dimension of view.dimensions) {
      for (const [span, figure] of [
        [{ since: from }, dimension.total] as const,
        ...view.months.map(({ month }, index) => [{ month }, dimension.months[index]!] as const),
      ]) {
        const all = await rowsOf(billedUsageLink(filters, span, dimension));
        expect(sum(all, ({ accepted }) => accepted)).toBe(figure.quantity);
        const priced = await rowsOf(billedUsageLink(filters, { ...span, currency }, dimension));
        expect(sum(priced, amountOf)).toBe(figure.amount ?? "0");
        const unpriced = await rowsOf(billedUsageLink(filters, { ...span, currency: "unknown" }, dimension));
        expect(sum(unpriced, ({ accepted }) => accepted)).toBe(figure.unpriced);
      }
    }
  }

  test("is what Microsoft has accepted, at the price then, and each figure the sum of its list", async () => {
    const id = await desk.buy();
    await desk.report(id, "130");
    await desk.report(id, "3", { dimension: "restores" });
    await endHour();
    await desk.work();
    const ofVault = () => readBilledUsage(desk.db, { offer: "vault" }, desk.now());
    const before = await ofVault();
    expect(before).toMatchObject({ isMetered: true, currencies: ["USD"], currency: "USD" });
    const storage = before.dimensions.find(({ dimension }) => dimension === "storage");
    expect(storage).toMatchObject({
      name: "Storage",
      unit: "GB",
      total: { quantity: "30", amount: "3.6", unpriced: "0" },
    });
    await expectLists({ offer: "vault" });

    const basic = eq(usageDimensions.offerId, "vault");
    await desk.db.update(usageDimensions).set({ pricePerUnit: "0.2" }).where(basic);
    await desk.report(id, "10");
    await endHour();
    await desk.work();
    await desk.db.update(usageDimensions).set({ pricePerUnit: null }).where(basic);
    await desk.report(id, "2.5");
    await endHour();
    await desk.work();
    await desk.db.update(usageDimensions).set({ pricePerUnit: "0.3", currency: "EUR" }).where(basic);
    await desk.report(id, "1");
    await endHour();
    await desk.work();
    const after = await ofVault();
    expect(after.currencies).toEqual(["USD", "EUR"]);
    const later = after.dimensions.find(({ dimension }) => dimension === "storage");
    expect(later?.total).toEqual({ quantity: "43.5", amount: "5.6", unpriced: "2.5" });
    await expectLists({ offer: "vault" });
    await expectLists({ offer: "vault", plan: "basic", currency: "EUR" });
    await expectLists({});
    const inEuro = await readBilledUsage(desk.db, { offer: "vault", currency: "EUR" }, desk.now());
    expect(inEuro.total).toBe("0.3");
    expect((await readBilledUsage(desk.db, { offer: "vault", currency: "CHF" }, desk.now())).currency).toBe("USD");
  });

  test("leaves out test purchases, and has them once they are none", async () => {
    const id = await desk.buy();
    await desk.report(id, "107");
    await endHour();
    await desk.work();
    const quantity = async () =>
      digits(
        (await readBilledUsage(desk.db, { offer: "vault" }, desk.now())).dimensions.map(({ total }) => total.quantity),
      );
    const before = await quantity();
    await markAsTest(id, true);
    expect(inDigits(quantityOf(before).minus(await quantity()))).toBe("7");
    await expectLists({ offer: "vault" });
    await desk.report(id, "4");
    await endHour();
    await desk.work();
    expect(inDigits(quantityOf(before).minus(await quantity()))).toBe("7");
    await markAsTest(id, false);
    expect(inDigits(quantityOf(await quantity()).minus(before))).toBe("4");
    await expectLists({ offer: "vault" });
  });

  test("says where there is nothing, and where usage cannot be billed", async () => {
    const none = await readBilledUsage(desk.db, { offer: "vault", plan: "plus" }, desk.now());
    expect(none).toMatchObject({ isMetered: true, currency: null, total: null, dimensions: [] });
    expect(none.months).toHaveLength(12);
    expect(none.months.at(-1)).toEqual({ month: utcDayOf(desk.now()).slice(0, 7), amount: null });
    expect(await readBilledUsage(desk.db, { offer: "unknown" }, desk.now())).toMatchObject({ isMetered: false });
  });
});
