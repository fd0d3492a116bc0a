/** Metered usage from its report to Microsoft's acceptance: once, in time, and to the last decimal. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { utcDayOf } from "../../shared/day.ts";
import type { OperationOutcome, SubscriptionStatus } from "../../shared/lifecycle.ts";
import { inParallel } from "../faults/deliver-webhooks.ts";
import { sealUsage } from "../../server/commands/usage/seal-usage.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { operations } from "../../server/database/schema/operations.ts";
import { usageAccounts } from "../../server/database/schema/usage.ts";
import { usageAllowances, usageDimensions } from "../../server/database/schema/usage-dimensions.ts";
import { record } from "../../server/database/record/record.ts";
import { newId } from "../../server/database/statements/new-id.ts";
import type { ReportedUsage } from "../../server/commands/usage/receive-usage.ts";
import { createRandom } from "../../sandbox/random.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { usageOfTerm } from "../../server/database/queries/term-usage.ts";
import { lockLedger, sealChanged } from "../../server/database/writes/usage-sealing.ts";
import { claimUsage } from "../../server/database/writes/usage-sending.ts";
import { changesBetween } from "../../server/domain/subscription.ts";
import { MarketplaceError, noFacts } from "../../server/marketplace/errors.ts";
import { eventually } from "../support/app.ts";
import { hourMs, type MeteringDesk, startMeteringDesk } from "../support/metering.ts";

let desk: MeteringDesk;
beforeAll(async () => {
  desk = await startMeteringDesk();
});
afterAll(() => desk?.stop());
afterEach(() => desk.control("faults", undefined, "DELETE"));

const minuteMs = 60_000;
/** The hour ends, and its grace with it. */
const endHour = () => desk.pass(hourMs + 6 * minuteMs);
const fault = (target: string, others: object) => desk.control("faults", { target, ...others });
const anyUsage = "POST ^/api/(batchUsageEvent|usageEvent)$";

type Sent = { resourceId?: string; effectiveStartTime?: string };

async function calls(): Promise<{ path: string; requestBody: Sent & { request?: Sent[] }; status: number | null }[]> {
  const found = await desk.control<{ calls: Awaited<ReturnType<typeof calls>> }>("calls?area=marketplace");
  return found.calls.filter(({ path }) => /usageEvent$/i.test(path));
}

