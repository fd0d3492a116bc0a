/** The daily comparison of the ledger with Microsoft's list, and what the product is notified of. */
import { and, eq, inArray, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Day, startInUtc, utcDayOf } from "../../shared/day.ts";
import { compareUsage } from "../../server/commands/usage/compare-usage.ts";
import { UsageListTooLong } from "../../server/commands/usage/list-day.ts";
import { usageComparison } from "../../server/database/queries/usage-days.ts";
import { usageProof } from "../../server/database/queries/usage-proof.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { events } from "../../server/database/schema/product.ts";
import { usageComparisons, usageDays } from "../../server/database/schema/usage-comparisons.ts";
import { hourMs, type MeteringDesk, startMeteringDesk } from "../support/metering.ts";

const dayMs = 24 * hourMs;
let desk: MeteringDesk;
/** Has usage of two senders on the first day. */
let first: string;
beforeAll(async () => {
  desk = await startMeteringDesk();
  first = await desk.buy();
  await desk.report(first, "1");
  const effectiveStartTime = desk.now().toISOString();
  await desk.ctx.marketplace.sendUsage([
    { resourceId: first, planId: "basic", dimension: "restores", quantity: 4, effectiveStartTime },
  ]);
  await desk.pass(dayMs);
});
afterAll(() => desk?.stop());
afterEach(() => desk.control("faults", undefined, "DELETE"));

const endHour = () => desk.pass(hourMs + 6 * 60_000);
const anyUsage = "POST ^/api/(batchUsageEvent|usageEvent)$";

/** Compares all days that are due on the next day. */
async function compareTomorrow(): Promise<void> {
  await desk.pass(dayMs);
  while (await compareUsage(desk.ctx));
}

/** Leaves only the day of a subscription's usage to compare. */
async function onlyDayOf(id: string): Promise<Day> {
  const [slot] = await desk.slotsOf(id);
  const day = utcDayOf(slot?.hour ?? 0);
  await desk.pass(dayMs);
  const claim = (until: string) =>
    desk.db.execute(sql`
      insert into usage_comparisons (day, claimed_until) values (${day}::date, now() + ${until}::interval)
      on conflict (day) do update set claimed_until = excluded.claimed_until`);
  await claim("1 hour");
  while (await compareUsage(desk.ctx));
  await claim("-1 second");
  return day;
}

/** A subscription of which Microsoft has accepted 25 of today. */
async function billed(): Promise<string> {
  const id = await desk.buy();
  await desk.report(id, "125");
  await endHour();
  await desk.work();
  expect(await desk.acceptedOf(id)).toEqual({ storage: 2_500 });
  return id;
}

const differencesOf = async (id: string) =>
  (await usageComparison(desk.db)).differences.filter(({ subscriptionId }) => subscriptionId === id);

