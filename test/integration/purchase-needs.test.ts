/** What needs someone when Microsoft activates a purchase itself, or turns purchasers away; and purchases that are tests. */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { confirmProvisioning } from "../../server/commands/product/confirm-provisioning.ts";
import { createPurchases } from "../../server/http/purchases.ts";
import { findPersona } from "../../sandbox/personas.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

type Link = { subscriptionId: string; token: string };

const buy = (purchase: Record<string, unknown> = {}) =>
  app.control<Link>("purchases", { offerId: "insight", planId: "team", quantity: 5, purchaser: "ada", ...purchase });
const needs = async (kind: string) =>
  (await app.as("viewer").needs.list({})).needs.filter((need) => need.kind === kind);
const onboardingOf = async (id: string) => (await needs("onboarding")).find((need) => need.id === id);
const statusOf = async (id: string) =>
  (await app.as("viewer").subscriptions.rows({ ids: [id] })).find((row) => row.id === id)?.status;
const activated = async (purchase: Record<string, unknown> = {}) => {
  const { subscriptionId } = await buy({ autoActivate: true, ...purchase });
  await eventually(async () => (await statusOf(subscriptionId)) === "Subscribed");
  return subscriptionId;
};

const purchases = () =>
  createPurchases({ db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet });
const ada = () => {
  const { tenantId = "", objectId = "", email = null, name = "" } = findPersona("ada") ?? {};
  return { tenantId, objectId, email, name, username: email, isEmailVerified: true };
};

