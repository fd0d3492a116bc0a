/** Usage that staff report, and the proof of an hour's bill. */
import { randomUUID } from "node:crypto";
import { desc, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkUsageFile, enterUsage, uploadUsageFile } from "../../server/commands/usage/report-by-staff.ts";
import type { Context } from "../../server/context.ts";
import { listPlans } from "../../server/commands/subscriptions/available-plans.ts";
import { setIncluded } from "../../server/commands/usage/set-usage-settings.ts";
import { listOfferPlans } from "../../server/database/queries/offer-plans.ts";
import { usageProof } from "../../server/database/queries/usage-proof.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { usageEvents } from "../../server/database/schema/usage.ts";
import { hourMs, type MeteringDesk, startMeteringDesk } from "../support/metering.ts";

let desk: MeteringDesk;
let operator: Context;
beforeAll(async () => {
  desk = await startMeteringDesk();
  operator = { ...desk.ctx, actor: { kind: "staff", id: "tenant:operator", name: "Test operator", role: "operator" } };
});
afterAll(() => desk?.stop());

const reason = "The product was down";
const endHour = () => desk.pass(hourMs + 6 * 60_000);
const now = () => desk.now().toISOString();
const statusesOf = (lines: { status: string }[]) => lines.map(({ status }) => status);
const lastEntry = async (kind: "usage.uploaded" | "usage.entered") =>
  (await desk.db.select().from(activity).where(eq(activity.kind, kind)).orderBy(desc(activity.id)).limit(1))[0];

describe("a file of usage", () => {
  test("is checked without storing anything, and stored with the same results", async () => {
    const id = await desk.buy();
    const { event } = await desk.report(id, "3");
    const [first, second] = [randomUUID(), randomUUID()];
    const text = [
      "\uFEFFTime;id;subscriptionId;dimension;quantity",
      `${now()};${first};${id};storage;110.5`,
      `${now()};${second};${id};storage;"0.25"`,
      `${now()};${second};${id};storage;0.25`,
      "",
      `${now()};${event.eventId};${id};storage;99`,
      `${now()};${randomUUID()};${id};unknown;1`,
      `${now()};${randomUUID()};${id};storage;1,5`,
      `yesterday;${randomUUID()};${id};storage;1`,
    ].join("\r\n");
    const expected = ["stored", "stored", "repeated", "conflict", "refused", "refused", "refused"];
    const checked = await checkUsageFile(operator, text);
    expect(statusesOf(checked)).toEqual(expected);
    expect(checked.map(({ line }) => line)).toEqual([2, 3, 4, 6, 7, 8, 9]);
    expect(checked.slice(4).map(({ detail }) => detail)).toEqual([
      'The plan "basic" has no such dimension. Its dimensions are restores, storage.',
      expect.stringContaining("quantity must be a decimal number"),
      expect.stringContaining("time must be an instant"),
    ]);
    expect((await desk.slotsOf(id))[0]?.quantity).toBe("3");

    expect(statusesOf(await uploadUsageFile(operator, { text, reason }))).toEqual(expected);
    expect((await desk.slotsOf(id))[0]?.quantity).toBe("113.75");
    expect(await desk.db.select().from(usageEvents).where(eq(usageEvents.eventId, first))).toMatchObject([
      { source: "file", reason, actorName: "Test operator", quantity: "110.5" },
    ]);
    expect(await lastEntry("usage.uploaded")).toMatchObject({ reason, after: { lines: 7, stored: 2 } });

    // The same file again counts nothing.
    expect(statusesOf(await uploadUsageFile(operator, { text, reason })).slice(0, 2)).toEqual(["repeated", "repeated"]);
    expect((await desk.slotsOf(id))[0]?.quantity).toBe("113.75");
  });

  test.each([";", "\t"])(
    "with cells separated by %j is not misread where its quantity could be thousands",
    async (sign) => {
      const id = await desk.buy();
      const quantities = ["10.000", "1.234", "0.125", "10.0000", "10000"];
      const lines = ["id,subscriptionId,dimension,quantity,time"].concat(
        quantities.map((quantity) => `${randomUUID()},${id},storage,${quantity},${now()}`),
      );
      const inCommas = await checkUsageFile(operator, lines.join("\n"));
      expect(statusesOf(inCommas)).toEqual(quantities.map(() => "stored"));
      const checked = await checkUsageFile(operator, lines.join("\n").replaceAll(",", sign));
      expect(statusesOf(checked)).toEqual(["refused", "refused", "stored", "stored", "stored"]);
      expect(checked[0]).toMatchObject({
        line: 2,
        quantity: "10.000",
        detail: "The quantity 10.000 can be read in two ways. Write 10000, or 10.0000 with a decimal point.",
      });
    },
  );

  test.each([
    ["id,amount\n1,2", 'The first line has a column "amount"'],
    ["id,subscriptionId,dimension,quantity,time\n", "no events below its first line"],
    ['id,dimension\n"1,storage\n', "not valid CSV"],
    ["id,dimension,quantity\n1,storage,1,234.5\n", "Line 2 has more cells than the first line"],
    ["id,quantity,ID\n1,2,3\n", 'The first line has the column "id" twice'],
    [`id,quantity\n${"1,2\n".repeat(1_001)}`, "more than 1000 events"],
  ])("is refused as a whole: %j", async (text, message) => {
    await expect(async () => checkUsageFile(operator, text)).rejects.toThrow(message);
  });

  test("refuses lines with text that cannot be stored, and lines without fields", async () => {
    const id = await desk.buy();
    const lines = await checkUsageFile(
      operator,
      `id,subscriptionId,dimension,quantity,time\na\u0000b,${id},storage,1,${now()}\nonly-an-id\n`,
    );
    expect(statusesOf(lines)).toEqual(["refused", "refused"]);
  });
});

