/** What staff decide about metered usage. */
import { randomUUID } from "node:crypto";
import { desc, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decideUsage } from "../../server/commands/usage/decide-usage.ts";
import { sealUsage } from "../../server/commands/usage/seal-usage.ts";
import { setIncluded, setUsageSettings } from "../../server/commands/usage/usage-policies.ts";
import { usageOfTerm } from "../../server/database/queries/usage-terms.ts";
import { listUsage, usageStatus } from "../../server/database/queries/usage-slots.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { usageEvents } from "../../server/database/schema/usage.ts";
import { hasUsageWork } from "../../server/database/writes/usage-sending.ts";
import type { Context } from "../../server/context.ts";
import { quantityOf } from "../../server/domain/usage/quantity.ts";
import type { UsageDecision } from "../../shared/usage-inputs.ts";
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
const decide = (id: string, decision: UsageDecision, quantity = "") =>
  decideUsage(staff, { id, decision, quantity, reason });

/** Usage of 150 GB that is held: 50 exceed what the plan includes. */
async function unusualUsage() {
  const id = await desk.buy();
  await desk.report(id, "150");
  await endHour();
  await desk.db.execute(
    `update usage_slots set seal_at = seal_at + interval '9 hours' where subscription_id <> '${id}' and state = 'collecting'`,
  );

  await sealUsage(desk.ctx, id);
  await desk.db.execute(
    `update usage_slots set state = 'held', problem = 'Unusual', due_at = null where subscription_id = '${id}'`,
  );
  const [slot] = await desk.slotsOf(id);
  return { id, slotId: slot?.id ?? "" };
}

describe("usage that is held", () => {
  test("is sent as reported", async () => {
    const { id, slotId } = await unusualUsage();
    await decide(slotId, "send");
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 5_000 });
    const [entry] = await desk.db
      .select()
      .from(activity)
      .where(eq(activity.subscriptionId, id))
      .orderBy(desc(activity.id));
    expect(entry).toMatchObject({ kind: "usage.released", reason, actorName: "Test admin" });
  });

  test("is corrected: the account, the events and the bill have the new quantity", async () => {
    const { id, slotId } = await unusualUsage();
    await decide(slotId, "correct", "120.5");
    await desk.report(id, "10");
    await endHour();
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 3_050 });
    expect((await desk.slotsOf(id))[0]).toMatchObject({ quantity: "120.5", billable: "20.5", accepted: "20.5" });
    const events = await desk.db.select().from(usageEvents).where(eq(usageEvents.subscriptionId, id));
    expect(events.find(({ source }) => source === "correction")).toMatchObject({ quantity: "-29.5", reason });
  });

  test("is not sent if the corrected quantity is included", async () => {
    const { id, slotId } = await unusualUsage();
    await decide(slotId, "correct", "0");
    await desk.work();
    expect(await desk.slotsOf(id)).toMatchObject([{ state: "included", billable: "0", quantity: "0" }]);
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
    await desk.control(`subscriptions/${id}/suspend`, { deliver: false });
    await endHour();
    await desk.work();
    const [slot] = await desk.slotsOf(id);
    expect(slot?.state).toBe("rejected");
    await decide(slot?.id ?? "", "drop");
    await desk.control(`subscriptions/${id}/reinstate`, { deliver: false });
    await desk.pass(11_000);
    await desk.report(id, "7");
    await endHour();
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 700 });
  });

  test("is sent again once its cause is corrected", async () => {
    const id = await desk.buy();
    await desk.report(id, "104");
    await desk.control(`subscriptions/${id}/suspend`, { deliver: false });
    await endHour();
    await desk.work();
    const [slot] = await desk.slotsOf(id);
    expect(slot?.state).toBe("rejected");
    await desk.control(`subscriptions/${id}/reinstate`, { deliver: false });
    await desk.pass(11_000);
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
  await decide(slot?.id ?? "", "correct", "150.5");
  await desk.work();
  expect(await desk.slotsOf(id)).toMatchObject([{ state: "accepted", accepted: "50.5", quantity: "150.5" }]);
  expect(await desk.acceptedOf(id)).toEqual({ storage: 5_050 });
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