describe("usage of an hour", () => {
  test("is sent as one quantity beyond what the plan includes, when the hour has ended", async () => {
    const id = await desk.buy();
    await desk.report(id, "60.25");
    await desk.report(id, "60.251");
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({});
    await endHour();
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 2_050 });
    const [slot] = await desk.slotsOf(id);
    expect(slot).toMatchObject({ state: "accepted", billable: "20.5", accepted: "20.5", attempts: 1, planId: "basic" });
    // Exactly, so that usage right after a change of the plan is never before it.
    const [sent] = (await calls()).map(({ requestBody }) => requestBody).filter(({ resourceId }) => resourceId === id);
    expect(sent?.effectiveStartTime).toBe(slot?.effectiveAt.toISOString());
    expect(slot?.usageEventId).toBe((await desk.accepted()).find((one) => one.resourceId === id)?.usageEventId);
    expect(await desk.submissionsOf(slot?.id ?? "")).toMatchObject([
      { httpStatus: 200, status: "Accepted", quantity: "20.5", usageEventId: slot?.usageEventId },
    ]);
  });

  test("is not sent if the plan includes all of it", async () => {
    const id = await desk.buy();
    await desk.report(id, "100");
    await endHour();
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "included", billable: "0" }]);
    expect(await desk.acceptedOf(id)).toEqual({});
  });

  test("carries what is less than 0.01 to the next hour", async () => {
    const id = await desk.buy();
    await desk.report(id, "100.004");
    for (let hour = 0; hour < 3; hour += 1) {
      await endHour();
      await desk.work();
      await desk.report(id, "0.004");
    }
    await endHour();
    await desk.work();
    expect((await desk.slotsOf(id)).map(({ billable }) => billable)).toEqual(["0", "0", "0.01", "0"]);
    expect(await desk.acceptedOf(id)).toEqual({ storage: 1 });
  });

  test("is included again after the renewal", async () => {
    const id = await desk.buy();
    await desk.report(id, "150");
    await endHour();
    await desk.work();
    await desk.act(id, "renew", {}, "Subscribed");
    const [{ termStartsOn } = { termStartsOn: null }] = await desk.db
      .select()
      .from(usageAccounts)
      .where(eq(usageAccounts.subscriptionId, id));
    const { term } = await desk.ctx.marketplace.getSubscription(id);
    expect(term.startsOn).not.toBe(termStartsOn);
    await desk.pass(Math.max(0, Date.parse(`${term.startsOn}T01:00:00Z`) - desk.now().getTime()));
    await desk.copy(id);
    await desk.report(id, "90");
    await desk.report(id, "3", { dimension: "restores" });
    await endHour();
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 5_000, restores: 100 });
  });

  test("of a free trial is counted and not billed", async () => {
    const id = await desk.buy({ planId: "plus" });
    await desk.db.execute(`update subscriptions set is_free_trial = true where id = '${id}'`);
    await desk.report(id, "5000");
    await endHour();
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "included", isTrial: true, quantity: "5000" }]);
    await desk.db.execute(`update subscriptions set is_free_trial = false where id = '${id}'`);
    await desk.report(id, "1001");
    await endHour();
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 100 });
  });

  test("of a free trial is not billed either if the trial ends before its hour is sealed, or it is reported late", async () => {
    const id = await desk.buy({ planId: "plus" });
    const setTrial = (is: boolean) =>
      desk.db.execute(`update subscriptions set is_free_trial = ${is} where id = '${id}'`);
    await setTrial(true);
    const at = desk.now();
    await desk.report(id, "5000");
    await setTrial(false);
    await endHour();
    await desk.work();
    await desk.report(id, "4000", { occurredAt: at });
    await desk.work();
    await desk.report(id, "1001");
    await endHour();
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([
      { state: "included", isTrial: true, quantity: "5000", lost: "4000" },
      { state: "accepted", isTrial: false, carried: "0" },
    ]);
    expect(await desk.acceptedOf(id)).toEqual({ storage: 100 });
  });

  describe("of a free trial that became paid", () => {
    /** A subscription whose trial ends now. */
    async function endedTrial() {
      // In the middle of an hour, so that what happens a second earlier is in the same one.
      await desk.pass((hourMs * 1.5 - (desk.now().getTime() % hourMs)) % hourMs);
      const id = await desk.buy({ planId: "plus" });
      await record(desk.db, desk.ctx.actor, desk.now(), [
        {
          subscriptionId: id,
          kind: "subscription.trial_ended",
          summary: "The free trial became a paid subscription",
          before: { isFreeTrial: true },
          after: { isFreeTrial: false },
        },
      ]);
      return { id, during: new Date(desk.now().getTime() - 1_000) };
    }

    test("is not billed if the product reports it after the end, also for an hour without usage so far", async () => {
      const { id, during } = await endedTrial();
      await desk.report(id, "5000", { occurredAt: new Date(during.getTime() - 2 * hourMs) });
      await desk.report(id, "5000", { occurredAt: during });
      await endHour();
      await desk.report(id, "1001");
      await endHour();
      await desk.work();
      expect(await desk.slotsOf(id)).toMatchObject([
        { state: "included", isTrial: true, quantity: "5000" },
        { state: "included", isTrial: true, quantity: "5000" },
        { state: "accepted", isTrial: false, accepted: "1" },
      ]);
      expect(await desk.acceptedOf(id)).toEqual({ storage: 100 });
    });

    test("is billed from the end of the trial's term on, also if the renewal was noticed hours later", async () => {
      const midnight = hourMs * 24;
      await desk.pass(midnight - (desk.now().getTime() % midnight) + 3.5 * hourMs);
      const id = await desk.buy({ planId: "plus" });
      const lastDay = utcDayOf(desk.now().getTime() - midnight);
      const subscriptionId = id;
      await record(desk.db, desk.ctx.actor, desk.now(), [
        {
          subscriptionId,
          kind: "subscription.trial_ended",
          summary: "The free trial became a paid subscription",
          before: { isFreeTrial: true },
          after: { isFreeTrial: false },
        },
        { subscriptionId, kind: "subscription.renewed", summary: "Term renewed", before: { termEndsOn: lastDay } },
      ]);
      const startOfDay = desk.now().getTime() - (desk.now().getTime() % midnight);
      await desk.report(id, "5000", { occurredAt: new Date(startOfDay - 60_000) });
      await desk.report(id, "1001", { occurredAt: new Date(startOfDay + 60_000) });
      await endHour();
      await desk.work();
      expect(await desk.slotsOf(id)).toMatchObject([
        { isTrial: true, quantity: "5000" },
        { isTrial: false, quantity: "1001" },
      ]);
    });

    describe("before its renewal is known", () => {
      /** A trial whose last day was yesterday; it is half past three. */
      async function overdueTrial() {
        const midnight = hourMs * 24;
        await desk.pass(midnight - (desk.now().getTime() % midnight) + 3.5 * hourMs);
        const id = await desk.buy({ planId: "plus" });
        const startOfDay = desk.now().getTime() - (desk.now().getTime() % midnight);
        await desk.db
          .update(subscriptions)
          .set({
            isFreeTrial: true,
            termStartsOn: utcDayOf(startOfDay - 30 * midnight),
            termEndsOn: utcDayOf(startOfDay - midnight),
          })
          .where(eq(subscriptions.id, id));
        return { id, startOfDay };
      }
      const report = (id: string, quantity: string, at: number) =>
        desk.report(id, quantity, { occurredAt: new Date(at) });

      test("waits, and is billed as soon as the renewal is known", async () => {
        const { id, startOfDay } = await overdueTrial();
        await report(id, "5000", startOfDay - 60_000);
        await report(id, "1001", startOfDay + 60_000);
        await endHour();
        await desk.work();
        expect(await desk.slotsOf(id)).toMatchObject([
          { state: "included", isTrial: true, quantity: "5000" },
          { state: "collecting", isTrial: false, quantity: "1001", problem: "TrialRenewal" },
        ]);
        await desk.db.update(subscriptions).set({ isFreeTrial: false }).where(eq(subscriptions.id, id));
        await sealChanged(desk.db, [id], { now: desk.now(), graceMinutes: 5 });
        await desk.work();
        expect((await desk.slotsOf(id))[1]).toMatchObject({ state: "accepted", isTrial: false, quantity: "1001" });
        expect(await desk.acceptedOf(id)).toEqual({ storage: 100 });
      });

      test("is free if the trial has ended instead", async () => {
        const { id, startOfDay } = await overdueTrial();
        await report(id, "1001", startOfDay + 60_000);
        await endHour();
        await desk.work();
        await desk.db
          .update(subscriptions)
          .set({ status: "Unsubscribed", statusSince: desk.now() })
          .where(eq(subscriptions.id, id));
        await sealChanged(desk.db, [id], { now: desk.now(), graceMinutes: 0 });
        await desk.work();
        expect(await desk.slotsOf(id)).toMatchObject([{ state: "included", isTrial: true, quantity: "1001" }]);
        expect(await desk.acceptedOf(id)).toEqual({});
      });

      test("is lost with its amount and the reason if nothing is known for 24 hours", async () => {
        const { id, startOfDay } = await overdueTrial();
        await report(id, "1001", startOfDay + 3 * hourMs + 60_000);
        await desk.pass(25 * hourMs);
        await desk.work();
        expect(await desk.slotsOf(id)).toMatchObject([
          { state: "lost", isTrial: false, quantity: "1001", billable: "1", problem: "TrialRenewal" },
        ]);
        expect(await desk.acceptedOf(id)).toEqual({});
      });

      test("gets nothing of the trial that is reported late", async () => {
        const { id, startOfDay } = await overdueTrial();
        await report(id, "10", startOfDay - 60_000);
        await endHour();
        await desk.work();
        await report(id, "4000", startOfDay - 30_000);
        await desk.work();
        await desk.report(id, "1001");
        expect(await desk.slotsOf(id)).toMatchObject([
          { isTrial: true, lost: "4000" },
          { state: "collecting", isTrial: false, carried: "0" },
        ]);
      });
    });

    test("makes the hour of its end free, in any order of its events, until the hour is sealed", async () => {
      const { id, during } = await endedTrial();
      await desk.report(id, "1001");
      await desk.report(id, "5000", { occurredAt: during });
      await endHour();
      await desk.work();
      expect(await desk.slotsOf(id)).toMatchObject([{ state: "included", isTrial: true, quantity: "6001" }]);

      const other = await endedTrial();
      await desk.report(other.id, "1001");
      await endHour();
      await desk.work();
      await desk.report(other.id, "5000", { occurredAt: other.during });
      await endHour();
      await desk.work();
      expect(await desk.slotsOf(other.id)).toMatchObject([
        { state: "accepted", quantity: "1001", late: "0", lost: "5000" },
      ]);
      expect(await desk.acceptedOf(other.id)).toEqual({ storage: 100 });
    });
  });

  test("waits until someone says what the plan includes", async () => {
    const id = await desk.buy();
    const ofBasic = eq(usageDimensions.planId, "basic");
    await desk.db.update(usageDimensions).set({ included: {} }).where(ofBasic);
    await desk.report(id, "150");
    await endHour();
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "collecting", problem: "IncludedUnknown" }]);
    const at = desk.now();
    await desk.db.insert(usageAllowances).values({
      id: newId(at),
      offerId: "vault",
      planId: "basic",
      dimension: "storage",
      version: 1,
      included: { P1M: "120" },
      reason: "Price list",
      actorKind: "staff",
      actorName: "Test",
      createdAt: at,
    });
    await desk.pass(11 * minuteMs);
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 3_000 });
    // The admin's entry stays in the database: the others of this file expect Microsoft's.
    await desk.db.insert(usageAllowances).values({
      id: newId(desk.now()),
      offerId: "vault",
      planId: "basic",
      dimension: "storage",
      version: 2,
      included: {},
      reason: "Test has ended",
      actorKind: "staff",
      actorName: "Test",
      createdAt: at,
    });
    await desk.buy();
  });
});

