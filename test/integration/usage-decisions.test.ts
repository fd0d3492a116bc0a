/** What staff decide about metered usage. */
import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decideUsage } from "../../server/commands/usage/decide-usage.ts";
import { previewHolds } from "../../server/commands/usage/preview-holds.ts";
import { sealUsage } from "../../server/commands/usage/seal-usage.ts";
import { setIncluded, setUsageSettings } from "../../server/commands/usage/set-usage-settings.ts";
import { usageOfTerm } from "../../server/database/queries/term-usage.ts";
import { listUsage, usageStatus } from "../../server/database/queries/usage-slots.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { usageEvents } from "../../server/database/schema/usage.ts";
import { hasUsageWork } from "../../server/database/writes/usage-sending.ts";
import type { Context } from "../../server/context.ts";
import { quantityOf } from "../../server/domain/usage/quantity.ts";
import type { UsageDecision } from "../../shared/inputs/usage.ts";
import { hourMs, type MeteringDesk, startMeteringDesk } from "../support/metering.ts";

let desk: MeteringDesk;
let staff: Context;
beforeAll(async () => {
  desk = await startMeteringDesk();
  staff = { ...desk.ctx, actor: { kind: "staff", id: "tenant:admin", name: "Test admin", role: "admin" } };
});
afterAll(() => desk?.stop());

const reason = "Asked the customer";
const endHour = () => desk.pass(hourMs + 6 * 60_000);
const refuseNextUsage = () =>
  desk.control("faults", {
    target: "POST ^/api/(batchUsageEvent|usageEvent)$",
    status: 400,
    body: { code: "BadArgument", message: "no" },
    times: 1,
  });
const decide = (id: string, decision: UsageDecision, quantity = "") =>
  decideUsage(staff, { id, decision, quantity, reason });

/** The hour of a new subscription with 150 GB that is held, because it is more than 120: 50 exceed what the plan includes. */
async function unusualUsage() {
  const id = await desk.buy();
  await desk.giveBaseline(id);
  await desk.report(id, "150");
  await endHour();
  await sealUsage(desk.ctx, id);
  const held = (await desk.slotsOf(id)).filter(({ state }) => state === "held");
  expect(held).toMatchObject([{ problem: "Unusual", billable: "50" }]);
  return { id, slotId: held[0]?.id ?? "" };
}

const entriesOf = (id: string, kind: string) =>
  desk.db
    .select()
    .from(activity)
    .where(and(eq(activity.subscriptionId, id), eq(activity.kind, kind)));

const thresholdsOf = async (id: string) =>
  new Set((await entriesOf(id, "usage.threshold_reached")).map(({ after }) => after?.["percent"]));

/** An hour of usage that the plan includes. */
async function useIncluded(id: string, quantity: string) {
  await desk.report(id, quantity);
  await endHour();
  await desk.work();
  expect((await desk.slotsOf(id)).at(-1)).toMatchObject({ state: "included", billable: "0", quantity });
  expect(await desk.acceptedOf(id)).toEqual({});
}

describe("usage that is held", () => {
  test("is sent as reported", async () => {
    const { id, slotId } = await unusualUsage();
    await decide(slotId, "send");
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 5_000 });
    expect(await entriesOf(id, "usage.released")).toMatchObject([{ reason, actorName: "Test admin" }]);
  });

  test("is corrected: the account, the events and the bill have the new quantity", async () => {
    const { id, slotId } = await unusualUsage();
    await decide(slotId, "correct", "120.5");
    await desk.report(id, "10");
    await endHour();
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 3_050 });
    const corrected = (await desk.slotsOf(id)).find((slot) => slot.id === slotId);
    expect(corrected).toMatchObject({ quantity: "120.5", billable: "20.5", accepted: "20.5", isCounted: true });
    const events = await desk.db.select().from(usageEvents).where(eq(usageEvents.subscriptionId, id));
    expect(events.find(({ source }) => source === "correction")).toMatchObject({ quantity: "-29.5", reason });
  });

  test("is not sent if the corrected quantity is included", async () => {
    const { id, slotId } = await unusualUsage();
    await decide(slotId, "correct", "0");
    await desk.work();
    expect((await desk.slotsOf(id)).at(-1)).toMatchObject({ state: "included", billable: "0", quantity: "0" });
    expect(await desk.acceptedOf(id)).toEqual({});
  });

  test("is dropped, and uses up nothing of what the plan includes", async () => {
    const { id, slotId } = await unusualUsage();
    await decide(slotId, "drop");
    await desk.report(id, "107");
    await endHour();
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 700 });
    const usage = await usageOfTerm(desk.db, id, null, desk.now());
    expect(usage?.dimensions.find(({ dimension }) => dimension === "storage")).toMatchObject({
      used: "107",
      billed: "7",
      dropped: "50",
    });
    await expect(decide(slotId, "send")).rejects.toThrow("no longer waits for a decision");
  });

  test("cannot be sent after 24 hours", async () => {
    const { slotId } = await unusualUsage();
    await desk.pass(24 * hourMs);
    await expect(decide(slotId, "send")).rejects.toThrow("24 hours");
  });
});

