import { and, desc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ActivationMode } from "../../shared/activation-policies.ts";
import { offerMark, planMark } from "../../server/domain/name-marks.ts";
import { activateFromLanding } from "../../server/commands/subscriptions/activate-subscription.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { operations } from "../../server/database/schema/operations.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";
import { approved } from "../support/second-admin.ts";
import { createBrowserSession, type LoadedPage } from "../../sandbox/browser-session.ts";

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startTestApp();
  ({ key } = await app.as("admin").keys.make({ name: "Production" }));
});
afterAll(() => app?.stop());
beforeEach(() => app.control("calls", undefined, "DELETE"));

const team = { offerId: "insight", planId: "team" };

async function setPolicy(mode: ActivationMode | null, scope: { offerId: string; planId: string | null } = team) {
  const [latest] = await app.as("viewer").policies.history(scope);
  if ((latest?.mode ?? null) === mode) return;
  const policy = { ...scope, mode, seenVersion: latest?.version ?? 0, reason: "As agreed" };
  await approved(app, app.as("admin").policies.set(policy));
}

type Link = { subscriptionId: string; landingUrl: string };
const buy = (purchase: object = {}) =>
  app.control<Link>("purchases", { ...team, quantity: 5, purchaser: "ada", autoActivate: false, ...purchase });

const contact = { name: "Ada Moreau", email: "ada@fabrikam.example", company: "Fabrikam", phone: "" };

async function arrive(landingUrl: string) {
  const browser = createBrowserSession();
  const welcome = await browser.visit(landingUrl);
  const signInPage = await browser.follow(welcome, "Sign in with Microsoft");
  const shown = await browser.chooseAccount(signInPage, "ada");
  return { browser, shown, press: (from: LoadedPage = shown) => browser.submit(from, "/landing/activate", contact) };
}