describe("case 51: a lost answer", () => {
  test.each([
    ["the connection is cut after the effect", { cut: "after" }],
    ["the answer is 500 after the effect", { status: 500, effect: true }],
  ])("is healed by Microsoft's duplicate: %s", async (_, how) => {
    const id = await desk.buy();
    await desk.report(id, "101");
    await endHour();
    await fault(anyUsage, { ...how, times: 1 });
    await desk.work();
    await desk.pass(minuteMs);
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "accepted", accepted: "1" }]);
    expect(await desk.acceptedOf(id)).toEqual({ storage: 100 });
    const [slot] = await desk.slotsOf(id);
    const submissions = await desk.submissionsOf(slot?.id ?? "");
    expect(submissions.at(-1)).toMatchObject({ status: "Duplicate", earlierQuantity: "1" });
    expect(slot?.usageEventId).toBe((await desk.accepted()).find((one) => one.resourceId === id)?.usageEventId);
  });

  test("is healed in a batch", async () => {
    const id = await desk.buy();
    await desk.report(id, "101");
    await desk.report(id, "5", { dimension: "restores" });
    await endHour();
    await fault(anyUsage, { cut: "after", times: 4 });
    await desk.work();
    await desk.pass(minuteMs);
    await desk.work();
    expect((await desk.slotsOf(id)).map(({ state }) => state)).toEqual(["accepted", "accepted"]);
    expect(await desk.acceptedOf(id)).toEqual({ storage: 100, restores: 300 });
  });

  test("is healed after the process died between call and commit", async () => {
    const id = await desk.buy();
    await desk.report(id, "102");
    await endHour();
    await sealUsage(desk.ctx);
    const callId = randomUUID();
    const [slot] = await claimUsage(desk.db, { callId, limit: 25, now: desk.now(), only: id });
    await desk.ctx.marketplace.sendUsage([
      {
        resourceId: id,
        planId: "basic",
        dimension: "storage",
        quantity: 2,
        effectiveStartTime: slot?.effectiveAt.toISOString() ?? "",
      },
    ]);
    await desk.work();
    expect((await desk.slotsOf(id))[0]?.state).toBe("waiting");
    await desk.expireClaims();
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "accepted", accepted: "2", attempts: 2 }]);
    expect(await desk.submissionsOf(slot?.id ?? "")).toMatchObject([
      { callId, answeredAt: null },
      { status: "Duplicate", httpStatus: 409 },
    ]);
  });

  test("is a person's decision if Microsoft had accepted another quantity", async () => {
    const id = await desk.buy();
    await desk.report(id, "103");
    const at = desk.now();
    await endHour();
    await desk.ctx.marketplace.sendUsage([
      { resourceId: id, planId: "basic", dimension: "storage", quantity: 9, effectiveStartTime: at.toISOString() },
    ]);
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "rejected", problem: "DifferentDuplicate", billable: "3" }]);
    const entries = await desk.db.select().from(activity).where(eq(activity.subscriptionId, id));
    expect(entries.map(({ kind }) => kind)).toContain("usage.rejected");
  });
});