describe("the preview of what is held", () => {
  const unusualOf = async (id: string, factor: number) =>
    (await previewHolds(desk.db, factor, desk.now())).examples.filter((one) => one.subscriptionId === id);

  test("finds what sealing has held, also after staff decided about it", async () => {
    const held = { dimensionName: "Storage", unit: "GB", usage: "150", highest: "6" };
    for (const decision of [null, "send", "correct", "drop"] as const) {
      const { id, slotId } = await unusualUsage();
      if (decision) await decide(slotId, decision, decision === "correct" ? "7" : "");
      await desk.work();
      expect(await unusualOf(id, 20)).toMatchObject([{ ...held, id: slotId }]);
      // More than 25 times 6.
      expect(await unusualOf(id, 25)).toEqual([]);
    }
  });

  test("counts hours and subscriptions", async () => {
    const before = await previewHolds(desk.db, 20, desk.now());
    await unusualUsage();
    const after = await previewHolds(desk.db, 20, desk.now());
    expect(after).toMatchObject({
      days: 90,
      held: before.held + 1,
      subscriptions: before.subscriptions + 1,
      cut: null,
    });
    expect(after.hours).toBe(before.hours + 25);
    expect(await previewHolds(desk.db, 1_000, desk.now())).toMatchObject({ held: 0, subscriptions: 0, examples: [] });
  });

  test("leaves out what is older than 90 days", async () => {
    const { id } = await unusualUsage();
    await desk.db.execute(sql`update usage_slots set hour = hour - interval '91 days' where subscription_id = ${id}`);
    expect(await unusualOf(id, 20)).toEqual([]);
  });

  test("says how much it has checked if there are too many hours", async () => {
    for (let number = 0; number < 11; number += 1) await unusualUsage();
    const { cut } = await previewHolds(desk.db, 20, desk.now(), 1);
    expect(cut?.checked).toBe(10);
    expect(cut?.of).toBeGreaterThan(10);
  });
});

describe("until staff decide about usage, it uses up nothing of what the plan includes", () => {
  test("neither while it is held, nor after it was not decided in time", async () => {
    const { id, slotId } = await unusualUsage();
    await useIncluded(id, "5");
    await desk.pass(24 * hourMs);
    await desk.work();
    expect((await desk.slotsOf(id)).find((slot) => slot.id === slotId)).toMatchObject({ state: "lost" });
    await useIncluded(id, "6");
    expect(await thresholdsOf(id)).toEqual(new Set());
    const usage = await usageOfTerm(desk.db, id, null, desk.now());
    const storage = usage?.dimensions.find(({ dimension }) => dimension === "storage");
    expect(storage).toMatchObject({ used: "11", billed: "0", lost: "50" });
  });

  test("nor after it is dropped: the product is notified when the plan's quantity is really used", async () => {
    const { id, slotId } = await unusualUsage();
    await decide(slotId, "drop");
    await useIncluded(id, "19");
    await useIncluded(id, "60");
    expect(await thresholdsOf(id)).toEqual(new Set());
    await useIncluded(id, "2");
    expect(await thresholdsOf(id)).toEqual(new Set([80]));
  });

  test("and then counts after the hours that were sealed before the decision, with its thresholds", async () => {
    const { id, slotId } = await unusualUsage();
    await useIncluded(id, "10");
    expect(await thresholdsOf(id)).toEqual(new Set());
    await decide(slotId, "send");
    expect(await thresholdsOf(id)).toEqual(new Set([80, 100]));
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 6_000 });
  });
});

