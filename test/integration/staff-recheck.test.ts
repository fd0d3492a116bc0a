import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { applyDuePolicyChanges } from "../../server/commands/policies/decide-policy-change.ts";
import { sessions, staff } from "../../server/database/schema/staff.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { eventually, quiet, startTestApp } from "../support/app.ts";
import type { TestApp } from "../support/app.ts";

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** Half an hour has passed for this person, and the job of that minute runs. */
async function halfAnHourLater(email: string) {
  await app.db
    .update(sessions)
    .set({ recheckAt: new Date(0) })
    .where(eq(sessions.email, email));
  await app.db.execute(sql`select graphile_worker.add_job('recheck-staff')`);
}

async function signIn(persona: string) {
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), persona);
  const cookie = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
  return { browser, cookie };
}

describe("B13: the subscriptions of a person who lost access in Entra", () => {
  const needs = async (kind: string) =>
    (await app.as("viewer").needs.list({})).needs.filter((need) => need.kind === kind).map(({ what }) => what);
  const idOf = async (email: string) => {
    const person = (await app.as("admin").staff.list()).find((one) => one.email === email)!;
    return { ...person, id: `${person.tenantId}:${person.objectId}` };
  };

  test.each([
    ["a removed role", { roles: [] }, { roles: ["Marketdesk.Operator"] }],
    ["a disabled account", { isDisabled: true }, { isDisabled: false }],
  ])("by %s are listed, handed over, and no longer listed", async (_what, loss, back) => {
    await signIn("operator");
    await signIn("admin");
    const operator = await idOf("operator@contoso.example");
    const admin = await idOf("admin@contoso.example");
    const asOperator = app.as("operator", { staff: { ...operator, email: "", role: "operator" } });
    const ids = [await app.buyActive(), await app.buyActive()];
    for (const subscriptionId of ids) await asOperator.subscriptions.assignOwner({ subscriptionId, owner: "me" });
    await asOperator.subscriptions.setFollowUp({ subscriptionId: ids[0]!, on: "2035-01-01" });
    const view = await asOperator.views.create({ name: `Due ${JSON.stringify(loss)}`, filters: {} });
    await asOperator.views.share({ id: view.id, isShared: true });
    const customer = "left-behind";
    await app.db
      .execute(sql`insert into customers (id, name, owner_id, owner_name, domains, offers, subscriptions, active_subscriptions,
        seats, is_test, search_text, derived_at)
      values (${customer}, 'Left behind', ${operator.id}, ${operator.name}, '{}', '{}', 0, 0, 0, false, '', now())
      on conflict (id) do update set owner_id = excluded.owner_id, owner_name = excluded.owner_name`);
    const { version } = await app.as("viewer").cancellations.policy();
    await app.as("admin").cancellations.setPolicy({ needsSecondPerson: true, waitsHours: 24, seenVersion: version });
    const bought = await app.buyActive();
    await app
      .as("admin", { staff: { ...operator, email: "", role: "admin" } })
      .subscriptions.cancel({ subscriptionId: bought, reason: "They asked for it", confirmation: bought });
    expect(await needs("cancel_request")).not.toEqual([]);
    expect(await needs("blocked_owner")).toEqual([]);

    await app.control("people/operator", loss);
    await halfAnHourLater("operator@contoso.example");
    await eventually(async () => (await needs("blocked_owner")).length === 1);
    expect(await needs("blocked_owner")).toEqual([`${operator.name} lost access in Entra and owns 2 subscriptions`]);
    expect(await needs("blocked_views")).toEqual([`${operator.name} lost access in Entra and owns 1 shared view`]);
    expect(await needs("cancel_request")).toEqual([]);
    expect((await app.find(bought))?.cancelRequest).toBeNull();
    expect(await idOf("operator@contoso.example")).toMatchObject({
      accessLostAt: expect.any(String),
      leaves: { subscriptions: 2, followUps: 1, customers: 1, sharedViews: 1 },
    });
    expect((await app.as("viewer").subscriptions.possibleOwners()).map(({ id }) => id)).not.toContain(operator.id);

    const { tenantId, objectId } = operator;
    await expect(app.as("operator").staff.handOver({ tenantId, objectId, to: admin.id })).rejects.toThrow("role admin");
    await expect(app.as("admin").staff.handOver({ tenantId, objectId, to: operator.id })).rejects.toThrow("cannot own");
    const { tenantId: ofAdmin, objectId: adminsObject } = admin;
    await expect(
      app.as("admin").staff.handOver({ tenantId: ofAdmin, objectId: adminsObject, to: admin.id }),
    ).rejects.toThrow("still has access");
    expect(await app.as("admin").staff.handOver({ tenantId, objectId, to: admin.id })).toEqual({
      subscriptions: 2,
      customers: 1,
      views: 1,
    });
    expect(await app.as("viewer").customers.get({ id: customer })).toMatchObject({
      customer: { ownerId: admin.id, ownerName: admin.name },
    });
    for (const kind of ["blocked_owner", "blocked_views"]) expect(await needs(kind)).toEqual([]);
    expect(await app.find(ids[0]!)).toMatchObject({ ownerId: admin.id, followUpOn: "2035-01-01" });
    const { rows } = await app.as("viewer").subscriptions.timeline({ id: ids[1]! });
    expect(rows.find(({ kind }) => kind === "subscription.owner_changed")).toMatchObject({
      actor: { name: "Test admin" },
    });

    await app.control("people/operator", back);
    await signIn("operator");
    expect(await idOf("operator@contoso.example")).toMatchObject({ accessLostAt: null, leaves: null });
  });

  test("by a role that was reduced to viewer are listed until the role is back", async () => {
    await signIn("operator");
    const operator = await idOf("operator@contoso.example");
    const subscriptionId = await app.buyActive();
    await app
      .as("operator", { staff: { ...operator, email: "", role: "operator" } })
      .subscriptions.assignOwner({ subscriptionId, owner: "me" });
    await app.control("people/operator", { roles: ["Marketdesk.Viewer"] });
    await halfAnHourLater("operator@contoso.example");
    await eventually(async () => (await needs("blocked_owner"))[0]?.includes("is only a viewer now"));
    await app.control("people/operator", { roles: ["Marketdesk.Operator"] });
    await halfAnHourLater("operator@contoso.example");
    await eventually(async () => (await needs("blocked_owner")).length === 0);
  });
});