describe("case 52: a backlog", () => {
  test("of 60 hours is sent in batches of 25, 25 and 10, and each item is read alone", async () => {
    const ids = await inParallel(Array.from({ length: 60 }), 6, () => desk.buy({ planId: "basic" }));
    for (const id of ids) await desk.report(id, "101");
    await endHour();
    await desk.control("usage/failures", { times: 3 });
    await desk.control("calls", undefined, "DELETE");
    await desk.work();
    const sizes = (await calls()).map(({ requestBody }) => requestBody.request?.length ?? 1);
    expect(sizes).toEqual([25, 25, 10]);
    const slots = (await Promise.all(ids.map((id) => desk.slotsOf(id)))).flat();
    const times = (await calls()).flatMap(({ requestBody }) => requestBody.request ?? []);
    expect(new Set(times.map((one) => one.effectiveStartTime))).toEqual(
      new Set(slots.map(({ effectiveAt }) => effectiveAt.toISOString())),
    );
    const states = slots.map(({ state }) => state);
    expect(states.filter((state) => state === "accepted")).toHaveLength(57);
    expect(states.filter((state) => state === "waiting")).toHaveLength(3);
    await desk.pass(minuteMs);
    await desk.work();
    const sums = await Promise.all(ids.map((id) => desk.acceptedOf(id)));
    expect(sums.every(({ storage }) => storage === 100)).toBe(true);
  });

  test("is sent item by item if Microsoft refuses a batch as a whole", async () => {
    const ids = [await desk.buy(), await desk.buy()];
    for (const id of ids) await desk.report(id, "101");
    await endHour();
    await fault("POST /api/batchUsageEvent", { status: 400, body: { code: "BadArgument", message: "no" }, times: 1 });
    await desk.work();
    for (const id of ids) expect(await desk.acceptedOf(id)).toEqual({ storage: 100 });
  });

  test("is sent without the item for which Microsoft fails, long before the end of the 24 hours", async () => {
    const ids = await inParallel(Array.from({ length: 12 }), 6, () => desk.buy());
    for (const id of ids) await desk.report(id, "101");
    await endHour();
    const { marketplace } = desk.ctx;
    const failing: typeof marketplace = {
      ...marketplace,
      sendUsage: (items, options) => {
        if (items.every(({ resourceId }) => resourceId !== ids[5])) return marketplace.sendUsage(items, options);
        throw new MarketplaceError("Microsoft had an internal error.", { ...noFacts, status: 500, isTransient: true });
      },
    };
    for (let minute = 0; minute < 90; minute += 1) {
      await desk.work({ ...desk.ctx, marketplace: failing });
      await desk.pass(minuteMs);
    }
    const states = (await Promise.all(ids.map((id) => desk.slotsOf(id)))).flat().map(({ state }) => state);
    expect(states).toEqual(ids.map((id) => (id === ids[5] ? "waiting" : "accepted")));
    await desk.pass(15 * minuteMs);
    await desk.work();
    expect(await desk.acceptedOf(ids[5] ?? "")).toEqual({ storage: 100 });
  });

  test("is sent by two instances without sending any hour twice", async () => {
    const ids = await inParallel(Array.from({ length: 80 }), 6, () => desk.buy());
    for (const id of ids) await desk.report(id, "101");
    await endHour();
    await desk.control("calls", undefined, "DELETE");
    await fault(anyUsage, { delayMs: 30 });
    await Promise.all([desk.work(), desk.work(), desk.work()]);
    const sent = (await calls()).flatMap(({ requestBody }) => requestBody.request ?? [requestBody]);
    expect(sent).toHaveLength(80);
    const sums = await Promise.all(ids.map((id) => desk.acceptedOf(id)));
    expect(sums.every(({ storage }) => storage === 100)).toBe(true);
  });

  test.each([
    ["HTML of a proxy", 400, "<html><body>Bad request</body></html>"],
    ["an API version that is unknown for a while", 400, { code: "UnsupportedApiVersion", message: "Unknown version." }],
    ["a conflict that names no usage", 409, "<html><body>Conflict</body></html>"],
  ])("that is answered with %s is tried again, alone and in batches", async (_, status, body) => {
    const ids = [await desk.buy(), await desk.buy()];
    for (const id of ids) await desk.report(id, "101");
    await endHour();
    await fault(anyUsage, { status, body });
    await desk.work();
    const states = async () => (await Promise.all(ids.map((id) => desk.slotsOf(id)))).flat();
    expect(await states()).toMatchObject([{ state: "waiting" }, { state: "waiting" }]);
    await desk.control("faults", undefined, "DELETE");
    await desk.pass(minuteMs);
    await desk.work();
    expect(await states()).toMatchObject([{ state: "accepted" }, { state: "accepted" }]);
  });

  test("that Microsoft refuses permanently is not tried again", async () => {
    const id = await desk.buy();
    await desk.report(id, "101");
    await endHour();
    await fault(anyUsage, { status: 400, body: { code: "BadArgument", message: "no" }, times: 1 });
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "rejected", problem: "BadArgument", attempts: 1 }]);
    await desk.pass(hourMs);
    await desk.work();
    expect((await desk.slotsOf(id))[0]?.attempts).toBe(1);
  });
});

