/** Cancellations that need approval: who can do what, what is recorded, and what happens with two simultaneous clicks. */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { expireCancellations } from "../../server/commands/subscriptions/cancel-requests.ts";
import type { Role } from "../../shared/roles.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";
import { approved } from "../support/second-admin.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

async function setPolicy(needsSecondPerson: boolean, waitsHours = 24): Promise<void> {
  const { version } = await app.as("viewer").cancellations.policy();
  const policy = { needsSecondPerson, waitsHours, seenVersion: version, reason: "As agreed" };
  await approved(app, app.as("admin").cancellations.setPolicy(policy));
}
beforeEach(() => setPolicy(true));

const ask = (subscriptionId: string, staff = app.as("admin")) =>
  staff.subscriptions.cancel({ subscriptionId, reason: "", reasonCode: "not_satisfied", confirmation: "Fabrikam" });
/** As the product does. @returns the request */
async function askWithKey(key: string, id: string): Promise<string> {
  const answer = await fetch(`${app.url}/api/v1/subscriptions/${id}/request-cancellation`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": randomUUID() },
    body: JSON.stringify({ reason: "Asked for in the product" }),
  });
  expect(answer.status).toBe(202);
  return (await requestOf(id))?.id ?? "";
}
const requestOf = async (id: string) => (await app.find(id))?.cancelRequest ?? null;
const colleague = (name: string, role: Role = "operator") =>
  app.as(role, { staff: { id: `tenant:${name}`, name, email: null, role } }).cancellations;
const kinds = async (id: string) =>
  (await app.as("viewer").subscriptions.timeline({ id })).rows.map(({ kind }) => kind);
const needs = async (id: string) =>
  (await app.as("viewer").needs.list({})).needs.filter(
    (need) => need.subscriptionId === id && need.kind === "cancel_request",
  );