const textOf = (shown: LoadedPage) =>
  shown.html.replaceAll(/<style[^]*?<\/style>|<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
const find = (id: string) => app.as("viewer").subscriptions.get({ id });
const isActive = (id: string) => eventually(async () => (await find(id)).status === "Subscribed");
const activationsOf = (id: string) =>
  app.db
    .select()
    .from(operations)
    .where(and(eq(operations.subscriptionId, id), eq(operations.action, "Activate")));

async function activateCalls(id: string): Promise<number> {
  const { calls } = await app.control<{ calls: { method: string; path: string }[] }>("calls?limit=1000");
  return calls.filter(({ method, path }) => method === "POST" && path.includes(`${id}/activate`)).length;
}

async function confirm(id: string, body: object): Promise<Response> {
  return fetch(`${app.url}/api/v1/subscriptions/${id}/confirmation`, {
    method: "PUT",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function recorded(kind: string, subscriptionId?: string) {
  return app.db
    .select()
    .from(activity)
    .where(and(eq(activity.kind, kind), subscriptionId ? eq(activity.subscriptionId, subscriptionId) : undefined))
    .orderBy(desc(activity.id));
}

const ready = { planId: "team", quantity: 5, access: "full" };

describe("a policy", () => {
  test("is a version with its reason on record, and the plan's policy overrides the offer's", async () => {
    await setPolicy("staff", { offerId: "vault", planId: null });
    await setPolicy("immediately", { offerId: "vault", planId: "plus" });
    const { landingUrl } = await buy({ offerId: "vault", planId: "basic", quantity: undefined });
    expect(textOf((await arrive(landingUrl)).shown)).toContain("Confirm purchase");
    const other = await buy({ offerId: "vault", planId: "plus", quantity: undefined });
    expect(textOf((await arrive(other.landingUrl)).shown)).toContain("Activate subscription");
    await setPolicy(null, { offerId: "vault", planId: "plus" });
    expect(textOf((await arrive(other.landingUrl)).shown)).toContain("Confirm purchase");
    const [entry] = await recorded("policy.changed");
    expect(entry).toMatchObject({
      actorKind: "staff",
      reason: "As agreed",
      summary: expect.stringContaining(
        `plan ${planMark("plus", "vault")} of ${offerMark("vault")}, version 3: inherited from the wider policy`,
      ),
    });
    const { scopes } = await app.as("viewer").policies.list();
    const plus = scopes.find(({ planId }) => planId === "plus");
    expect(plus).toMatchObject({ own: { version: 3, mode: null }, active: { mode: "staff" } });
  });

  test.each(["viewer", "operator"] as const)("cannot be set by a %s", async (role) => {
    const set = app.as(role).policies.set({ ...team, mode: "staff", seenVersion: 0, reason: "Because" });
    await expect(set).rejects.toThrow("needs the role admin");
  });

  test("is not stored if it changes nothing, if another version is newer, or as inheritance for all offers", async () => {
    const { policies } = app.as("admin");
    await setPolicy("staff");
    const seenVersion = (await policies.history(team))[0]?.version ?? 0;
    const again = { ...team, reason: "Because" };
    await expect(policies.set({ ...again, mode: "staff", seenVersion })).rejects.toThrow("already has these values");
    await expect(policies.set({ ...again, mode: "immediately", seenVersion: 0 })).rejects.toThrow(
      "Review it, then make your change again",
    );
    const every = { offerId: null, planId: null, mode: null, seenVersion: 0, reason: "Because" };
    await expect(policies.set(every)).rejects.toThrow("cannot inherit from a wider policy");
  });

  test("does not wait for a product without an API key", async () => {
    const other = await startTestApp();
    try {
      const set = other.as("admin").policies.set({ ...team, mode: "product", seenVersion: 0, reason: "Because" });
      await expect(set).rejects.toThrow("There is no active API key");
    } finally {
      await other.stop();
    }
  });
});

test("that waits for nothing activates once, when the purchaser confirms", async () => {
  await setPolicy("immediately");
  const { subscriptionId, landingUrl } = await buy();
  const { shown, press } = await arrive(landingUrl);
  expect(textOf(shown)).toContain("Microsoft then activates your subscription");
  await Promise.all([press(), press(), press()]);
  await isActive(subscriptionId);
  expect(await activateCalls(subscriptionId)).toBe(1);
});

describe("that waits for staff", () => {
  test("informs the purchaser, adds the purchase to Needs attention, and lets staff activate it", async () => {
    await setPolicy("staff");
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown, press } = await arrive(landingUrl);
    expect(textOf(shown)).toContain("The publisher then reviews the purchase and activates your subscription");
    const [first] = await Promise.all([press(), press()]);
    expect(textOf(first)).toContain("Your purchase is confirmed");
    expect(textOf(first)).toContain("The publisher will activate your subscription");
    expect(textOf(first)).toContain("A purchase that is not activated within 30 days (by ");
    expect(await activationsOf(subscriptionId)).toHaveLength(0);
    expect(await recorded("subscription.activation_asked", subscriptionId)).toHaveLength(1);
    const ownNeeds = (await app.as("viewer").needs.list({})).needs.filter(
      (need) => need.subscriptionId === subscriptionId,
    );
    expect(ownNeeds).toMatchObject([{ kind: "activation_asked", actions: ["activate", "open"] }]);
    expect(ownNeeds[0]?.rule).toContain("Fabrikam confirmed");
    // Neither a product nor another policy moves what waits for staff.
    expect((await confirm(subscriptionId, ready)).status).toBe(200);
    await setPolicy("immediately");
    await press(first);
    expect(await activationsOf(subscriptionId)).toHaveLength(0);
    await app.as("operator").subscriptions.activate({ subscriptionId, reason: "Checked the customer" });
    await isActive(subscriptionId);
    expect(textOf(await browser.visit(shown.url))).toContain("Your subscription is active");
    expect((await app.as("viewer").needs.list({})).needs.map((need) => need.subscriptionId)).not.toContain(
      subscriptionId,
    );
  });
});

describe("that waits for the product", () => {
  test("activates once, after the product's confirmation", async () => {
    await setPolicy("product");
    const { subscriptionId, landingUrl } = await buy();
    const { browser, shown, press } = await arrive(landingUrl);
    expect(textOf(shown)).toContain("then sets up and activates your subscription");
    expect(textOf(await press())).toContain("Your subscription is being set up");
    expect(await activationsOf(subscriptionId)).toHaveLength(0);
    const asked = await fetch(`${app.url}/api/v1/subscriptions/${subscriptionId}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(await asked.json()).toMatchObject({ activation: { waitsFor: "product" }, access: "none" });
    for (const wrong of [
      { ...ready, quantity: 4 },
      { ...ready, planId: "business" },
      { ...ready, access: "suspended" },
    ]) {
      await confirm(subscriptionId, wrong);
      expect(await activationsOf(subscriptionId)).toHaveLength(0);
    }
    const answers = await Promise.all(Array.from({ length: 8 }, () => confirm(subscriptionId, ready)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    await isActive(subscriptionId);
    expect(await activateCalls(subscriptionId)).toBe(1);
    expect(await activationsOf(subscriptionId)).toMatchObject([{ actorKind: "product", actorName: "Production" }]);
    expect(textOf(await browser.visit(shown.url))).toContain("Your subscription is active");
    await confirm(subscriptionId, ready);
    expect(await activationsOf(subscriptionId)).toHaveLength(1);
  });

  test("lets the purchaser's confirmation continue if the product has confirmed first", async () => {
    await setPolicy("product");
    const { subscriptionId, landingUrl } = await buy();
    const { press } = await arrive(landingUrl);
    await confirm(subscriptionId, ready);
    expect(await activationsOf(subscriptionId)).toHaveLength(0);
    await press();
    await isActive(subscriptionId);
    expect(await activationsOf(subscriptionId)).toMatchObject([{ actorKind: "purchaser" }]);
  });

  test("continues on another instance if one dies right after the confirmation", async () => {
    await setPolicy("product");
    const { subscriptionId, landingUrl } = await buy();
    await (await arrive(landingUrl)).press();
    await app.control("faults", { target: "POST ^/api/.*/activate$", status: 503, times: 1 });
    await confirm(subscriptionId, ready);
    await app.stopApp();
    await app.startApp();
    await isActive(subscriptionId);
    expect(await activationsOf(subscriptionId)).toHaveLength(1);
  });

  test("repeats a failed activation only after a new confirmation", async () => {
    await setPolicy("product");
    const { subscriptionId, landingUrl } = await buy();
    await (await arrive(landingUrl)).press();
    await app.control("faults", { target: "POST ^/api/.*/activate$", status: 400, times: 1 });
    await confirm(subscriptionId, ready);
    await eventually(async () => (await activationsOf(subscriptionId)).some(({ outcome }) => outcome === "failed"));
    await confirm(subscriptionId, ready);
    expect(await activationsOf(subscriptionId)).toHaveLength(1);
    await confirm(subscriptionId, { ...ready, reference: "second-try" });
    await isActive(subscriptionId);
    expect(await activationsOf(subscriptionId)).toHaveLength(2);
  });

  test("adds the purchase to Needs attention after an hour without a confirmation", async () => {
    await setPolicy("product");
    const { subscriptionId, landingUrl } = await buy();
    await (await arrive(landingUrl)).press();
    const later = { now: () => new Date(Date.now() + 61 * 60_000) };
    const ofThis = async (others = {}) =>
      (await app.as("viewer", others).needs.list({})).needs.filter((need) => need.subscriptionId === subscriptionId);
    expect(await ofThis()).toEqual([]);
    expect(await ofThis(later)).toMatchObject([{ kind: "provisioning", actions: ["open"] }]);
  });

  test("stores the purchaser's confirmation and its waiting in one commit", async () => {
    await setPolicy("product");
    const { subscriptionId, landingUrl } = await buy();
    await arrive(landingUrl);
    const actor = { kind: "purchaser", id: "t:o", name: "Ada", tenantId: "t", email: null } as const;
    const ctx = { db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet, actor };
    const asked = { version: 0, questions: [] };
    await Promise.all(
      Array.from({ length: 6 }, () =>
        activateFromLanding(ctx, { subscriptionId, contact, answers: [], asked, language: "en" }),
      ),
    );
    expect(await recorded("subscription.activation_asked", subscriptionId)).toHaveLength(1);
    expect(await recorded("subscription.contact_given", subscriptionId)).toHaveLength(1);
  });
});