describe("case 53: without an active subscription", () => {
  /** As one instance records a status that it found; the id of the entry can be of another moment. */
  async function turn(
    id: string,
    status: SubscriptionStatus,
    others: { id?: string; operationId?: string } = {},
  ): Promise<Date> {
    const [row] = await desk.db.select().from(subscriptions).where(eq(subscriptions.id, id));
    if (!row) throw new Error("no subscription");
    const at = desk.now();
    const entries = changesBetween(row, { ...row, status }).map((change) => ({
      ...change,
      subscriptionId: id,
      ...others,
    }));
    await record(desk.db, desk.ctx.actor, at, entries);
    await desk.db.update(subscriptions).set({ status, statusSince: at }).where(eq(subscriptions.id, id));
    await desk.pass(minuteMs);
    return at;
  }

  test("nothing is sent while it is suspended, and everything after the reinstatement", async () => {
    const id = await desk.buy();
    await desk.report(id, "101");
    await desk.act(id, "suspend", {}, "Suspended");
    await endHour();
    await desk.work();
    expect((await desk.slotsOf(id))[0]).toMatchObject({ state: "collecting", problem: "Suspended" });
    await desk.act(id, "reinstate", {}, "Subscribed");
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 100 });
  });

  describe("usage that is sent while Microsoft has suspended the subscription and our copy has not", () => {
    const actAtMicrosoft = async (id: string, action: string) => {
      await desk.control(`subscriptions/${id}/${action}`, { deliver: false });
      // Microsoft accepts a reinstatement that is not answered within ten seconds.
      await desk.pass(11_000);
    };
    const sent = async () => {
      const id = await desk.buy();
      await desk.report(id, "101");
      await endHour();
      await actAtMicrosoft(id, "suspend");
      await desk.work();
      const [slot] = await desk.slotsOf(id);
      expect(slot).toMatchObject({ state: "waiting", problem: "Error" });
      return { id, submissions: () => desk.submissionsOf(slot?.id ?? "") };
    };

    test("is billed after a reinstatement of which our copy never learns", async () => {
      const { id } = await sent();
      await actAtMicrosoft(id, "reinstate");
      await desk.work();
      expect(await desk.acceptedOf(id)).toEqual({ storage: 100 });
    });

    test("waits while Microsoft does not say whether it is suspended, and is asked about once for each call", async () => {
      const id = await desk.buy();
      await desk.report(id, "101");
      await desk.pass(hourMs);
      await desk.report(id, "7");
      await endHour();
      const reads = async () =>
        (await desk.control<{ calls: { method: string; path: string }[] }>("calls")).calls.filter(
          ({ method, path }) => method === "GET" && path.endsWith(`/subscriptions/${id}`),
        ).length;
      await actAtMicrosoft(id, "suspend");
      const before = await reads();
      await desk.work();
      expect((await reads()) - before).toBe(1);
      await fault(`GET /api/saas/subscriptions/${id}`, { status: 503 });
      await desk.pass(hourMs);
      await desk.work();
      expect(await desk.slotsOf(id)).toMatchObject([
        { state: "waiting", attempts: 2 },
        { state: "waiting", attempts: 2 },
      ]);
    });

    test("waits once our copy knows, and is billed after the reinstatement", async () => {
      const { id, submissions } = await sent();
      await desk.copy(id);
      await desk.pass(hourMs);
      await desk.work();
      expect(await submissions()).toHaveLength(1);
      await desk.act(id, "reinstate", {}, "Subscribed");
      await desk.work();
      expect(await desk.acceptedOf(id)).toEqual({ storage: 100 });
    });

    test("waits in a batch, and the rest of the batch is accepted", async () => {
      const [id, other] = [await desk.buy(), await desk.buy()];
      for (const each of [id, other]) await desk.report(each, "101");
      await endHour();
      await actAtMicrosoft(id, "suspend");
      await desk.work();
      expect(await desk.acceptedOf(other)).toEqual({ storage: 100 });
      const [slot] = await desk.slotsOf(id);
      expect(slot).toMatchObject({ state: "waiting" });
      expect(await desk.submissionsOf(slot?.id ?? "")).toMatchObject([{ status: "ResourceNotActive" }]);
    });
  });

  test("usage from the time of a suspension is refused, also if it is reported after the reinstatement or the end", async () => {
    const id = await desk.buy();
    const outcomes = async (times: Date[]) => {
      const reports = [];
      for (const occurredAt of times) reports.push(await desk.report(id, "1", { occurredAt }));
      return reports.map(({ outcome }) =>
        outcome && "detail" in outcome && /suspended at that time|is suspended/.test(outcome.detail)
          ? "was suspended"
          : outcome?.status,
      );
    };
    const before = desk.now();
    await desk.pass(minuteMs);
    await desk.act(id, "suspend", {}, "Suspended");
    const suspendedAt = desk.now();
    await desk.pass(hourMs);
    const during = desk.now();
    await desk.act(id, "reinstate", {}, "Subscribed");
    await desk.pass(minuteMs);
    const between = desk.now();
    expect(await outcomes([before, suspendedAt, during, between])).toEqual([
      "stored",
      "was suspended",
      "was suspended",
      "stored",
    ]);
    await desk.act(id, "suspend", {}, "Suspended");
    const again = desk.now();
    await desk.pass(hourMs);
    await desk.act(id, "unsubscribe", {}, "Unsubscribed");
    expect(await outcomes([before, during, between, again])).toEqual([
      "stored",
      "was suspended",
      "stored",
      "was suspended",
    ]);
  });

  describe("a suspension ends", () => {
    const statusOf = async (id: string, occurredAt: Date) =>
      (await desk.report(id, "1", { occurredAt })).outcome?.status;

    test.each<[string, SubscriptionStatus[]]>([
      ["when Microsoft activates it again after its end", ["Suspended", "Unsubscribed", "Subscribed"]],
      ["when it was pending again", ["Suspended", "PendingFulfillmentStart", "Subscribed"]],
      ["when it was suspended twice", ["Suspended", "Subscribed", "Suspended", "Unsubscribed", "Subscribed"]],
    ])("%s", async (_, statuses) => {
      const id = await desk.buy();
      await desk.pass(minuteMs);
      const times: Date[] = [];
      for (const status of statuses) times.push(await turn(id, status));
      expect(await statusOf(id, times[0] as Date)).toBe("refused");
      expect(await statusOf(id, times.at(-1) as Date)).toBe("stored");
      expect(await statusOf(id, desk.now())).toBe("stored");
    });

    test("when another instance, whose ids are behind, records it", async () => {
      const id = await desk.buy();
      await desk.pass(minuteMs);
      const [earlier, later] = [newId(desk.now()), newId(desk.now())];
      const suspendedAt = await turn(id, "Suspended", { id: later });
      const reinstatedAt = await turn(id, "Subscribed", { id: earlier });
      expect(await statusOf(id, suspendedAt)).toBe("refused");
      expect(await statusOf(id, reinstatedAt)).toBe("stored");
    });
  });

  describe("usage between Microsoft's reinstatement and its webhook", () => {
    /** A suspension of one hour. @param minutes how long before its webhook Microsoft says that the reinstatement took place; null: it does not say */
    async function reinstatedLate(minutes: number | null, outcome: OperationOutcome = "succeeded") {
      const id = await desk.buy();
      await desk.pass(minuteMs);
      await desk.act(id, "suspend", {}, "Suspended");
      await desk.pass(hourMs);
      const early = await desk.report(id, "7", { occurredAt: desk.now() });
      await desk.pass(10 * minuteMs);
      const seenAt = desk.now();
      const operationId = newId(seenAt);
      await desk.db.insert(operations).values({
        id: operationId,
        subscriptionId: id,
        action: "Reinstate",
        source: "Azure",
        stage: "settled",
        outcome,
        actorKind: "marketplace",
        actorName: "Microsoft",
        occurredAt: minutes === null ? null : new Date(seenAt.getTime() - minutes * minuteMs),
        createdAt: seenAt,
        updatedAt: seenAt,
        settledAt: seenAt,
      });
      await turn(id, "Subscribed", { operationId });
      const statusAt = async (minutesBefore: number, eventId?: string) => {
        const occurredAt = new Date(seenAt.getTime() - minutesBefore * minuteMs);
        return (await desk.report(id, "7", { occurredAt, ...(eventId && { eventId }) })).outcome?.status;
      };
      return { early, statusAt };
    }

    test("is refused with the advice to report it again, and then stored", async () => {
      const { early, statusAt } = await reinstatedLate(15);
      expect(early.outcome).toMatchObject({
        status: "refused",
        detail: expect.stringMatching(/report the usage again/),
      });
      expect(await statusAt(10, early.event.eventId)).toBe("stored");
      expect(await statusAt(16)).toBe("refused");
    });

    test.each<[string, number | null, OperationOutcome?]>([
      ["without Microsoft's time", null],
      ["with a time before the suspension", 3 * 60],
      ["with a time after the webhook", -5],
      ["if Microsoft did not reinstate it then", 15, "failed"],
    ])("is judged by the webhook's arrival %s", async (_, minutes, outcome) => {
      const { statusAt } = await reinstatedLate(minutes, outcome);
      expect(await statusAt(1)).toBe("refused");
      expect(await statusAt(-0.5)).toBe("stored");
    });
  });

  test("usage is lost if the suspension lasts longer than Microsoft's 24 hours", async () => {
    const id = await desk.buy();
    await desk.report(id, "104");
    await desk.act(id, "suspend", {}, "Suspended");
    await desk.pass(24 * hourMs);
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "lost", billable: "4", problem: "Suspended" }]);
  });

  test("usage from before the end is sent after the grace, with what is reported until then", async () => {
    const id = await desk.buy();
    await desk.report(id, "105");
    const beforeTheEnd = desk.now();
    await desk.pass(minuteMs);
    await desk.act(id, "unsubscribe", {}, "Unsubscribed");
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({});
    await desk.report(id, "2", { occurredAt: beforeTheEnd });
    await desk.pass(5 * minuteMs);
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 700 });
  });
});