describe("each day", () => {
  test("agrees if Microsoft has processed what it had accepted", async () => {
    const id = await billed();
    await compareTomorrow();
    expect(await differencesOf(id)).toEqual([]);
    expect(await desk.db.select().from(usageDays).where(eq(usageDays.subscriptionId, id))).toMatchObject([
      { ledger: "25", submitted: "25", processed: "25", reconStatus: "Accepted", cause: null },
    ]);
    expect((await usageComparison(desk.db)).comparedAt).not.toBeNull();
  });

  test("is compared once", async () => {
    await billed();
    await compareTomorrow();
    const calls = async () => (await desk.control<{ calls: unknown[] }>("calls?area=marketplace")).calls.length;
    const before = await calls();
    expect(await compareUsage(desk.ctx)).toBe(false);
    expect(await calls()).toBe(before);
  });

  test("is compared again after Microsoft could not be read", async () => {
    const id = await billed();
    await desk.pass(dayMs);
    await desk.control("faults", { target: "GET ^/api/usageEvents$", status: 403 });
    await expect(compareUsage(desk.ctx)).rejects.toThrow();
    await desk.control("faults", undefined, "DELETE");
    await desk.db.execute(sql`update usage_comparisons set claimed_until = now() - interval '1 second'`);
    while (await compareUsage(desk.ctx));
    expect(await desk.db.$count(usageDays, eq(usageDays.subscriptionId, id))).toBe(1);
  });

  test("has a difference with both sides as long as Microsoft rejects what it had accepted", async () => {
    const id = await billed();
    await desk.control("usage/processing", { subscriptionId: id, recon: "Rejected" });
    await compareTomorrow();
    expect(await differencesOf(id)).toMatchObject([
      { ledger: "25", submitted: "25", processed: "0", reconStatus: "Rejected", cause: "rejected" },
    ]);
    await compareTomorrow();
    const found = and(eq(activity.subscriptionId, id), eq(activity.kind, "usage.differs"));
    expect(await desk.db.$count(activity, found)).toBe(1);
    await desk.control("usage/processing", { subscriptionId: id, recon: "Accepted" });
    await compareTomorrow();
    expect(await differencesOf(id)).toEqual([]);
  });

  test("is compared only after the first day with usage, which other software may have reported as well", async () => {
    await billed();
    await compareTomorrow();
    expect(await differencesOf(first)).toEqual([]);
    expect(await desk.db.$count(usageDays, eq(usageDays.subscriptionId, first))).toBe(0);
  });

  test("can have thousands of differences", async () => {
    const id = await desk.buy();
    const of = sql`where subscription_id = ${id}`;
    const hour = new Date(Math.floor(desk.now().getTime() / hourMs - 2) * hourMs).toISOString();
    await desk.db.execute(sql`
      insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, effective_at, state, sealed_at, billable, accepted, ended_at)
      select gen_random_uuid(), ${id}, 'dimension ' || n, ${hour}::timestamptz, 'basic', 1, ${hour}::timestamptz, 'accepted', ${hour}::timestamptz, 1, 1,
        ${hour}::timestamptz from generate_series(1, 5000) n`);
    await compareTomorrow();
    const rows = await desk.db.$count(
      usageDays,
      and(eq(usageDays.subscriptionId, id), eq(usageDays.cause, "not_listed")),
    );
    expect(rows).toBe(5_000);
    expect(await desk.db.$count(activity, eq(activity.subscriptionId, id))).toBe(5_000);
    await desk.db.execute(sql`delete from usage_slots ${of}`);
    await desk.db.execute(sql`delete from usage_days ${of}`);
  });

  describe("whose list is long", () => {
    /** Instead of the next answers. */
    const answerNext = (times: number, body: unknown) =>
      desk.control("faults", { target: "GET ^/api/usageEvents$", status: 200, times, body });
    const tooLong = "x".repeat(17_000_000);
    const listCalls = async () =>
      (await desk.control<{ calls: { method: string }[] }>("calls?area=marketplace&path=/usageEvents")).calls.length;

    test("is read whole up to 16 MB", async () => {
      const id = await billed();
      const usageDate = startInUtc(await onlyDayOf(id)).toISOString();
      const row = { usageDate, usageResourceId: id, dimension: "storage", planId: "basic", offerId: "vault" };
      const accepted = { ...row, reconStatus: "Accepted", submittedQuantity: 25, processedQuantity: 25 };
      const others = { ...accepted, usageDate: "2020-01-01T00:00:00Z", planName: "x".repeat(400) };
      await answerNext(1, [accepted, ...Array.from({ length: 20_000 }, () => others)]);
      await compareUsage(desk.ctx);
      expect(await desk.db.select().from(usageDays).where(eq(usageDays.subscriptionId, id))).toMatchObject([
        { submitted: "25", processed: "25", cause: null },
      ]);
    });

    test("is read plan by plan beyond that, and a plan dimension by dimension", async () => {
      const id = await billed();
      await onlyDayOf(id);
      const before = await listCalls();
      // The whole list, and that of the first plan.
      await answerNext(2, tooLong);
      await compareUsage(desk.ctx);
      // Then both dimensions of it, and the other two plans.
      expect((await listCalls()) - before).toBe(6);
      expect(await desk.db.select().from(usageDays).where(eq(usageDays.subscriptionId, id))).toMatchObject([
        { submitted: "25", processed: "25", cause: null },
      ]);
      expect(await differencesOf(id)).toEqual([]);
    });

    test("needs attention if one dimension of a plan is too long, and is compared again after hours", async () => {
      const day = await onlyDayOf(await billed());
      await answerNext(3, tooLong);
      await expect(compareUsage(desk.ctx)).rejects.toThrow(UsageListTooLong);
      const hours = sql<number>`extract(epoch from claimed_until - now()) / 3600`;
      const kept = () =>
        desk.db
          .select({ problem: usageComparisons.problem, hours: hours.mapWith(Number) })
          .from(usageComparisons)
          .where(eq(usageComparisons.day, day));
      const [comparison] = await kept();
      expect(comparison?.problem).toBe("TooLong");
      expect(comparison?.hours).toBeGreaterThan(5);
      expect(await compareUsage(desk.ctx)).toBe(false);
      await desk.db.execute(
        sql`update usage_comparisons set claimed_until = now() - interval '1 second' where day = ${day}`,
      );
      expect(await compareUsage(desk.ctx)).toBe(true);
      expect(await kept()).toMatchObject([{ problem: null }]);
    });
  });

  test("has a difference if other software reports usage", async () => {
    const id = await billed();
    const at = new Date(desk.now().getTime() - 3 * hourMs).toISOString();
    await desk.ctx.marketplace.sendUsage([
      { resourceId: id, planId: "basic", dimension: "restores", quantity: 4, effectiveStartTime: at },
    ]);
    await compareTomorrow();
    expect(await differencesOf(id)).toMatchObject([
      { dimension: "restores", ledger: "0", submitted: "4", cause: "other_sender" },
    ]);
  });

  test("is kept under our own ID where Microsoft writes it in another case", async () => {
    const id = await desk.buy();
    await desk.report(id, "12");
    await endHour();
    await desk.work();
    const [hour] = await desk.slotsOf(id);
    expect(hour?.state).toBe("included");
    const at = new Date(desk.now().getTime() - hourMs).toISOString();
    await desk.ctx.marketplace.sendUsage([
      { resourceId: id, planId: "basic", dimension: "storage", quantity: 4, effectiveStartTime: at },
    ]);
    const listUsage: typeof desk.ctx.marketplace.listUsage = async (...args) =>
      (await desk.ctx.marketplace.listUsage(...args)).map((row) => ({
        ...row,
        subscriptionId: row.subscriptionId.toUpperCase(),
      }));
    await desk.pass(dayMs);
    while (await compareUsage({ ...desk.ctx, marketplace: { ...desk.ctx.marketplace, listUsage } }));
    expect(await differencesOf(id)).toMatchObject([{ ledger: "0", submitted: "4", cause: "other_sender" }]);
    expect((await usageProof(desk.db, hour?.id ?? ""))?.day).toMatchObject({ submitted: "4", cause: "other_sender" });
  });

  test("has a difference if Microsoft accepted usage whose answers were all lost", async () => {
    const id = await desk.buy();
    await desk.report(id, "110");
    await endHour();
    await desk.control("faults", { target: anyUsage, cut: "after" });
    await desk.work();
    await desk.pass(dayMs);
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "lost" }]);
    await compareTomorrow();
    expect(await differencesOf(id)).toMatchObject([{ ledger: "0", submitted: "10", cause: "answer_lost" }]);
  });
});

