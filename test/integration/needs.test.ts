import { randomUUID } from "node:crypto";
import { and, eq, getTableColumns, sql } from "drizzle-orm";
import { v7 as newId } from "uuid";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { addDays, type Day, utcDayOf } from "../../shared/day.ts";
import type { NeedView } from "../../shared/views/needs.ts";
import { createDatabase } from "../../server/database/connection/database.ts";
import { operations } from "../../server/database/schema/operations.ts";
import { differences } from "../../server/database/schema/reconcile.ts";
import { snoozes } from "../../server/database/schema/snoozes.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";
import { longTimeouts } from "../support/database.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const inDays = (days: number) => new Date(Date.now() + days * dayMs);
const instant = (date: Date) => date.toISOString();
/** Deadlines come from Microsoft's clock, which a test moves to within a moment. */
const aboutMs = 2 * minuteMs;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());
afterEach(async () => {
  await app.control("faults", undefined, "DELETE");
  await app.control("clock", { now: instant(new Date()) });
});

/** The needs a number of days from now. */
const needsIn = (days: number, snoozed?: boolean) =>
  app.as("viewer", { now: () => inDays(days) }).needs.list({ snoozed });

async function needOf(kind: string, subscriptionId: string, days = 0, snoozed?: boolean): Promise<NeedView | null> {
  const { needs } = await needsIn(days, snoozed);
  return needs.find((need) => need.kind === kind && need.subscriptionId === subscriptionId) ?? null;
}

async function compare(): Promise<void> {
  const { runId } = await app.as("operator").reconcile.start();
  await eventually(async () =>
    (await app.as("viewer").reconcile.runs()).find((run) => run.id === runId && run.finishedAt !== null),
  );
}

/** A purchase without activation, made a number of days ago by Microsoft's clock. */
async function buy(daysAgo: number, input: object = {}): Promise<string> {
  await app.control("clock", { now: instant(inDays(-daysAgo)) });
  const { subscriptionId } = await app.control<{ subscriptionId: string }>("purchases", {
    offerId: "insight",
    planId: "team",
    quantity: 5,
    purchaser: "ada",
    ...input,
  });
  await app.control("clock", { now: instant(new Date()) });
  await compare();
  await eventually(() => app.find(subscriptionId));
  return subscriptionId;
}

async function suspend(id: string): Promise<void> {
  await app.control(`subscriptions/${id}/suspend`, {});
  await eventually(async () => (await app.record(id))?.status === "Suspended");
}

async function reinstate(id: string): Promise<void> {
  await app.control(`subscriptions/${id}/reinstate`, {});
  await eventually(async () => (await app.record(id))?.status === "Subscribed");
}