describe("a cancellation of ours", () => {
  test("sends what is due first, and keeps the open hour for the last usage, which is reported after the end", async () => {
    const id = await desk.buy();
    await desk.report(id, "105");
    await endHour();
    await desk.report(id, "4");
    const beforeTheEnd = desk.now();
    await desk.sendFirst(id, "Unsubscribe");
    expect(await desk.acceptedOf(id)).toEqual({ storage: 500 });
    await desk.act(id, "unsubscribe", {}, "Unsubscribed");
    await desk.pass(minuteMs);
    await desk.report(id, "2", { occurredAt: beforeTheEnd });
    await desk.pass(5 * minuteMs);
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 1_100 });
  });
});

describe("a change of plan", () => {
  test("of ours waits until the usage of the former plan is sent", async () => {
    const id = await desk.buy();
    await desk.report(id, "106");
    await desk.sendFirst(id);
    expect(await desk.acceptedOf(id)).toEqual({ storage: 600 });
  });

  test("of ours does not wait longer than a few seconds for other sealing", async () => {
    const id = await desk.buy();
    await desk.report(id, "106");
    await desk.db.transaction(async (tx) => {
      await lockLedger(tx);
      // Without a bound, it would wait for this transaction, and this one for it.
      await desk.sendFirst(id);
    });
    await desk.sendFirst(id);
    expect(await desk.acceptedOf(id)).toEqual({ storage: 600 });
  });

  test("of the customer seals the former plan's hour, and the new plan's usage goes to the next one", async () => {
    const id = await desk.buy();
    await desk.report(id, "107");
    await desk.pass(minuteMs);
    await desk.act(id, "change-plan", { planId: "plus" }, "Subscribed");
    // Microsoft accepts the change when no one answers within ten seconds.
    await desk.pass(11_000);
    await eventually(async () => (await desk.ctx.marketplace.getSubscription(id)).planId === "plus");
    await desk.copy(id);
    await desk.report(id, "1008");
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 700 });
    await desk.pass(2 * hourMs + 6 * minuteMs);
    await desk.work();
    expect((await desk.slotsOf(id)).map(({ planId, accepted }) => [planId, accepted])).toEqual([
      ["basic", "7"],
      ["plus", "8"],
    ]);
  });
});