describe("B1: a purchase that Microsoft activated automatically", () => {
  test("waits until someone has onboarded the customer, which is recorded once", async () => {
    const id = await activated({ name: "Not onboarded yet" });
    const need = await eventually(() => onboardingOf(id));
    expect(need).toMatchObject({
      what: "Activated by Microsoft, not onboarded",
      actions: ["onboarded", "write", "open"],
      since: expect.any(String),
    });
    await expect(app.as("viewer").subscriptions.markOnboarded({ subscriptionId: id })).rejects.toThrow("role");
    await app.as("operator").subscriptions.markOnboarded({ subscriptionId: id });
    expect(await onboardingOf(id)).toBeUndefined();
    const [entry] = (await app.as("viewer").activity.list({ kind: "subscription.onboarded" })).rows;
    expect(entry).toMatchObject({ actor: { name: "Test operator" }, subscriptionId: id });
    await expect(app.as("operator").subscriptions.markOnboarded({ subscriptionId: id })).rejects.toThrow(
      "already been onboarded",
    );
  });

  test("waits again as long as before once the mark is taken back, unless something has changed since", async () => {
    const operator = app.as("operator").subscriptions;
    const mark = async (subscriptionId: string) => {
      await eventually(() => onboardingOf(subscriptionId));
      await operator.markOnboarded({ subscriptionId });
      return () => operator.undoOnboarded({ subscriptionId });
    };
    const id = await activated({ name: "Marked too early" });
    await eventually(() => onboardingOf(id));
    await app.db.execute(sql`update onboardings set since = since - interval '3 days' where subscription_id = ${id}`);
    const { since } = await eventually(() => onboardingOf(id));
    const undo = await mark(id);
    await expect(app.as("viewer").subscriptions.undoOnboarded({ subscriptionId: id })).rejects.toThrow("role");
    await expect(app.as("admin").subscriptions.undoOnboarded({ subscriptionId: id })).rejects.toThrow(
      "Test operator has marked this customer as onboarded since. Nothing was changed.",
    );
    await undo();
    expect(await onboardingOf(id)).toMatchObject({ since });
    const [entry] = (await app.as("viewer").activity.list({ kind: "subscription.onboarding_reopened" })).rows;
    expect(entry).toMatchObject({ actor: { name: "Test operator" }, subscriptionId: id });
    await expect(undo()).rejects.toThrow("This customer is not marked as onboarded.");

    const again = await mark(id);
    await app.db.execute(sql`update subscriptions set contact_name = 'Ada', contact_email = 'ada@fabrikam.example',
      contact_company = 'Fabrikam', contact_phone = '' where id = ${id}`);
    await expect(again()).rejects.toThrow("A contact has been provided since.");

    const confirmed = await activated({ name: "Provisioned" });
    const afterwards = await mark(confirmed);
    const context = { db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet };
    await confirmProvisioning(
      { ...context, actor: { kind: "product", id: randomUUID(), name: "Product" } },
      { subscriptionId: confirmed, planId: "team", quantity: 5, access: "full", reference: null, evidence: null },
    );
    await expect(afterwards()).rejects.toThrow("Your product has confirmed the subscription since.");

    const ended = await activated({ name: "Ended" });
    const late = await mark(ended);
    await app.control(`subscriptions/${ended}/unsubscribe`, {});
    await eventually(async () => (await statusOf(ended)) === "Unsubscribed");
    await expect(late()).rejects.toThrow("The subscription has ended since.");
  });

  test("no longer waits once the customer left a contact on the landing page", async () => {
    const id = await activated();
    await eventually(() => onboardingOf(id));
    const contact = { name: "Ada Moreau", email: "ada@fabrikam.example", company: "Fabrikam", phone: "" };
    await purchases().activate(ada(), id, {
      contact,
      answers: [],
      asked: { version: 0, questions: [] },
      language: "en",
    });
    expect(await onboardingOf(id)).toBeUndefined();
  });

  test("no longer waits once it has ended, and one without a webhook waits after reconciliation finds it", async () => {
    const ended = await activated();
    await eventually(() => onboardingOf(ended));
    await app.control(`subscriptions/${ended}/unsubscribe`, {});
    await eventually(async () => (await onboardingOf(ended)) === undefined);

    const { subscriptionId } = await buy({ autoActivate: true, deliver: false });
    await app.as("operator").reconcile.start();
    await eventually(() => onboardingOf(subscriptionId));
  });

  test("is not one that staff or the purchaser activated, nor one that was made long before it was seen", async () => {
    const { subscriptionId } = await buy();
    await app.as("operator").subscriptions.refresh({ subscriptionId });
    await app.as("operator").subscriptions.activate({ subscriptionId, reason: "Agreed by phone" });
    await eventually(async () => (await statusOf(subscriptionId)) === "Subscribed");
    expect(await onboardingOf(subscriptionId)).toBeUndefined();

    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, purchased_at, synced_at, created_at, updated_at)
      values ('old', 'Old', 'insight', 'team', 'Subscribed', now(), 'webhook', now() - interval '1 year', now(), now(), now())`);
    expect(await onboardingOf("old")).toBeUndefined();
    await app.db.execute(sql`delete from subscriptions where id = 'old'`);
  });
});

describe("B3: purchasers that Microsoft refuses", () => {
  test.each([
    ["403", { status: 403, body: { message: "Forbidden." } }, "Technical configuration"],
    ["401", { status: 401, body: {} }, "Technical configuration"],
  ])(
    "with a %s for Resolve are shown to staff with what to do, until a purchaser succeeds",
    async (status, fault, remedy) => {
      const { token, subscriptionId } = await buy();
      await app.control("faults", { target: "POST ^/api/saas/subscriptions/resolve$", ...fault });
      await expect(purchases().resolve(ada(), token)).rejects.toThrow(status);
      await expect(purchases().resolve(ada(), token)).rejects.toThrow(status);
      const found = await needs("purchase_refused");
      expect(found).toEqual([
        expect.objectContaining({
          what: expect.stringContaining(status),
          rule: expect.stringMatching(new RegExp(`Turned away so far: 2 visits.*${remedy}`)),
          place: "/settings/connection",
        }),
      ]);
      expect(JSON.stringify(found)).not.toMatch(/ada|fabrikam/i);
      await app.control("faults", undefined, "DELETE");
      expect(await purchases().resolve(ada(), token)).toMatchObject({ subscriptionId });
      expect(await needs("purchase_refused")).toEqual([]);
    },
  );

  test("because of their own invalid token are not shown to staff", async () => {
    await expect(purchases().resolve(ada(), "no-token-of-ours")).rejects.toThrow("400");
    expect(await needs("purchase_refused")).toEqual([]);
  });
});

describe("B17: a purchase without a customer", () => {
  test.each([
    ["a test", { isTest: true }, "test"],
    ["made in the integration sandbox", { sandboxType: "Csp" }, "sandbox (Csp)"],
    ["a dry run", { sessionMode: "DryRun" }, "dry run"],
    ["of an offer's preview", { offerId: "insight-preview" }, "preview"],
  ])("%s is marked and filtered, and not counted in any figure", async (_what, marks, words) => {
    const before = await app.as("viewer").subscriptions.counts();
    const id = await activated(marks);
    expect((await app.as("viewer").subscriptions.get({ id })).testMarks).toEqual([words]);
    const ids = async (filters: { test?: boolean }) =>
      (await app.as("viewer").subscriptions.list(filters)).rows.map((row) => row.id);
    expect(await ids({})).toContain(id);
    expect(await ids({ test: true })).toContain(id);
    expect(await ids({ test: false })).not.toContain(id);
    const after = await app.as("viewer").subscriptions.counts();
    expect({ ...after, testGroups: [] }).toEqual({ ...before, testGroups: [] });
    const sum = (groups: { subscriptions: number }[]) => groups.reduce((all, one) => all + one.subscriptions, 0);
    expect(sum(after.testGroups)).toBe(sum(before.testGroups) + 1);
    const overview = await app.as("viewer").overview.get({});
    expect(overview.states.at(-1)?.subscriptions).toBe(
      after.byStatus.PendingFulfillmentStart + after.byStatus.Subscribed + after.byStatus.Suspended,
    );
    expect(overview.flows.reduce((all, flow) => all + flow.purchased, 0)).toBe(overview.cohort.purchased);
    await app.control(`subscriptions/${id}/unsubscribe`, {});
    await eventually(async () => (await statusOf(id)) === "Unsubscribed");
    expect((await app.as("viewer").subscriptions.counts()).byStatus).toEqual(before.byStatus);
  });

  test("keeps the offer of a preview among the filter values", async () => {
    await activated({ offerId: "insight-preview" });
    expect((await app.as("viewer").subscriptions.facets()).offers.map(({ offerId }) => offerId)).toContain(
      "insight-preview",
    );
  });
});

test("B20: a value that Microsoft has not reported is found, and not taken for an answer", async () => {
  const insert = (id: string, columns: string, values: string) =>
    app.db.execute(
      sql.raw(
        `insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at, ${columns}) values ('${id}', '${id}', 'insight', 'team', 'Subscribed', now(), 'reconcile', now(), now(), now(), ${values})`,
      ),
    );
  await insert(
    "all-known",
    "purchased_at, term_ends_at, auto_renews, purchaser_tenant_id, beneficiary_tenant_id",
    "now(), now(), true, 'a', 'a'",
  );
  await insert(
    "unknown",
    "purchased_at, term_ends_at, auto_renews, purchaser_tenant_id, beneficiary_tenant_id",
    "null, null, null, null, null",
  );
  for (const unknown of ["purchased", "termEnd", "renewal", "channel"] as const) {
    const ids = (await app.as("viewer").subscriptions.list({ unknown })).rows.map(({ id }) => id);
    expect(ids).toContain("unknown");
    expect(ids).not.toContain("all-known");
  }
  for (const filters of [{ renews: true }, { renews: false }, { reseller: true }, { reseller: false }]) {
    const ids = (await app.as("viewer").subscriptions.list(filters)).rows.map(({ id }) => id);
    expect(ids).not.toContain("unknown");
  }
});