describe("what needs attention", () => {
  test("a purchase lapses 30 days after it was made, and older purchases come first", async () => {
    const [late, early] = [await buy(1), await buy(28)];
    const { needs } = await needsIn(0);
    const order = needs.map(({ subscriptionId }) => subscriptionId);
    expect(order.indexOf(early)).toBeLessThan(order.indexOf(late));
    const need = await needOf("activation", early);
    expect(need).toMatchObject({
      what: "Purchase not activated",
      windowMs: 30 * dayMs,
      actions: ["activate", "write"],
      snooze: null,
    });
    expect(need?.rule).toMatch(/not activated within 30 days/);
    expect(Math.abs(Date.parse(need?.deadline ?? "") - inDays(2).getTime())).toBeLessThan(aboutMs);
  });

  test("a new purchase has an hour, or as long as an admin sets, before it needs attention, unless its deadline is near", async () => {
    const [fresh, old] = [await buy(0), await buy(29.9)];
    expect(await needOf("activation", fresh)).toBeNull();
    expect(await needOf("activation", fresh, 0.1)).not.toBeNull();
    expect(await needOf("activation", old)).not.toBeNull();

    const set = { minutes: 0, seenVersion: 0 };
    await expect(app.as("operator").needs.setPurchaseGrace(set)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await app.as("admin").needs.setPurchaseGrace(set);
    await expect(app.as("admin").needs.setPurchaseGrace(set)).rejects.toThrow("has changed this setting");
    expect(await needOf("activation", fresh)).not.toBeNull();
    await app.as("admin").needs.setPurchaseGrace({ minutes: 2 * 24 * 60, seenVersion: 1 });
    expect(await needOf("activation", fresh, 1.9)).toBeNull();
    expect(await needOf("activation", fresh, 2.1)).not.toBeNull();
    expect(await app.as("viewer").needs.purchaseGrace()).toMatchObject({
      minutes: 2 * 24 * 60,
      version: 2,
      updated: { byName: "Test admin" },
    });
    await app.as("admin").needs.setPurchaseGrace({ minutes: 60, seenVersion: 2 });
  });

  test("an activation in progress or done needs no attention, and a failed one is shown as failed", async () => {
    const id = await buy(3);
    await app.control("faults", {
      target: `POST /api/saas/subscriptions/${id}/activate`,
      status: 400,
      body: { code: "BadRequest", message: "The plan is gone." },
    });
    await app.as("operator").subscriptions.activate({ subscriptionId: id, reason: "asked on the phone" });
    const failed = await eventually(() => needOf("activation_failed", id));
    expect(failed).toMatchObject({ actions: ["activate"], what: "Activation failed" });
    expect(failed.rule).toMatch(/The plan is gone/);
    expect(await needOf("activation", id)).toBeNull();
    expect(Math.abs(Date.parse(failed.deadline ?? "") - inDays(27).getTime())).toBeLessThan(aboutMs);
    // After a week, the purchase itself is listed again.
    expect(await needOf("activation_failed", id, 8)).toBeNull();
    expect(await needOf("activation", id, 8)).not.toBeNull();

    await app.control("faults", undefined, "DELETE");
    await app.as("operator").subscriptions.activate({ subscriptionId: id, reason: "the plan is back" });
    await eventually(async () => (await app.record(id))?.status === "Subscribed");
    expect(await needOf("activation_failed", id)).toBeNull();
    expect(await needOf("activation", id)).toBeNull();
  });

  test("a suspended subscription is canceled 30 days after its suspension, even if other values change", async () => {
    const id = await app.buyActive();
    await suspend(id);
    const { statusSince } = (await app.find(id))!;
    const deadline = new Date(Date.parse(statusSince) + 30 * dayMs).toISOString();
    expect(await needOf("suspension", id)).toMatchObject({ deadline, isLatest: false, windowMs: 30 * dayMs });

    await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: "our own hold" });
    expect(await needOf("suspension", id)).toMatchObject({ deadline });
    await reinstate(id);
    expect(await needOf("suspension", id)).toBeNull();
    expect(Date.parse((await app.find(id))!.statusSince)).toBeGreaterThan(Date.parse(statusSince));
  });

  test("a suspension whose start was not seen has a latest possible end", async () => {
    const { subscriptionId: id } = await app.control<{ subscriptionId: string }>("purchases", {
      offerId: "vault",
      planId: "basic",
      purchaser: "ben",
      autoActivate: true,
      deliver: false,
    });
    await eventually(async () => {
      const { status } = await app.control<{ status: string }>(`subscriptions/${id}`);
      return status === "Subscribed";
    });
    await app.control(`subscriptions/${id}/suspend`, { deliver: false });
    await eventually(async () => {
      await compare();
      return needOf("suspension", id);
    });
    expect((await app.find(id))?.firstSeenBy).toBe("reconcile");
    expect(await needOf("suspension", id)).toMatchObject({ isLatest: true });
  });

  test("an operation waits 10 seconds for our answer, then for staff if Marketdesk gives up", async () => {
    const id = await app.buyActive();
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}/operations/`, status: 500 });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 9 });
    const answer = await eventually(() => needOf("answer", id));
    expect(answer).toMatchObject({ windowMs: 10_000, actions: ["answer", "retry"], snoozableUntil: null });
    expect(answer.what).toBe("Seat change to 9: answer due");
    const { needs } = await needsIn(0);
    expect(needs[0]).toMatchObject({ kind: "answer", subscriptionId: id });
    await expect(
      app.as("operator").needs.snooze({ kind: "answer", id: answer.id, until: instant(inDays(1)), reason: "later" }),
    ).rejects.toThrow(/can't be snoozed/);

    await app.db
      .update(operations)
      .set({ stuckAt: new Date(), dueAt: null, claimedBy: null, attempts: 480, lastError: "Microsoft answered 500." })
      .where(eq(operations.id, answer.id));
    expect(await needOf("answer", id)).toBeNull();
    const stuck = await needOf("stuck", id);
    expect(stuck).toMatchObject({ actions: ["retry"], deadline: null, operationId: answer.id });
    expect(stuck?.rule).toMatch(/stopped after 480 attempts\. Microsoft answered 500\./);

    await app.control("faults", undefined, "DELETE");
    await app.as("operator").operations.retry({ id: answer.id });
    await eventually(async () => (await app.record(id))?.openOperations === 0, 15_000);
    expect(await needOf("stuck", id)).toBeNull();
  });

  test("an operation that Microsoft does not know is shown for a week", async () => {
    const id = await app.buyActive();
    const operationId = randomUUID();
    await app.deliver({
      id: operationId,
      subscriptionId: id,
      action: "ChangeQuantity",
      quantity: 400,
      status: "InProgress",
    });
    // The window passes, and then the time for which the effect is awaited.
    await eventually(() => app.expireEffectWait(id, "ChangeQuantity"), 20_000);
    const need = await eventually(() => needOf("quarantined", id), 15_000);
    expect(need).toMatchObject({ actions: ["replay", "operation"], what: "Seat change to 400: quarantined" });
    expect(await needOf("quarantined", id, 6.9)).not.toBeNull();
    expect(await needOf("quarantined", id, 7.1)).toBeNull();
  });

  test("A3: a quarantined operation is resolved once the subscription is in sync", async () => {
    const id = await app.buyActive();
    await app.deliver({ id: randomUUID(), subscriptionId: id, action: "Suspend", status: "Succeeded" });
    await eventually(() => app.expireEffectWait(id, "Suspend"), 20_000);
    const need = await eventually(() => needOf("quarantined", id));
    expect(need.rule).toContain("did not show the change within 10 minutes");
    await compare();
    expect(await needOf("quarantined", id)).toBeNull();
  });

  test("A3: an operation from Microsoft that gave up is settled after a successful reconciliation", async () => {
    const id = await app.buyActive();
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}$`, status: 500 });
    await app.control(`subscriptions/${id}/suspend`, {});
    await eventually(async () => (await app.find(id))?.operations.some(({ lastError }) => lastError !== null));
    await app.db
      .update(operations)
      .set({ stuckAt: new Date(), dueAt: null, claimedBy: null, attempts: 480 })
      .where(and(eq(operations.subscriptionId, id), eq(operations.action, "Suspend")));
    expect(await needOf("stuck", id)).not.toBeNull();
    await app.control("faults", undefined, "DELETE");
    await compare();
    await eventually(async () => (await app.record(id))?.openOperations === 0);
    expect(await needOf("stuck", id)).toBeNull();
    expect(await app.find(id)).toMatchObject({ status: "Suspended" });
  });

  test("A4: an effect that Microsoft's subscription does not show is listed until it does", async () => {
    const id = await app.buyActive();
    const { raw } = await app.marketplace.getSubscription(id);
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}$`, body: raw });
    await app.control(`subscriptions/${id}/suspend`, {});
    await eventually(() => app.expireEffectWait(id, "Suspend"));
    const need = await eventually(() => needOf("effect_missing", id));
    expect(need).toMatchObject({
      actions: ["refresh", "operation"],
      what: "Suspension: missing from Microsoft's record",
    });
    await app.control("faults", undefined, "DELETE");
    await app.as("operator").subscriptions.refresh({ subscriptionId: id });
    expect(await app.find(id)).toMatchObject({ status: "Suspended" });
    expect(await needOf("effect_missing", id)).toBeNull();
  });

  test("A6: an operation from Microsoft that is open for two minutes is listed and counted", async () => {
    const id = await app.buyActive();
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}$`, status: 500 });
    await app.control(`subscriptions/${id}/suspend`, {});
    await eventually(async () => (await app.record(id))?.openOperations === 1);
    const minutes = (count: number) => count / (24 * 60);
    expect(await needOf("unsettled", id, minutes(1.5))).toBeNull();
    expect(await needOf("unsettled", id, minutes(2.5))).toMatchObject({
      what: "Suspension: not completed",
      actions: ["retry", "operation"],
    });
    await app.db.execute(sql`update operations set created_at = now() - interval '3 minutes'
      where subscription_id = ${id} and stage <> 'settled'`);
    const metric = async () =>
      /^marketdesk_unsettled_operations (\d+)$/m.exec(await (await fetch(`${app.url}/metrics`)).text())?.[1];
    expect(Number(await metric())).toBeGreaterThanOrEqual(1);
    await app.control("faults", undefined, "DELETE");
    await eventually(async () => (await app.record(id))?.openOperations === 0, 20_000);
    expect(await needOf("unsettled", id, minutes(2.5))).toBeNull();
    expect(await metric()).toBe("0");
  });

  test.each([
    ["seats", "ChangeQuantity", { quantity: 7 }],
    ["plan", "ChangePlan", { planId: "business" }],
  ] as const)(
    "B4: a change of %s that Microsoft accepts and does not end is listed after an hour",
    async (_, action, values) => {
      const id = await app.buyActive();
      const { raw } = await app.marketplace.getSubscription(id);
      await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}$`, body: raw });
      await app.control("faults", {
        target: `GET ^/api/saas/subscriptions/${id}/operations/.`,
        body: { action, status: "InProgress" },
      });
      const input = { subscriptionId: id, reason: "Growth" };
      const operator = app.as("operator").subscriptions;
      await ("quantity" in values
        ? operator.changeQuantity({ ...input, ...values })
        : operator.changePlan({ ...input, ...values }));
      await eventually(async () => (await app.find(id))?.operations[0]?.stage === "accepted");
      const minutes = (count: number) => count / (24 * 60);
      expect(await needOf("unsettled", id, minutes(59))).toBeNull();
      expect(await needOf("unsettled", id, minutes(61))).toMatchObject({
        rule: expect.stringContaining("Other changes to the subscription have to wait") as string,
        actions: ["retry", "operation"],
      });
      await app.control("faults", undefined, "DELETE");
      await eventually(async () => (await app.record(id))?.openOperations === 0, 70_000);
      expect(await needOf("unsettled", id, minutes(61))).toBeNull();
    },
  );

  test("B4: an unknown action is settled by the subscription and listed with Microsoft's payload", async () => {
    const id = await app.buyActive();
    const body = { id: randomUUID(), subscriptionId: id, action: "Transfer", status: "Succeeded", note: "as sent" };
    await app.deliver(body);
    const need = await eventually(() => needOf("unknown_action", id));
    expect(need).toMatchObject({ what: "Unknown action Transfer", actions: ["operation", "open"] });
    const trace = await app.as("viewer").operations.trace({ id: need.operationId ?? "" });
    expect(trace.operation).toMatchObject({ stage: "settled", outcome: "succeeded" });
    const delivery = await app.as("viewer").deliveries.get({ id: trace.deliveries[0]?.id ?? "" });
    expect(JSON.stringify(delivery)).toContain("as sent");
    expect(await needOf("unknown_action", id, 7.1)).toBeNull();
  });

  test("B2: an activation that Microsoft accepted and then ended is listed", async () => {
    const id = await buy(1);
    await app.changeSettings({ activationOutcome: "Unsubscribed" });
    await app.as("operator").subscriptions.activate({ subscriptionId: id, reason: "asked on the phone" });
    const need = await eventually(() => needOf("activation_ended", id));
    expect(need).toMatchObject({ what: "Microsoft ended the purchase", actions: ["write", "open"] });
    expect(need.rule).toContain("Microsoft ended the purchase instead of activating it.");
    expect(await needOf("activation_ended", id, 7.1)).toBeNull();
  });

  test("B2: a purchase that the customer canceled during its activation is listed", async () => {
    const id = await buy(1);
    await app.control("faults", { target: `POST /api/saas/subscriptions/${id}/activate`, status: 404, body: "" });
    await app.control(`subscriptions/${id}/unsubscribe`, { deliver: false });
    await app.as("operator").subscriptions.activate({ subscriptionId: id, reason: "asked on the phone" });
    expect(await eventually(() => needOf("activation_ended", id))).toMatchObject({
      what: "Microsoft ended the purchase",
    });
    expect(await needOf("activation_failed", id)).toBeNull();
  });

  test("a subscription that Microsoft does not know is listed until it does", async () => {
    const from = await app.buyActive();
    const id = randomUUID();
    const [row] = await app.db.select().from(subscriptions).where(eq(subscriptions.id, from));
    const { searchText: _, ...columns } = getTableColumns(subscriptions);
    const copy = Object.fromEntries(Object.entries(row!).filter(([name]) => Object.hasOwn(columns, name)));
    await app.db.insert(subscriptions).values({ ...(copy as typeof row)!, id, createdAt: new Date(0) });
    await compare();
    const need = await needOf("missing", id);
    expect(need).toMatchObject({ deadline: null, actions: ["refresh", "open"] });
    expect(need?.rule).toMatch(/missing from Microsoft's complete list/);
    await app.db.update(subscriptions).set({ syncedAt: new Date() }).where(eq(subscriptions.id, id));
    expect(await needOf("missing", id)).toBeNull();
    await app.db.delete(subscriptions).where(eq(subscriptions.id, id));
  });

  test("a difference whose repair failed is listed with its last attempt until the next refresh", async () => {
    const id = await app.buyActive();
    const failure = (at: Date, error: string) => ({
      id: newId({ msecs: at.getTime() }),
      at,
      subscriptionId: id,
      kind: "drift" as const,
      done: "failed" as const,
      error,
    });
    await app.db
      .insert(differences)
      .values([failure(inDays(0.01), "Microsoft answered 500."), failure(inDays(0.02), "Microsoft answered 502.")]);
    const { needs } = await needsIn(0.03);
    const repairFailures = needs.filter(
      ({ kind, subscriptionId }) => kind === "repair_failed" && subscriptionId === id,
    );
    expect(repairFailures).toHaveLength(1);
    expect(repairFailures[0]).toMatchObject({
      actions: ["refresh", "open"],
      what: "Out of sync with Microsoft, repair failed",
    });
    expect(repairFailures[0]?.rule).toMatch(/^Microsoft answered 502\. /);
    expect(await needOf("repair_failed", id, 7.1)).toBeNull();
    await app.as("operator", { now: () => inDays(0.03) }).subscriptions.refresh({ subscriptionId: id });
    expect(await needOf("repair_failed", id, 0.04)).toBeNull();
  });

  test("my needs are those of the subscriptions that I own", async () => {
    const [own, other] = [await buy(4), await buy(4)];
    const mine = async () =>
      (await app.as("operator").needs.list({ mine: true })).needs.map((one) => one.subscriptionId);
    expect(await mine()).not.toContain(own);
    await app.as("operator").subscriptions.assignOwner({ subscriptionId: own, owner: "me" });
    await app.as("admin").subscriptions.assignOwner({ subscriptionId: other, owner: "me" });
    expect(await mine()).toEqual([own]);
    const { owner } = (await needOf("activation", other))!;
    expect(owner).toEqual({ id: "tenant:admin", name: "Test admin" });
    const before = instant(new Date(Date.now() - minuteMs));
    const done = await app.as("viewer").needs.done({ since: before });
    expect(done.latest[0]).toMatchObject({ kind: "subscription.owner_changed", actor: { name: "Test admin" } });
    expect(done.count).toBeGreaterThanOrEqual(2);
    expect(await app.as("viewer").needs.done({ since: instant(inDays(1)) })).toMatchObject({ count: 0, latest: [] });
  });

  test("the message to the customer names the subscription and the last day, and nothing internal", async () => {
    const id = await buy(28, { name: "Contoso letters" });
    const need = (await needOf("activation", id))!;
    const mail = await app.as("operator").needs.mail({ kind: need.kind, id: need.id });
    expect(mail?.to).toMatch(/@/);
    expect(mail?.subject).toContain("Contoso letters");
    expect(mail?.body).toMatch(/by \w+ \d+, \d{4}; after that, Microsoft cancels/);
    expect(mail?.body).not.toContain(id);
  });

  test("a need that is resolved, or of a kind without an email, has no message", async () => {
    const mail = (kind: string, id: string) => app.as("operator").needs.mail({ kind, id });
    const id = await app.buyActive();
    expect(await mail("activation", id)).toBeNull();
    expect(await mail("stuck", crypto.randomUUID())).toBeNull();
    expect(await mail("no such kind", id)).toBeNull();
    const day = utcDayOf(new Date());
    await app.db.update(subscriptions).set({ followUpOn: day }).where(eq(subscriptions.id, id));
    expect(await needOf("follow_up", id)).toBeDefined();
    expect(await mail("follow_up", id)).toBeNull();
    await app.db.update(subscriptions).set({ followUpOn: null }).where(eq(subscriptions.id, id));
  });

  test("a follow-up is listed from its day on", async () => {
    const id = await app.buyActive();
    const day = utcDayOf(inDays(3));
    await app.db
      .update(subscriptions)
      .set({ followUpOn: day, ownerId: "tenant:owner", ownerName: "Olga" })
      .where(eq(subscriptions.id, id));
    expect(await needOf("follow_up", id, 1.9)).toBeNull();
    const need = await needOf("follow_up", id, 3);
    expect(need).toMatchObject({ owner: { id: "tenant:owner", name: "Olga" }, actions: ["done", "open"] });
    expect(need?.deadline).toBe(new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString());
    await app.db.update(subscriptions).set({ followUpOn: null }).where(eq(subscriptions.id, id));
    expect(await needOf("follow_up", id, 3)).toBeNull();
  });

  test("A12: a follow-up is due by the reader's day in needs, counts and the list", async () => {
    const id = await app.buyActive();
    const [yesterday, today, tomorrow] = [-1, 0, 1].map((days) => addDays(utcDayOf(new Date()), days));
    const where = (day: Day) => app.as("viewer", { today: day });
    const isReported = async (day: Day) =>
      (await where(day).needs.list({})).needs.some(
        ({ kind, subscriptionId }) => kind === "follow_up" && subscriptionId === id,
      );
    const isListed = async (day: Day) =>
      (await where(day).subscriptions.list({ q: id, followUp: "due" })).rows.length === 1;
    const counted = async (day: Day) => (await where(day).needs.counts()).count;
    for (const [followUpOn, due] of [
      [tomorrow!, [false, false, true]],
      [today!, [false, true, true]],
    ] as const) {
      await app.db.update(subscriptions).set({ followUpOn }).where(eq(subscriptions.id, id));
      for (const [index, day] of [yesterday!, today!, tomorrow!].entries()) {
        expect([day, await isReported(day), await isListed(day)]).toEqual([day, due[index], due[index]]);
      }
    }
    const before = await counted(yesterday!);
    expect(await counted(today!)).toBe(before + 1);
    await app.db.update(subscriptions).set({ followUpOn: null }).where(eq(subscriptions.id, id));
  });

  test("an unknown status is listed with Microsoft's word", async () => {
    const id = await app.buyActive();
    await app.control("faults", {
      target: `GET ^/api/saas/subscriptions/${id}$`,
      times: 1,
      body: { ...((await app.find(id))!.raw as object), saasSubscriptionStatus: "Frozen" },
    });
    await app.as("operator").subscriptions.refresh({ subscriptionId: id });
    expect(await needOf("unrecognised", id)).toMatchObject({ what: "Unknown status Frozen", deadline: null });
    await app.as("operator").subscriptions.refresh({ subscriptionId: id });
    expect(await needOf("unrecognised", id)).toBeNull();
  });

  test("a term without auto-renewal is listed 30 days before its end, and a trial 7 days before", async () => {
    const [ending, renewing] = [await app.buyActive({ planId: "business-annual" }), await app.buyActive()];
    await app.db.update(subscriptions).set({ autoRenews: false }).where(eq(subscriptions.id, ending));
    const termEndsOn = Date.parse((await app.find(ending))?.termEndsOn ?? "");
    const daysLeft = (termEndsOn - Date.now()) / dayMs;
    expect(await needOf("term_end", ending, daysLeft - 31)).toBeNull();
    expect(await needOf("term_end", ending, daysLeft - 29)).toMatchObject({
      deadline: new Date(termEndsOn + dayMs).toISOString(),
      isLatest: true,
      windowMs: 30 * dayMs,
    });
    expect(await needOf("term_end", ending, daysLeft + 5)).toBeNull();
    expect(await needOf("term_end", renewing, 25)).toBeNull();

    const trial = await app.buyActive({ planId: "team-trial" });
    const trialEndsAt = Date.parse((await app.find(trial))?.termEndsOn ?? "");
    const trialLeft = (trialEndsAt - Date.now()) / dayMs;
    expect(await needOf("trial_end", trial, trialLeft - 8)).toBeNull();
    const need = await needOf("trial_end", trial, trialLeft - 6);
    expect(need).toMatchObject({ what: "Trial ends, billing starts", windowMs: 7 * dayMs });
  });

  test("the counts say how many needs there are, and how many are in the last tenth of their window", async () => {
    const viewer = app.as("viewer");
    const before = await viewer.needs.counts();
    await buy(10);
    const urgent = await buy(28);
    const after = await viewer.needs.counts();
    expect([after.count - before.count, after.urgent - before.urgent]).toEqual([2, 1]);
    const { needs, isCut } = await viewer.needs.list({});
    expect([after.count, after.isCut]).toEqual([needs.length, isCut]);
    expect(await needOf("activation", urgent)).not.toBeNull();
  });

  test("are planned once for a connection, and not again for other values", async () => {
    const planned = createDatabase({
      url: app.databaseUrl,
      name: "test",
      max: 1,
      ...longTimeouts,
      isPlannedOnce: true,
      log: quiet,
    });
    try {
      for (const days of [0, 1, 2]) {
        const reader = app.as("viewer", { needsDb: planned.db, now: () => inDays(days) });
        await reader.needs.counts();
        await reader.needs.list({});
        await reader.needs.list({ mine: true });
      }
      const plans = await planned.db.execute<{ name: string }>(
        sql`select name, generic_plans::int as generic, custom_plans::int as custom from pg_prepared_statements`,
      );
      for (const name of ["needs_counts", "needs_waiting", "needs_waiting_of_owner"])
        expect(plans.rows, name).toContainEqual({ name, generic: 3, custom: 0 });
    } finally {
      await planned.close();
    }
  });

  test("the counts and the list say that a kind has more than are listed", async () => {
    const id = await buy(3);
    const at = new Date();
    const raised = Array.from({ length: 101 }, () => ({
      id: newId(),
      at,
      subscriptionId: id,
      kind: "missing" as const,
      done: "raised" as const,
      cause: "Microsoft's list does not contain this subscription.",
    }));
    const before = await app.as("viewer").needs.counts();
    await app.db.insert(differences).values(raised);
    const after = await app.as("viewer").needs.counts();
    const { needs, isCut } = await app.as("viewer").needs.list({});
    await app.db.update(subscriptions).set({ syncedAt: new Date() }).where(eq(subscriptions.id, id));
    expect([before.isCut, after.isCut, isCut]).toEqual([false, true, true]);
    expect([after.count, needs.length]).toEqual([before.count + 100, before.count + 100]);
  });

  test("a purchase that Microsoft has canceled is no longer listed", async () => {
    const id = await buy(29);
    expect(await needOf("activation", id)).not.toBeNull();
    await app.control("clock", { advanceMs: 2 * dayMs });
    await eventually(async () => {
      await compare();
      return (await app.find(id))?.status === "Unsubscribed";
    });
    expect(await needOf("activation", id)).toBeNull();
  });
});

describe("snoozing", () => {
  const operator = () => app.as("operator");

  async function snooze(need: NeedView, days: number, reason = "the customer is on holiday") {
    await operator().needs.snooze({ kind: need.kind, id: need.id, until: instant(inDays(days)), reason });
  }

  test("is counted of what a person owns where only that is listed", async () => {
    const id = await buy(27);
    const need = (await needOf("activation", id))!;
    await snooze(need, 1);
    const counted = async () => (await operator().needs.list({ mine: true })).snoozed;
    const listed = async () => (await operator().needs.list({ mine: true, snoozed: true })).needs.length;
    const before = await listed();
    expect(await counted()).toBe(before);
    await operator().subscriptions.assignOwner({ subscriptionId: id, owner: "me" });
    expect([await counted(), await listed()]).toEqual([before + 1, before + 1]);
    await operator().needs.unsnooze({ kind: need.kind, id: need.id });
    expect(await counted()).toBe(before);
  });

  test("hides a need until a time, shows who did it and why, and can be undone", async () => {
    const id = await buy(5);
    const need = (await needOf("activation", id))!;
    const before = await app.as("viewer").needs.counts();
    await snooze(need, 3);
    expect(await needOf("activation", id)).toBeNull();
    expect((await app.as("viewer").needs.counts()).count).toBe(before.count - 1);
    expect(await needOf("activation", id, 0, true)).toMatchObject({
      snooze: { reason: "the customer is on holiday", byName: "Test operator" },
    });
    expect((await needsIn(0)).snoozed).toBeGreaterThanOrEqual(1);
    const { rows } = await app.as("viewer").subscriptions.timeline({ id });
    expect(rows[0]).toMatchObject({
      kind: "need.snoozed",
      summary: "Snoozed: Purchase not activated",
      reason: "the customer is on holiday",
      actor: { kind: "staff", name: "Test operator" },
    });
    // It returns on its own.
    expect(await needOf("activation", id, 4)).not.toBeNull();

    // A colleague's page still shows it as not snoozed.
    await expect(snooze(need, 9, "nothing to do yet")).rejects.toThrow(
      "Test operator has already snoozed this item: “the customer is on holiday”",
    );
    await operator().needs.unsnooze({ kind: need.kind, id: need.id });
    expect(await needOf("activation", id)).not.toBeNull();
    await expect(operator().needs.unsnooze({ kind: need.kind, id: need.id })).rejects.toThrow(
      "This item is not snoozed.",
    );
    const [entry] = (await app.as("viewer").subscriptions.timeline({ id })).rows;
    expect(entry).toMatchObject({ kind: "need.unsnoozed" });
  });

  test("ends before the deadline of the need, and after a month without a deadline", async () => {
    const need = (await needOf("activation", await buy(20)))!;
    await expect(snooze(need, 11)).rejects.toThrow("Choose a time before the deadline.");
    await expect(snooze(need, -1)).rejects.toThrow("Choose a time in the future.");
    await snooze(need, 9.9);
    const over = (await needOf("activation", await buy(5), 27))!;
    await expect(
      app.as("operator", { now: () => inDays(60) }).needs.snooze({
        kind: over.kind,
        id: over.id,
        until: instant(inDays(95)),
        reason: "too long",
      }),
    ).rejects.toThrow(/Choose .* or an earlier day/);
  });

  test("needs a reason, an operator, and something that waits", async () => {
    const need = (await needOf("activation", await buy(5)))!;
    await expect(snooze(need, 1, " ")).rejects.toThrow(/Write a reason/);
    const input = { kind: need.kind, id: need.id, until: instant(inDays(1)), reason: "a good one" };
    await expect(app.as("viewer").needs.snooze(input)).rejects.toThrow(/needs the role operator/);
    await expect(operator().needs.snooze({ ...input, id: randomUUID() })).rejects.toThrow(/has been resolved/);
    await expect(operator().needs.snooze({ ...input, kind: "stuck", id: "no uuid" })).rejects.toThrow(
      /has been resolved/,
    );
  });

  test("does not hide a later suspension of the same subscription", async () => {
    const id = await app.buyActive();
    await suspend(id);
    await snooze((await needOf("suspension", id))!, 20);
    expect(await needOf("suspension", id)).toBeNull();
    await reinstate(id);
    await suspend(id);
    expect(await needOf("suspension", id)).not.toBeNull();
    await snooze((await needOf("suspension", id))!, 10);
    expect(await app.db.$count(snoozes, eq(snoozes.subjectId, id))).toBe(1);
  });
});