describe("the policy", () => {
  test("is set only by admins, is not overwritten by someone who has not seen it, and is recorded", async () => {
    const { version } = await app.as("viewer").cancellations.policy();
    const input = { needsSecondPerson: true, waitsHours: 48, seenVersion: version };
    for (const role of ["viewer", "operator"] as const) {
      await expect(app.as(role).cancellations.setPolicy(input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    const done = await Promise.allSettled([
      app.as("admin").cancellations.setPolicy(input),
      app.as("admin").cancellations.setPolicy(input),
    ]);
    expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const { rows } = await app.as("viewer").activity.list({});
    expect(rows[0]).toMatchObject({
      kind: "setting.cancel_policy_changed",
      before: { needsSecondPerson: true, waitsHours: 24 },
      after: { needsSecondPerson: true, waitsHours: 48 },
    });
    await expect(app.as("admin").cancellations.setPolicy({ ...input, waitsHours: 0 })).rejects.toThrow(
      "Enter at least 1 hour.",
    );
  });

  test("is off by default, and takes effect immediately when it is turned off", async () => {
    await app.db.execute(sql`delete from cancel_policy`);
    expect(await app.as("viewer").cancellations.policy()).toMatchObject({ needsSecondPerson: false, version: 0 });
    const id = await app.buyActive({ name: "Fabrikam" });
    expect(await ask(id)).toEqual({ operationId: expect.any(String) });
    await eventually(async () => (await app.record(id))?.status === "Unsubscribed");
  });
});

describe("a cancellation request", () => {
  test("waits and needs attention; the approval cancels the subscription and records both people", async () => {
    const id = await app.buyActive({ name: "Fabrikam" });
    expect(await ask(id)).toEqual({ requestId: expect.any(String) });
    expect(await app.find(id)).toMatchObject({
      status: "Subscribed",
      cancelNeedsSecondPerson: true,
      cancelRequest: { requestedByName: "Test admin", isMine: false, reasonCode: "Customer not satisfied" },
    });
    const blockedReason = (await app.as("admin").subscriptions.get({ id })).actions.find(
      (one) => one.action === "cancel",
    );
    expect(blockedReason).toMatchObject({
      isPossible: false,
      blockedReason: "Test admin has already requested the cancellation, and it is waiting for a colleague's approval.",
    });
    expect(await needs(id)).toMatchObject([
      { actions: ["open"], rule: expect.stringContaining("Test admin requested") },
    ]);
    const requestId = (await requestOf(id))?.id ?? "";
    const { operationId } = await colleague("Bo").approve({ requestId });
    expect((await app.as("viewer").subscriptions.get({ id })).operations).toContainEqual(
      expect.objectContaining({ id: operationId, approvedByName: "Bo" }),
    );
    await eventually(async () => (await app.record(id))?.status === "Unsubscribed");
    const trace = await app.as("viewer").operations.trace({ id: operationId });
    expect(trace.operation).toMatchObject({ action: "Unsubscribe", actor: { name: "Test admin" } });
    expect(trace.activity).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: "operation.requested", actor: { kind: "staff", name: "Test admin" } }),
        expect.objectContaining({ kind: "cancellation.approved", actor: { kind: "staff", name: "Bo" } }),
      ]),
    );
    expect(await requestOf(id)).toBeNull();
    expect(await needs(id)).toEqual([]);
  });

  test("cannot be approved or declined by the person who made it or by a viewer, nor withdrawn by others", async () => {
    const id = await app.buyActive({ name: "Fabrikam" });
    await ask(id);
    const requestId = (await requestOf(id))?.id ?? "";
    await expect(app.as("admin").cancellations.approve({ requestId })).rejects.toThrow("a colleague has to approve");
    await expect(app.as("admin").cancellations.decline({ requestId, reason: "mine" })).rejects.toThrow(
      "a colleague has to approve or decline it",
    );
    await expect(app.as("viewer").cancellations.approve({ requestId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(app.as("viewer").cancellations.decline({ requestId, reason: "mine" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(app.as("viewer").cancellations.withdraw({ requestId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(colleague("Bo").withdraw({ requestId })).rejects.toThrow("Only Test admin");
    await expect(
      app.db.execute(sql`update cancel_requests set state = 'approved', decided_by_id = requested_by_id,
        decided_by_name = 'x', decided_at = now(), operation_id = ${requestId} where id = ${requestId}`),
    ).rejects.toMatchObject({ cause: { constraint: "cancel_requests_second_person" } });
    await app.as("admin").cancellations.withdraw({ requestId });
    expect(await requestOf(id)).toBeNull();
    expect((await kinds(id))[0]).toBe("cancellation.withdrawn");
    expect(await app.find(id)).toMatchObject({ status: "Subscribed", openOperations: 0 });
  });

  test("cannot be approved by the person who created the API key that made it, unless no second person is needed", async () => {
    const { key } = await app.as("admin").keys.make({ name: "Own product", scopes: ["read", "change"] });
    const id = await app.buyActive({ name: "Fabrikam" });
    const request = () => askWithKey(key, id);
    const first = await request();
    await expect(app.as("admin").cancellations.approve({ requestId: first })).rejects.toThrow(
      'This request was made with the API key "Own product", which you created',
    );
    await app.as("admin").cancellations.decline({ requestId: first, reason: "Not now" });
    const second = await request();
    await colleague("Bo").approve({ requestId: second });
    await eventually(async () => (await app.record(id))?.status === "Unsubscribed");
    await setPolicy(false);
    const other = await app.buyActive({ name: "Fabrikam" });
    await app.db
      .execute(sql`update cancel_requests set subscription_id = ${other}, state = 'waiting', decided_by_id = null,
      decided_by_name = null, decided_at = null, decision_reason = null, operation_id = null where id = ${first}`);
    await app.as("admin").cancellations.approve({ requestId: first });
  });

  test("cannot be approved once the API key that made it was revoked", async () => {
    const { id: keyId, key } = await app.as("admin").keys.make({ name: "Stolen", scopes: ["read", "change"] });
    const id = await app.buyActive({ name: "Fabrikam" });
    const requestId = await askWithKey(key, id);
    await app.as("admin").keys.revoke({ id: keyId, reason: "It was published" });
    await expect(colleague("Bo").approve({ requestId })).rejects.toThrow(
      "The API key “Stolen”, which made this request, has been revoked.",
    );
    expect(await app.find(id)).toMatchObject({ status: "Subscribed", openOperations: 0 });
    await colleague("Bo").decline({ requestId, reason: "Not by us" });
  });

  test("is declined with a reason, and can be made again", async () => {
    const id = await app.buyActive({ name: "Fabrikam" });
    await ask(id);
    const requestId = (await requestOf(id))?.id ?? "";
    await expect(colleague("Bo").decline({ requestId, reason: "" })).rejects.toThrow("Write a reason");
    await colleague("Bo").decline({ requestId, reason: "They stay after all" });
    const [entry] = (await app.as("viewer").subscriptions.timeline({ id })).rows;
    expect(entry).toMatchObject({
      kind: "cancellation.declined",
      reason: "They stay after all",
      actor: { name: "Bo" },
    });
    await expect(colleague("Cy").approve({ requestId })).rejects.toThrow(
      "Bo has already handled this request: it is declined.",
    );
    expect(await ask(id)).toEqual({ requestId: expect.any(String) });
  });

  test("stays one request and one cancellation if it is made twice and approved by two people at the same time", async () => {
    const id = await app.buyActive({ name: "Fabrikam" });
    const asked = await Promise.allSettled([ask(id), ask(id)]);
    expect(asked.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const requestId = (await requestOf(id))?.id ?? "";
    const done = await Promise.allSettled([
      colleague("Bo").approve({ requestId }),
      colleague("Cy").approve({ requestId }),
    ]);
    expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const cancelling = await app.db.execute(
      sql`select id from operations where subscription_id = ${id} and action = 'Unsubscribe' and source = 'Partner'`,
    );
    expect(cancelling.rows).toHaveLength(1);
  });

  test("expires, which is recorded, and can no longer be approved", async () => {
    const id = await app.buyActive({ name: "Fabrikam" });
    await ask(id);
    const requestId = (await requestOf(id))?.id ?? "";
    const tomorrow = () => new Date(Date.now() + 25 * 3_600_000);
    const late = app.as("operator", { now: tomorrow });
    await expect(late.cancellations.approve({ requestId })).rejects.toThrow("This request has expired.");
    expect((await late.subscriptions.get({ id })).cancelRequest).toBeNull();
    expect(await expireCancellations({ db: app.db, now: tomorrow })).toBeGreaterThan(0);
    expect((await kinds(id))[0]).toBe("cancellation.expired");
    await expect(colleague("Bo").approve({ requestId })).rejects.toThrow("it is expired");
    expect(await app.find(id)).toMatchObject({ status: "Subscribed" });
  });

  test("is refused with a message if the subscription has ended, and stays undecided", async () => {
    const id = await app.buyActive({ name: "Fabrikam" });
    await ask(id);
    const requestId = (await requestOf(id))?.id ?? "";
    await app.control(`subscriptions/${id}/unsubscribe`, {});
    await eventually(async () => (await app.record(id))?.status === "Unsubscribed");
    await expect(colleague("Bo").approve({ requestId })).rejects.toThrow("This subscription has been canceled");
    await colleague("Bo").decline({ requestId, reason: "It has already ended" });
  });

  test("needs the typed name, a reason and an admin, like any cancellation", async () => {
    const id = await app.buyActive({ name: "Fabrikam" });
    const input = { subscriptionId: id, reason: "because", confirmation: "Fabrikan" };
    await expect(app.as("admin").subscriptions.cancel(input)).rejects.toThrow('Type "Fabrikam" to confirm.');
    await expect(app.as("operator").subscriptions.cancel(input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await requestOf(id)).toBeNull();
  });
});
