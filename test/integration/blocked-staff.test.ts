/** B13: what a colleague leaves behind who is blocked: subscriptions, requests, snoozes, and keys. */
import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { staff } from "../../server/database/schema/staff.ts";
import { lockDerivations } from "../../server/database/writes/customer-listings.ts";
import type { Role } from "../../shared/roles.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const priya = { tenantId: "11111111-1111-4111-8111-111111111111", objectId: "22222222-2222-4222-8222-222222222222" };
const priyasId = `${priya.tenantId}:${priya.objectId}`;
const asPriya = (role: Role = "admin") =>
  app.as(role, { staff: { id: priyasId, name: "Priya", email: "priya@contoso.example", role } });
const needs = async (kind: string) =>
  (await app.as("viewer").needs.list({})).needs.filter((need) => need.kind === kind);
const block = () => app.as("admin").staff.disable({ ...priya, reason: "Left the company" });

beforeEach(async () => {
  const now = new Date();
  await app.db
    .insert(staff)
    .values({ ...priya, name: "Priya", email: null, role: "admin", firstSeenAt: now, lastSignInAt: now })
    .onConflictDoUpdate({
      target: [staff.tenantId, staff.objectId],
      set: { role: "admin", disabledAt: null, disabledBy: null, disabledReason: null },
    });
});

test("B13: subscriptions of a blocked owner are listed until they are reassigned, and a filter finds them", async () => {
  const ids = [await app.buyActive(), await app.buyActive()];
  for (const subscriptionId of ids) await asPriya().subscriptions.assignOwner({ subscriptionId, owner: "me" });
  expect(await needs("blocked_owner")).toEqual([]);
  await block();
  expect(await needs("blocked_owner")).toEqual([
    expect.objectContaining({
      id: priyasId,
      what: "Priya is blocked and owns 2 subscriptions",
      list: { owner: priyasId },
      since: expect.any(String),
    }),
  ]);
  const { owners } = await app.as("viewer").subscriptions.facets();
  expect(owners).toContainEqual({ id: priyasId, name: "Priya (blocked)" });
  const listed = (await app.as("viewer").subscriptions.list({ owner: priyasId })).rows.map(({ id }) => id);
  expect(listed.toSorted()).toEqual(ids.toSorted());
  await app.as("operator").subscriptions.assignOwner({ subscriptionId: ids[0] ?? "", owner: null });
  expect((await needs("blocked_owner"))[0]?.what).toBe("Priya is blocked and owns 1 subscription");
  await app.control(`subscriptions/${ids[1]}/unsubscribe`, {});
  await eventually(async () => (await needs("blocked_owner")).length === 0);
});

describe("B13: a cancellation that a blocked colleague requested", () => {
  beforeAll(async () => {
    const { version } = await app.as("viewer").cancellations.policy();
    await app.as("admin").cancellations.setPolicy({ needsSecondPerson: true, waitsHours: 24, seenVersion: version });
  });
  const ask = async () => {
    const id = await app.buyActive();
    await asPriya().subscriptions.cancel({ subscriptionId: id, reason: "They asked for it", confirmation: id });
    const requestId = (await app.find(id))?.cancelRequest?.id ?? "";
    return { id, requestId };
  };

  test("is withdrawn, recorded, and cannot be approved", async () => {
    const { id, requestId } = await ask();
    await block();
    expect((await app.find(id))?.cancelRequest).toBeNull();
    await expect(app.as("operator").cancellations.approve({ requestId })).rejects.toThrow(/withdrawn/);
    const { rows } = await app.as("viewer").subscriptions.timeline({ id });
    expect(rows.find(({ kind }) => kind === "cancellation.withdrawn")).toMatchObject({
      summary: expect.stringContaining("Priya was blocked"),
      actor: { name: "Test admin" },
    });
    expect((await app.find(id))?.status).toBe("Subscribed");
  });

  test("is checked again at the approval, with the current role", async () => {
    const { id, requestId } = await ask();
    const isPriya = and(eq(staff.tenantId, priya.tenantId), eq(staff.objectId, priya.objectId));
    await app.db.update(staff).set({ role: "operator" }).where(isPriya);
    await expect(app.as("operator").cancellations.approve({ requestId })).rejects.toThrow("can no longer cancel");
    expect((await app.find(id))?.status).toBe("Subscribed");
    await app.db.update(staff).set({ role: "admin" }).where(isPriya);
    await expect(app.as("operator").cancellations.approve({ requestId })).resolves.toMatchObject({
      operationId: expect.any(String),
    });
  });
});

test("B13: needs that a blocked colleague snoozed return, and their API key waits to be replaced", async () => {
  const id = await app.buyActive();
  await app.control(`subscriptions/${id}/suspend`, {});
  await eventually(async () => (await needs("suspension")).some((need) => need.subscriptionId === id));
  const until = new Date(Date.now() + 86_400_000).toISOString();
  await asPriya().needs.snooze({ kind: "suspension", id, until, reason: "They promised to pay" });
  const { id: keyId } = await asPriya().keys.make({ name: "Provisioning" });
  expect(await needs("suspension")).toEqual([]);
  await block();
  expect((await needs("suspension")).map((need) => need.subscriptionId)).toContain(id);
  expect(await needs("blocked_key")).toEqual([
    expect.objectContaining({ id: keyId, what: expect.stringContaining("Priya"), place: "/settings/api-keys" }),
  ]);
  await app.as("admin").keys.revoke({ id: keyId, reason: "Replaced" });
  expect(await needs("blocked_key")).toEqual([]);
});

test("customers are handed over while others are derived, without a deadlock", async () => {
  const now = new Date();
  const successor = { tenantId: priya.tenantId, objectId: "33333333-3333-4333-8333-333333333333" };
  await app.db
    .insert(staff)
    .values({ ...successor, name: "Sam", email: null, role: "admin", firstSeenAt: now, lastSignInAt: now });
  for (const id of ["left-a", "left-b"])
    await app.db
      .execute(sql`insert into customers (id, name, owner_id, owner_name, domains, offers, subscriptions, active_subscriptions,
      seats, is_test, search_text, derived_at) values (${id}, ${id}, ${priyasId}, 'Priya', '{}', '{}', 0, 0, 0, false, '', now())`);
  await block();
  const to = `${successor.tenantId}:${successor.objectId}`;
  let handedOver: Promise<{ customers: number }> | undefined;
  await app.db.transaction(async (tx) => {
    await lockDerivations(tx);
    await tx.execute(sql`select from customers where id = 'left-b' for update`);
    handedOver = app.as("admin").staff.handOver({ ...priya, to });
    await eventually(async () => {
      const { rows } = await app.db.execute(sql`select from pg_locks where not granted`);
      return rows.length > 0;
    });
    await tx.execute(sql`select from customers where id = 'left-a' for update`);
  });
  expect(await handedOver).toMatchObject({ customers: 2 });
});
