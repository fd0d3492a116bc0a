/** Timelines show each change once, with all its parts, also where a page ends between them. */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { carryOutPlannedChanges } from "../../server/commands/planned-changes/carry-out-planned-changes.ts";
import { confirmProvisioning } from "../../server/commands/product/confirm-provisioning.ts";
import { listTimeline } from "../../server/database/queries/timeline.ts";
import { record } from "../../server/database/record/record.ts";
import { newId } from "../../server/database/statements/new-id.ts";
import { addDays, utcDayOf } from "../../shared/day.ts";
import { pageSize, type TimelineFilters } from "../../shared/filters.ts";
import type { ActivityView } from "../../shared/views/history.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";
import { approved } from "../support/second-admin.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await app.db.execute(sql`insert into staff (tenant_id, object_id, name, role, first_seen_at, last_sign_in_at)
    values ('tenant', 'operator', 'Test operator', 'operator', now(), now())`);
});
afterAll(() => app?.stop());

const reason = "Agreed with the customer";
const system = { kind: "system" as const, name: "Marketdesk" };

async function pagesOf(read: (cursor: string | undefined) => ReturnType<typeof timeline>): Promise<ActivityView[][]> {
  const pages: ActivityView[][] = [];
  for (let cursor: string | undefined; ;) {
    const { rows, nextCursor } = await read(cursor);
    pages.push(rows);
    if (nextCursor === null) return pages;
    cursor = nextCursor;
  }
}
const timeline = (id: string, filters: TimelineFilters = {}) =>
  app.as("viewer").subscriptions.timeline({ id, ...filters });
const operationOf = async (id: string, kind: string) =>
  (await timeline(id)).rows.find((entry) => entry.kind === kind)?.operationId ?? null;
const kindsOf = (rows: ActivityView[], operationId: string | null) =>
  rows.filter((entry) => entry.operationId === operationId).map(({ kind }) => kind);

async function changeSeats(id: string, quantity: number): Promise<string> {
  const { operationId } = await app
    .as("operator")
    .subscriptions.changeQuantity({ subscriptionId: id, quantity, reason });
  await eventually(async () => (await app.find(id))?.operations.find((one) => one.id === operationId)?.settledAt);
  return operationId;
}

describe("a change whose parts are far apart", () => {
  test("is whole on the page of its newest part and on no other, for a subscription and its customer", async () => {
    const id = await app.buyActive({ name: "Fabrikam" });
    const early = await changeSeats(id, 9);
    const at = new Date();
    const notes = Array.from({ length: pageSize + 20 }, (_, index) => ({
      id: newId(at),
      subscriptionId: id,
      kind: "subscription.tags_changed" as const,
      summary: `Tags ${index}`,
    }));
    await record(app.db, system, at, notes);
    const before = (await pagesOf((cursor) => timeline(id, { cursor }))).flat();
    // A part that arrives long after the others.
    await record(app.db, system, new Date(), [
      { subscriptionId: id, operationId: early, kind: "mail.sent", summary: "Mail to the purchaser sent" },
    ]);
    const { customerId = "" } = (await app.find(id)) ?? {};
    const reads = [
      (cursor: string | undefined) => timeline(id, { cursor }),
      (cursor: string | undefined) => app.as("viewer").customers.timeline({ id: customerId, cursor }),
    ];
    for (const read of reads) {
      const pages = await pagesOf(read);
      expect(pages.length).toBeGreaterThan(1);
      expect(kindsOf(pages[0] ?? [], early)).toEqual([
        "mail.sent",
        "operation.succeeded",
        "subscription.quantity_changed",
        "operation.requested",
      ]);
      expect(pages.slice(1).flatMap((rows) => kindsOf(rows, early))).toEqual([]);
      const ids = pages.flat().map((entry) => entry.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBe(before.length + 1);
    }
  });

  test("is on the page of its newest part that the filters match, with those alone", async () => {
    const id = await app.buyActive();
    const operationId = await changeSeats(id, 9);
    const { rows } = await timeline(id, { what: "changes" });
    expect(kindsOf(rows, operationId)).toEqual(["subscription.quantity_changed"]);
    const { rows: byStaff } = await timeline(id, { who: "staff", what: "operations" });
    expect(kindsOf(byStaff, operationId)).toContain("operation.requested");
  });
});

describe("a change has as its part", () => {
  test("the plan that it was made by", async () => {
    const id = await app.buyActive();
    const on = addDays(utcDayOf(Date.now()), 20);
    await app
      .as("operator")
      .plannedChanges.plan({ subscriptionId: id, action: "changeQuantity", quantity: 9, on, reason });
    expect((await timeline(id)).rows[0]).toMatchObject({ kind: "planned_change.planned", operationId: null });
    await app.db.execute(
      sql`update planned_changes set due_on = (now() at time zone 'UTC')::date where subscription_id = ${id}`,
    );
    const context = { marketplace: app.marketplace, now: () => new Date(), log: quiet };
    await eventually(async () => {
      await carryOutPlannedChanges({ ...context, db: app.db });
      return operationOf(id, "planned_change.carried_out");
    });
    await eventually(async () => (await app.record(id))?.quantity === 9);
    const operationId = await operationOf(id, "planned_change.carried_out");
    expect(kindsOf((await timeline(id)).rows, operationId)).toContain("planned_change.planned");
    expect(kindsOf((await timeline(id, { who: "staff" })).rows, operationId)).toContain("planned_change.planned");
  });

  test("the request that a colleague approved", async () => {
    const { version } = await app.as("viewer").cancellations.policy();
    const policy = { needsSecondPerson: true, waitsHours: 24, seenVersion: version, reason };
    await approved(app, app.as("admin").cancellations.setPolicy(policy));
    const id = await app.buyActive({ name: "Fabrikam" });
    await app.as("admin").subscriptions.cancel({ subscriptionId: id, reason, confirmation: "Fabrikam" });
    const requestId = (await app.find(id))?.cancelRequest?.id ?? "";
    const colleague = { id: "tenant:colleague", name: "Colleague", email: null, role: "admin" as const };
    const { operationId } = await app.as("admin", { staff: colleague }).cancellations.approve({ requestId });
    expect(kindsOf((await timeline(id)).rows, operationId)).toEqual(
      expect.arrayContaining(["cancellation.approved", "operation.requested", "cancellation.requested"]),
    );
  });

  test("the product's confirmation of it, and a later one of the same state has none", async () => {
    const id = await app.buyActive();
    const operationId = await changeSeats(id, 8);
    const later = await changeSeats(id, 9);
    // It was requested last, but settled first.
    await app.db.execute(sql`update operations set settled_at = settled_at - interval '1 minute' where id = ${later}`);
    const confirm = (reference: string) =>
      confirmProvisioning(
        {
          db: app.appDb,
          marketplace: app.marketplace,
          now: () => new Date(),
          log: quiet,
          actor: { kind: "product", id: randomUUID(), name: "Product" },
        },
        { subscriptionId: id, planId: "team", quantity: 9, access: "full", reference, evidence: null },
      );
    await confirm("one");
    await confirm("two");
    const confirmed = (await timeline(id)).rows.filter(({ kind }) => kind === "subscription.confirmed");
    expect(confirmed.map((entry) => entry.operationId)).toEqual([null, operationId]);
  });
});

describe("the operations of a page", () => {
  test("each have their own deliveries, however many duplicates another has", async () => {
    const id = await app.buyActive();
    const [plain, noisy] = [await changeSeats(id, 8), await changeSeats(id, 9)];
    const of = [plain, ...Array.from({ length: 30 }, () => noisy)];
    const inserted = of.map((operationId, index) => ({ id: newId(new Date(Date.now() + index)), operationId }));
    for (const { id: deliveryId, operationId } of inserted)
      await app.db.execute(sql`
        insert into webhook_deliveries (id, received_at, outcome, subscription_id, operation_id, body, body_sha256, headers)
        values (${deliveryId}, now(), 'duplicate', ${id}, ${operationId}, '', '', '{}')`);
    const { causes } = await timeline(id);
    const shown = (operationId: string) =>
      causes.find((cause) => cause.operationId === operationId)?.deliveries.map((delivery) => delivery.id);
    expect(shown(plain)).toContain(inserted[0]?.id);
    expect(shown(noisy)).toHaveLength(5);
  });
});

describe("a page of a long history", () => {
  test("has the newest entries, and reads no others", async () => {
    const id = await app.buyActive({ name: "Longest" });
    const at = new Date();
    const entries = Array.from({ length: 2_000 }, (_, index) => ({
      id: newId(at),
      subscriptionId: id,
      kind: "subscription.tags_changed" as const,
      summary: `Tags ${index}`,
      after: { tags: [`tag ${index}`] },
    }));
    await record(app.db, system, at, entries);
    await app.db.execute(sql`analyze activity`);
    const newest = entries
      .map((entry) => entry.id)
      .toSorted()
      .toReversed();
    const read = async (cursor?: string) =>
      app.db.transaction(async (tx) => {
        const rowsRead = async () => {
          const { rows } = await tx.execute<{ rows: number }>(sql`
            select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables where relname = 'activity'`);
          return rows[0]?.rows ?? 0;
        };
        const before = await rowsRead();
        const page = await listTimeline(tx as never, id, cursor === undefined ? {} : { cursor }, "tenant:operator");
        return { page, count: (await rowsRead()) - before };
      });
    const first = await read();
    expect(first.page.rows.map((entry) => entry.id)).toEqual(newest.slice(0, pageSize));
    const second = await read(first.page.nextCursor ?? "");
    expect(second.page.rows.map((entry) => entry.id)).toEqual(newest.slice(pageSize, 2 * pageSize));
    for (const { count } of [first, second]) expect(count).toBeLessThan(3 * pageSize);
    const { rows } = await timeline(id, { what: "desk", who: "system" });
    expect(rows.map((entry) => entry.id)).toEqual(newest.slice(0, pageSize));
  });
});