describe("the product", () => {
  const kinds = ["usage.threshold_reached", "usage.rejected", "usage.held"] as const;
  const eventsOf = async (id: string) =>
    (
      await desk.db
        .select({ kind: activity.kind, after: activity.after })
        .from(activity)
        .innerJoin(events, eq(events.id, activity.id))
        .where(and(eq(activity.subscriptionId, id), inArray(activity.kind, [...kinds])))
        .orderBy(activity.id)
    ).map(({ kind, after }) => ({ kind, percent: after?.["percent"] }));

  test("is notified once when 80 and 100 percent of what a term includes are used", async () => {
    const id = await desk.buy();
    for (const quantity of ["79", "1", "5", "15", "30"]) {
      await desk.report(id, quantity);
      await endHour();
      await desk.work();
    }
    expect(await eventsOf(id)).toEqual([
      { kind: "usage.threshold_reached", percent: 80 },
      { kind: "usage.threshold_reached", percent: 100 },
    ]);
  });

  test("is notified of usage that Microsoft rejects", async () => {
    const id = await desk.buy();
    await desk.report(id, "101");
    await endHour();
    await desk.control("faults", { target: anyUsage, status: 400, body: { code: "BadArgument", message: "no" } });
    await desk.work();
    expect(await eventsOf(id)).toEqual([
      { kind: "usage.threshold_reached", percent: 80 },
      { kind: "usage.threshold_reached", percent: 100 },
      { kind: "usage.rejected", percent: undefined },
    ]);
  });
});