describe("the last hour of a term", () => {
  const dayMs = 24 * hourMs;
  const dayAfter = (days: number) => utcDayOf(new Date(desk.now().getTime() + days * dayMs));

  /** What Microsoft says of the term, as settling records it. */
  async function setTerm(id: string, term: { termStartsOn: string; termEndsOn: string; termUnit: string }) {
    const [former] = await desk.db.select().from(subscriptions).where(eq(subscriptions.id, id));
    if (!former) throw new Error("no such subscription");
    const changes = changesBetween(former, { ...former, ...term } as typeof former);
    await record(
      desk.db,
      desk.ctx.actor,
      desk.now(),
      changes.map((change) => ({ ...change, subscriptionId: id })),
    );
    await desk.db
      .update(subscriptions)
      .set(term as Partial<typeof former>)
      .where(eq(subscriptions.id, id));
  }

  test("is billed beyond what its plan included, if the customer changes to a plan with a longer term", async () => {
    const id = await desk.buy();
    await desk.report(id, "107");
    await desk.pass(minuteMs);
    await changePlan(id, "plus-annual");
    expect(await desk.slotsOf(id)).toMatchObject([{ planId: "basic", state: "accepted", accepted: "7" }]);
    const usage = await usageOfTerm(desk.db, id, null, desk.now());
    expect(
      usage?.dimensions.find(({ planId, dimension }) => planId === "basic" && dimension === "storage"),
    ).toMatchObject({
      included: "100",
      billed: "7",
    });
  });

  test("is not included again if the change of the plan begins a new term", async () => {
    const id = await desk.buy();
    await desk.report(id, "107");
    await endHour();
    await desk.work();
    await desk.pass(5 * dayMs);
    await desk.report(id, "5");
    await desk.pass(minuteMs);
    await desk.act(id, "change-plan", { planId: "plus" }, "Subscribed");
    await desk.pass(11_000);
    await eventually(async () => (await desk.ctx.marketplace.getSubscription(id)).planId === "plus");
    await desk.copy(id);
    await setTerm(id, { termStartsOn: dayAfter(0), termEndsOn: dayAfter(30), termUnit: "P1M" });
    await desk.work();
    expect((await desk.slotsOf(id)).map(({ accepted }) => accepted)).toEqual(["7", "5"]);
  });

  test("is billed by the term that has ended, if the next one has another length", async () => {
    const id = await desk.buy();
    await setTerm(id, { termStartsOn: dayAfter(-29), termEndsOn: dayAfter(0), termUnit: "P1M" });
    await desk.pass(Date.parse(`${dayAfter(1)}T00:00:00Z`) - desk.now().getTime() - 5 * minuteMs);
    await desk.report(id, "109");
    await desk.pass(6 * minuteMs);
    await setTerm(id, { termStartsOn: dayAfter(0), termEndsOn: dayAfter(364), termUnit: "P1Y" });
    await desk.pass(10 * minuteMs);
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "accepted", accepted: "9", termStartsOn: dayAfter(-30) }]);
  });
});

/** The customer changes to Vault Plus, which includes 1,000 GB of storage. */
const changeToPlus = (id: string) => changePlan(id, "plus");

async function changePlan(id: string, planId: string): Promise<void> {
  await desk.act(id, "change-plan", { planId }, "Subscribed");
  // Microsoft accepts the change when no one answers within ten seconds.
  await desk.pass(11_000);
  await eventually(async () => (await desk.ctx.marketplace.getSubscription(id)).planId === planId);
  await desk.copy(id);
  await desk.pass(minuteMs);
  await desk.work();
}

describe("late usage", () => {
  test("of an hour that was sent is billed in the open hour, with its true time kept", async () => {
    const id = await desk.buy();
    const at = desk.now();
    await desk.report(id, "101");
    await endHour();
    await desk.work();
    await desk.report(id, "2.5", { occurredAt: at });
    await desk.report(id, "1", { occurredAt: at });
    await desk.work();
    await endHour();
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([
      { accepted: "1", quantity: "101", late: "0", moved: "3.5" },
      { accepted: "3.5", quantity: "0", carried: "3.5" },
    ]);
    expect(await desk.acceptedOf(id)).toEqual({ storage: 450 });
  });

  test("of a former plan is billed by that plan in a free hour of it, and by no other plan", async () => {
    const id = await desk.buy();
    const at = desk.now();
    await desk.report(id, "101");
    await endHour();
    await desk.work();
    await changeToPlus(id);
    await desk.report(id, "1002.5", { occurredAt: at });
    await desk.work();
    // The hour of the change went to the former plan, so the usage of the new one is billed in the next.
    await desk.report(id, "1004");
    await endHour();
    await desk.work();
    await endHour();
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([
      { planId: "basic", accepted: "1", moved: "1002.5", late: "0" },
      { planId: "basic", accepted: "1002.5", carried: "1002.5", quantity: "0", moved: "1004" },
      { planId: "plus", accepted: "4", carried: "1004" },
    ]);
    expect(await desk.acceptedOf(id)).toEqual({ storage: 100_750 });
  });

  test("of a former plan without a free hour is never billed by the new plan, and shown with its amount", async () => {
    const id = await desk.buy();
    const at = desk.now();
    await desk.report(id, "101");
    await endHour();
    await desk.report(id, "1");
    await desk.work();
    await changeToPlus(id);
    await desk.report(id, "1002.5", { occurredAt: at });
    await desk.work();
    await endHour();
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([
      { planId: "basic", accepted: "1", moved: "0", late: "0", lost: "1002.5", lostOfFormerPlan: "1002.5" },
      { planId: "basic", accepted: "1" },
    ]);
    expect(await desk.acceptedOf(id)).toEqual({ storage: 200 });
    const entries = await desk.db.select().from(activity).where(eq(activity.subscriptionId, id));
    expect(entries.filter(({ kind }) => kind === "usage.lost")).toMatchObject([
      { after: { dimension: "storage", quantity: "1002.5", planId: "basic" } },
    ]);
  });

  test("of an hour without other usage is sent in its own hour", async () => {
    const id = await desk.buy();
    const occurredAt = new Date(desk.now().getTime() - 20 * hourMs);
    await desk.report(id, "101", { occurredAt });
    await desk.pass(2 * minuteMs);
    await desk.work();
    const [event] = (await desk.accepted()).filter((one) => one.resourceId === id);
    expect(event?.hour).toBe(Math.floor(occurredAt.getTime() / hourMs) * hourMs);
  });

  test("shortly before the end of the 24 hours is sent immediately", async () => {
    const id = await desk.buy();
    await desk.report(id, "101", { occurredAt: new Date(desk.now().getTime() - 24 * hourMs + 2 * minuteMs) });
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 100 });
  });

  test("older than 24 hours is never sent, and shown with its amount", async () => {
    const id = await desk.buy();
    const { outcome } = await desk.report(id, "101", { occurredAt: new Date(desk.now().getTime() - 25 * hourMs) });
    expect(outcome?.status).toBe("lost");
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "lost", lost: "101" }]);
    expect(await desk.acceptedOf(id)).toEqual({});
  });
});