describe("what waits for a person who has signed out", () => {
  test("is not applied in their name until Entra has confirmed them again", async () => {
    await signIn("admin");
    const admin = (await app.as("admin").staff.list()).find(({ email }) => email === "admin@contoso.example")!;
    const id = `${admin.tenantId}:${admin.objectId}`;
    const policies = app.as("admin", { staff: { ...admin, id, role: "admin" } }).cancellations;
    const policy = () => policies.policy();
    if (!(await policy()).needsSecondPerson)
      await policies.setPolicy({ needsSecondPerson: true, waitsHours: 24, seenVersion: (await policy()).version });
    const { version: seenVersion } = await policy();
    await policies.setPolicy({ needsSecondPerson: false, waitsHours: 24, seenVersion, reason: "I leave today" });
    const latest = async () => (await app.as("admin").policyChanges.list())[0];
    const applyDue = () =>
      applyDuePolicyChanges({ db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet });

    // They signed out, the account was disabled, and the time passed: no session is left that could be checked.
    await app.db.delete(sessions).where(eq(sessions.email, "admin@contoso.example"));
    await app.control("people/admin", { isDisabled: true });
    onTestFinished(async () => void (await app.control("people/admin", { isDisabled: false })));
    const hoursAgo = (hours: number) => sql`now() - make_interval(hours => ${hours})`;
    await app.db.update(staff).set({ confirmedAt: hoursAgo(25), lastSignInAt: hoursAgo(25) });
    await app.db.execute(
      sql`update policy_changes set requested_at = ${hoursAgo(25)}, applies_at = ${hoursAgo(1)} where state = 'waiting'`,
    );
    await applyDue();
    expect(await latest()).toMatchObject({ state: "waiting" });

    await app.control("people/admin", { isDisabled: false });
    await signIn("admin");
    await applyDue();
    expect(await latest()).toMatchObject({ state: "elapsed" });
    expect((await policy()).needsSecondPerson).toBe(false);
  });

  test("is confirmed by each check of a session", async () => {
    await signIn("admin");
    await app.db.update(staff).set({ confirmedAt: null, lastSignInAt: new Date(0) });
    await halfAnHourLater("admin@contoso.example");
    await eventually(async () => {
      const { rowCount } = await app.db.execute(sql`
        select from staff where email = 'admin@contoso.example' and confirmed_at > now() - interval '10 minutes'`);
      return rowCount === 1;
    });
  });
});

describe("C2: a role that Entra no longer assigns", () => {
  test("ends the stream of an open page, and the next request is refused", async () => {
    const { cookie } = await signIn("operator");
    const stream = await fetch(`${app.url}/trpc/live.changes`, { headers: { cookie } });
    expect(stream.status).toBe(200);
    const reader = stream.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    await app.control("people/operator", { roles: [] });
    await halfAnHourLater("operator@contoso.example");
    for (;;) {
      const { done } = await reader.read();
      if (done) break;
    }
    const next = await fetch(`${app.url}/trpc/me.get`, { headers: { cookie } });
    expect(await next.text()).toContain("UNAUTHORIZED");
  });

  test("does not end the sessions of people who still have one", async () => {
    const { cookie } = await signIn("admin");
    await halfAnHourLater("admin@contoso.example");
    await eventually(async () => {
      const [row] = await app.db.select().from(sessions).where(eq(sessions.email, "admin@contoso.example"));
      return row?.recheckAt && row.recheckAt.getTime() > Date.now() + 20 * 60_000;
    });
    const next = await fetch(`${app.url}/trpc/me.get`, { headers: { cookie } });
    expect(next.status).toBe(200);
  });
});