describe("usage that staff enter", () => {
  const entry = (subscriptionId: string, others: object = {}) => ({
    id: `staff ${randomUUID()}`,
    subscriptionId,
    dimension: "storage",
    quantity: "12.5",
    time: now(),
    reason,
    ...others,
  });

  test("counts once, and is in the audit trail with its reason", async () => {
    const id = await desk.buy();
    const given = entry(id);
    await enterUsage(operator, given);
    await enterUsage(operator, given);
    expect((await desk.slotsOf(id))[0]?.quantity).toBe("12.5");
    expect(await lastEntry("usage.entered")).toMatchObject({
      subscriptionId: id,
      reason,
      after: { dimension: "storage", quantity: "12.5" },
    });
  });

  test("is refused after Microsoft's 24 hours, also a second time, and nothing is stored", async () => {
    const id = await desk.buy();
    const given = entry(id, { time: new Date(desk.now().getTime() - 25 * hourMs).toISOString() });
    await expect(enterUsage(operator, given)).rejects.toThrow("they have passed");
    await expect(enterUsage(operator, given)).rejects.toThrow("they have passed");
    expect(await desk.slotsOf(id)).toEqual([]);
  });

  test("is refused with the words of the product API", async () => {
    const id = await desk.buy();
    await expect(enterUsage(operator, entry(id, { dimension: "unknown" }))).rejects.toThrow("no such dimension");
    await expect(enterUsage(operator, entry("no one"))).rejects.toThrow("There is no subscription with this ID.");
    expect(await desk.slotsOf(id)).toEqual([]);
  });
});

test("the proof of an hour has its events, calls, acceptance and day", async () => {
  const id = await desk.buy();
  await desk.report(id, "100.5");
  await enterUsage(operator, {
    id: `staff ${randomUUID()}`,
    subscriptionId: id,
    dimension: "storage",
    quantity: "20",
    time: now(),
    reason,
  });
  await endHour();
  await desk.control("faults", { target: "POST ^/api/(batchUsageEvent|usageEvent)$", status: 500, times: 4 });
  await desk.work();
  await desk.control("faults", undefined, "DELETE");
  await desk.pass(10 * 60_000);
  await desk.work();
  const [slot] = await desk.slotsOf(id);
  // Late usage of that hour is billed in the open one.
  await desk.report(id, "7", { occurredAt: slot?.effectiveAt ?? new Date(0) });
  await desk.work();
  const proof = await usageProof(desk.db, slot?.id ?? "");
  expect(proof).toMatchObject({
    hour: { state: "accepted", usage: "120.5", billable: "20.5", accepted: "20.5", moved: "7" },
    account: { used: "120.5", billed: "20.5", included: "100" },
    events: [
      { quantity: "100.5", source: "product" },
      { quantity: "20", source: "staff", by: "Test operator", reason },
      { quantity: "7", source: "product" },
    ],
    carriedTo: [{ quantity: "7" }],
    carriedFrom: [],
    day: null,
  });
  expect(proof?.hour.term?.startsOn).toBeDefined();
  expect(proof?.calls.at(-1)).toMatchObject({ status: "Accepted", quantity: "20.5", httpStatus: 200 });
  expect(proof?.calls.at(-1)?.usageEventId).toBe(proof?.hour.usageEventId);
  expect(proof?.calls[0]).toMatchObject({ httpStatus: 500 });
  const carried = await usageProof(desk.db, proof?.carriedTo[0]?.hourId ?? "");
  expect(carried).toMatchObject({ events: [], carriedFrom: [{ hourId: slot?.id, quantity: "7" }] });
  expect(await usageProof(desk.db, randomUUID())).toBeNull();
});

describe("a plan", () => {
  test("has its price, limits, subscriptions and dimensions with all that admins have entered", async () => {
    const id = await desk.buy({ planId: "plus" });
    await listPlans(desk.ctx, { subscriptionId: id, offerId: "vault", planId: "plus", termUnit: "P1M" });
    const admin: Context = {
      ...operator,
      actor: { kind: "staff", id: "tenant:admin", name: "Test admin", role: "admin" },
    };
    const entry = { offerId: "vault", planId: "plus", dimension: "storage", termUnit: "P1M" };
    await setIncluded(admin, { ...entry, included: "1500", seenVersion: 0, reason: "As agreed" });
    await setIncluded(admin, { ...entry, included: "1600", seenVersion: 1, reason: "As agreed again" });

    const plans = await listOfferPlans(desk.db);
    const plan = plans.find(({ offerId, planId }) => offerId === "vault" && planId === "plus");
    expect(plan).toMatchObject({
      listed: { isPerSeat: false, minSeats: null, maxSeats: null, isPrivate: false },
      counts: [{ status: "Subscribed", subscriptions: 1 }],
      prices: [{ termUnit: "P1M", from: { amount: "299", currency: "USD" }, to: { amount: "299" }, subscriptions: 1 }],
    });
    expect(plan?.dimensions.find(({ dimension }) => dimension === "storage")).toMatchObject({
      unit: "GB",
      pricePerUnit: "0.12",
      included: [{ termUnit: "P1M", quantity: "1600", isByAdmin: true }],
      versions: [
        { version: 2, included: { P1M: "1600" }, byName: "Test admin", reason: "As agreed again" },
        { version: 1, included: { P1M: "1500" }, reason: "As agreed" },
      ],
    });
    // Plans without subscriptions are listed, too.
    expect(plans.find(({ planId }) => planId === "plus-annual")).toMatchObject({ counts: [], prices: [] });
  });
});