describe("while Microsoft fails", () => {
  test.each([
    ["500", { status: 500 }],
    ["429", { status: 429 }],
    ["no answer", { cut: "before" }],
  ])(
    "for 20 hours with %s, nothing is lost or sent twice",
    async (_, how) => {
      const id = await desk.buy();
      await fault(anyUsage, how);
      for (let hour = 0; hour < 3; hour += 1) {
        await desk.report(id, hour === 0 ? "110" : "10");
        await endHour();
        await desk.work();
      }
      await desk.pass(17 * hourMs);
      await desk.work();
      await desk.control("faults", undefined, "DELETE");
      await desk.pass(10 * minuteMs);
      await desk.work();
      expect(await desk.acceptedOf(id)).toEqual({ storage: 3_000 });
    },
    30_000,
  );

  test("for longer than 24 hours, usage is lost with its amount, and nothing older is sent", async () => {
    const id = await desk.buy();
    await desk.report(id, "110");
    await fault(anyUsage, { status: 503 });
    await endHour();
    await desk.work();
    await desk.pass(24 * hourMs);
    await desk.control("faults", undefined, "DELETE");
    await desk.control("calls", undefined, "DELETE");
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "lost", billable: "10" }]);
    expect(await calls()).toEqual([]);
    const entries = await desk.db.select().from(activity).where(eq(activity.subscriptionId, id));
    expect(entries.map(({ kind }) => kind)).toContain("usage.lost");
  });
});

describe("unusual usage", () => {
  test("is held before it is sent, and only with a baseline to compare it with", async () => {
    const id = await desk.buy();
    await desk.report(id, "4000");
    await endHour();
    await desk.work();
    expect((await desk.slotsOf(id))[0]?.state).toBe("accepted");
    const other = await desk.buy();
    for (let hour = 1; hour <= 24; hour += 1) {
      // Within Microsoft's window: the last hours of a day.
      await desk.report(other, "1", { occurredAt: new Date(desk.now().getTime() - (hour - 0.5) * hourMs) });
    }
    await endHour();
    await desk.work();
    await desk.report(other, "130");
    await endHour();
    await desk.work();
    expect((await desk.slotsOf(other)).at(-1)).toMatchObject({ state: "held", problem: "Unusual" });
    await desk.pass(24 * hourMs);
    await desk.work();
    expect((await desk.slotsOf(other)).at(-1)).toMatchObject({ state: "lost", problem: "Unusual" });
  });
});

describe("I12: what Microsoft accepts is the usage beyond what is included", () => {
  test.each([1, 2, 3])(
    "through faults, repeats and late reports, seed %i",
    async (seed) => {
      const random = createRandom(seed);
      const ids = [await desk.buy(), await desk.buy({ planId: "plus" }), await desk.buy()];
      const began = desk.now().getTime();
      const dimensions = ["storage", "restores"] as const;
      const reported = new Map<string, number>();
      const events: ReportedUsage[] = [];
      const faults: [object, ...object[]] = [
        { status: 500 },
        { status: 500, effect: true },
        { status: 429, headers: { "retry-after": "1" } },
        { cut: "before" },
        { cut: "after" },
      ];
      for (let round = 0; round < 12; round += 1) {
        for (let count = random.between(1, 8); count > 0; count -= 1) {
          const [id, dimension] = [ids[random.between(0, 2)] ?? "", random.pick(dimensions)];
          const lateMs = Math.min(random.between(0, 6 * 60) * minuteMs, desk.now().getTime() - began);
          const quantity = `${random.between(0, 400)}.${String(random.between(1, 99_999)).padStart(5, "0")}`;
          const occurredAt = new Date(desk.now().getTime() - lateMs);
          const { event, outcome } = await desk.report(id, quantity, { dimension, occurredAt });
          expect(outcome?.status).toBe("stored");
          events.push(event);
          const key = `${id} ${dimension}`;
          reported.set(key, (reported.get(key) ?? 0) + Math.round(Number(quantity) * 100_000));
        }
        await desk.repeat(events.slice(-5));
        if (random.between(0, 2) > 0) await fault(anyUsage, { ...random.pick(faults), times: random.between(1, 3) });
        if (random.between(0, 3) === 0) await desk.control("usage/failures", { times: random.between(1, 4) });
        await desk.pass(random.between(5, 90) * minuteMs);
        await Promise.all([desk.work(), desk.work()]);
      }
      await desk.control("faults", undefined, "DELETE");
      await desk.control("usage/failures", { times: 0 });
      for (let settling = 0; settling < 4; settling += 1) {
        await desk.pass(70 * minuteMs);
        await desk.work();
      }
      const included: Record<string, number> = { storage: 100, restores: 2 };
      const expected = ids.map((id, index) =>
        Object.fromEntries(
          ["storage", "restores"].flatMap((dimension) => {
            const isPlus = index === 1;
            const free = (included[dimension] ?? 0) * (isPlus ? (dimension === "storage" ? 10 : 5) : 1);
            const excess = Math.floor(((reported.get(`${id} ${dimension}`) ?? 0) - free * 100_000) / 1_000);
            return excess > 0 ? [[dimension, excess]] : [];
          }),
        ),
      );
      const slots = (await Promise.all(ids.map((id) => desk.slotsOf(id)))).flat();
      expect(await Promise.all(ids.map((id) => desk.acceptedOf(id)))).toEqual(expected);
      expect(new Set(slots.map(({ state }) => state))).toEqual(new Set(["accepted", "included"]));
    },
    60_000,
  );
});