describe("usage that Microsoft rejected", () => {
  test("can adopt the quantity that Microsoft had accepted", async () => {
    const id = await desk.buy();
    await desk.report(id, "103");
    const at = desk.now();
    await endHour();
    await desk.ctx.marketplace.sendUsage([
      { resourceId: id, planId: "basic", dimension: "storage", quantity: 9, effectiveStartTime: at.toISOString() },
    ]);
    await desk.work();
    const [slot] = await desk.slotsOf(id);
    await expect(decide(slot?.id ?? "", "send")).rejects.toThrow("accepts an hour once");
    await expect(decide(slot?.id ?? "", "correct", "1")).rejects.toThrow("cannot be corrected");
    // Microsoft bills its quantity, however late the decision is.
    await desk.pass(30 * hourMs);
    await desk.work();
    expect(await hasUsageWork(desk.db, desk.now())).toEqual({ isSealing: false, isSending: false });
    await decide(slot?.id ?? "", "adopt");
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "accepted", accepted: "9" }]);
  });

  test("is dropped, and still uses up what the plan includes", async () => {
    const id = await desk.buy();
    await desk.report(id, "104");
    await endHour();
    await refuseNextUsage();
    await desk.work();
    const [slot] = await desk.slotsOf(id);
    expect(slot?.state).toBe("rejected");
    await decide(slot?.id ?? "", "drop");
    await desk.report(id, "7");
    await endHour();
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 700 });
  });

  test("is sent again once its cause is corrected", async () => {
    const id = await desk.buy();
    await desk.report(id, "104");
    await endHour();
    await refuseNextUsage();
    await desk.work();
    const [slot] = await desk.slotsOf(id);
    expect(slot?.state).toBe("rejected");
    await decide(slot?.id ?? "", "send");
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 400 });
  });
});

test("usage that is too large to be sent exactly is corrected or dropped", async () => {
  const id = await desk.buy();
  const eventsOf = (count: number) =>
    Array.from({ length: count }, () => ({
      eventId: randomUUID(),
      subject: { subscriptionId: id },
      dimension: "storage",
      quantity: quantityOf("9999999999"),
      occurredAt: desk.now(),
    }));
  await desk.repeat(eventsOf(1_000));
  await desk.repeat(eventsOf(1));
  await endHour();
  await desk.work();
  const [slot] = await desk.slotsOf(id);
  expect(slot).toMatchObject({ state: "rejected", problem: "TooLarge" });
  await expect(decide(slot?.id ?? "", "send")).rejects.toThrow("too large to be sent exactly");
  await useIncluded(id, "1.5");
  expect(await thresholdsOf(id)).toEqual(new Set());
  await decide(slot?.id ?? "", "correct", "150.5");
  await desk.work();
  expect((await desk.slotsOf(id))[0]).toMatchObject({ state: "accepted", accepted: "52", quantity: "150.5" });
  expect(await desk.acceptedOf(id)).toEqual({ storage: 5_200 });
});

describe("what admins set", () => {
  const of = { offerId: "vault", planId: "plus", dimension: "storage", termUnit: "P1M" };

  test("is what a plan includes, in versions, also without a limit", async () => {
    await setIncluded(staff, { ...of, included: "unlimited", seenVersion: 0, reason });
    const id = await desk.buy({ planId: "plus" });
    await desk.report(id, "99999");
    await endHour();
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "included" }]);
    await expect(setIncluded(staff, { ...of, included: "5", seenVersion: 0, reason })).rejects.toThrow(
      "has changed this",
    );
  });

  test("is the time until an hour is sealed", async () => {
    await setUsageSettings(staff, {
      graceMinutes: 30,
      holdFactor: null,
      isShownToPurchasers: false,
      seenVersion: 0,
      reason,
    });
    const id = await desk.buy();
    await desk.report(id, "101");
    await desk.pass(hourMs - (desk.now().getTime() % hourMs) + 20 * 60_000);
    await desk.work();
    expect((await desk.slotsOf(id))[0]?.state).toBe("collecting");
    await desk.pass(30 * 60_000);
    await desk.work();
    expect((await desk.slotsOf(id))[0]?.state).toBe("accepted");
    expect((await usageStatus(desk.db)).settings).toEqual({
      version: 1,
      graceMinutes: 30,
      holdFactor: null,
      isShownToPurchasers: false,
    });
  });

  test("is refused to operators", async () => {
    const operator: Context = { ...staff, actor: { kind: "staff", id: "o", name: "Operator", role: "operator" } };
    await expect(setIncluded(operator, { ...of, included: "5", seenVersion: 1, reason })).rejects.toThrow(
      "Only an admin",
    );
  });
});

test("the list shows all hours, newest first, page by page and by state", async () => {
  const all = await listUsage(desk.db, {}, desk.now());
  const hours = all.rows.map(({ hour }) => hour);
  expect(hours).toEqual(hours.toSorted().toReversed());
  const accepted = await listUsage(desk.db, { state: "accepted" }, desk.now());
  expect(new Set(accepted.rows.map(({ state }) => state))).toEqual(new Set(["accepted"]));
  expect(accepted.rows[0]).toMatchObject({ dimensionName: "Storage", unit: "GB" });
});
