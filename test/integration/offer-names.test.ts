/** Offers and plans by their names: set by admins, filled in when a sentence is read, and with ids on record. */
import { desc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { findProductOperation } from "../../server/database/queries/product-operations.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { operations } from "../../server/database/schema/operations.ts";
import { planMark } from "../../server/domain/name-marks.ts";
import { markEnd, markStart } from "../../shared/foreign-text.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

const anyMark = new RegExp(`[${markStart}${markEnd}]`);

let app: TestApp;
let id: string;

beforeAll(async () => {
  app = await startTestApp();
  id = await app.buyActive({ name: "Fabrikam" });
  await eventually(async () => (await app.find(id))?.planName === "Team");
});
afterAll(() => app?.stop());

const name = (offer: string, seenName: string | null, role: "admin" | "operator" | "viewer" = "admin") =>
  app.as(role).offers.name({ offerId: "insight", name: offer, seenName });
const summaries = async (subscriptionId = id) =>
  (await app.as("viewer").subscriptions.timeline({ id: subscriptionId })).rows.map(({ summary }) => summary);
const stored = async (kind: string) =>
  (await app.db.select().from(activity).where(eq(activity.kind, kind)).orderBy(desc(activity.id)).limit(1))[0];

describe("an offer", () => {
  test("is shown by its id until an admin names it", async () => {
    expect(await app.as("viewer").offers.list()).toEqual([
      expect.objectContaining({ offerId: "insight", name: null, named: null }),
    ]);
    expect(await app.find(id)).toMatchObject({ offerName: "insight", planName: "Team" });
    expect(await summaries()).toContain("Purchase discovered: insight, Team, 5 seats, Subscribed");
  });

  test("has its name everywhere once it is named, also in earlier entries", async () => {
    await name("Contoso Insight", null);
    expect(await app.find(id)).toMatchObject({ offerName: "Contoso Insight" });
    expect((await app.as("viewer").subscriptions.facets()).offers).toEqual([
      expect.objectContaining({ offerId: "insight", name: "Contoso Insight" }),
    ]);
    expect(await summaries()).toContain("Purchase discovered: Contoso Insight, Team, 5 seats, Subscribed");
    const scopes = (await app.as("viewer").rules.list()).scopes;
    expect(scopes.find(({ offerId }) => offerId === "insight")?.offerName).toBe("Contoso Insight");
    const found = await app.as("viewer").find.all({ q: "contoso insight" });
    expect(found.plans[0]).toMatchObject({ offerName: "Contoso Insight", offerId: "insight" });
  });

  test("keeps its id on record, so that a new name shows everywhere and changes no entry", async () => {
    const before = await stored("subscription.first_seen");
    await name("Insight Cloud", "Contoso Insight");
    expect(await summaries()).toContain("Purchase discovered: Insight Cloud, Team, 5 seats, Subscribed");
    expect(await stored("subscription.first_seen")).toEqual(before);
    expect(before).toMatchObject({ after: expect.objectContaining({ offerId: "insight", planId: "team" }) as object });
    expect(await stored("offer.named")).toMatchObject({
      actorName: "Test admin",
      summary: "Offer insight named Insight Cloud",
      before: { offerId: "insight", name: "Contoso Insight" },
      after: { offerId: "insight", name: "Insight Cloud" },
    });
    await name("Contoso Insight", "Insight Cloud");
  });

  test("is named by admins only, and not over a name that was not seen", async () => {
    for (const role of ["viewer", "operator"] as const)
      await expect(name("Mine", "Contoso Insight", role)).rejects.toThrow(/role/);
    await expect(name("Mine", null)).rejects.toThrow("Test admin has changed this name");
    await expect(name("Contoso Insight", "Contoso Insight")).rejects.toThrow("already has this name");
    await expect(name("x".repeat(101), "Contoso Insight")).rejects.toThrow("under 100 characters");
  });

  test("shows its id again once its name is removed", async () => {
    await name(" ", "Contoso Insight");
    expect(await app.find(id)).toMatchObject({ offerName: "insight" });
    await name("Contoso Insight", null);
  });
});

describe("names appear", () => {
  test("in a change of plan by staff: its operation, its entries and their values", async () => {
    await app.as("operator").subscriptions.changePlan({ subscriptionId: id, planId: "business", reason: "Upgrade" });
    await eventually(async () => (await app.find(id))?.planName === "Business");
    const { rows } = await app.as("viewer").subscriptions.timeline({ id });
    const entry = rows.find(({ kind }) => kind === "subscription.plan_changed");
    expect(entry).toMatchObject({
      summary: "Plan changed from Team to Business",
      before: { planId: "team" },
      after: { planId: "business" },
      names: { plans: { team: "Team", business: "Business" } },
    });
    expect(rows.map(({ summary }) => summary)).toContain("Plan change to Business requested");
    const [operation] = (await app.as("viewer").operations.list({ action: "ChangePlan", subscription: id })).rows;
    expect(operation).toMatchObject({ planId: "business", planName: "Business" });
  });

  test("in the search of activity, whose entries hold ids", async () => {
    const search = async (q: string) =>
      (await app.as("viewer").activity.list({ q, subscription: id })).rows.map(({ summary }) => summary);
    expect(await search("purchase discovered contoso insight")).toEqual([
      "Purchase discovered: Contoso Insight, Team, 5 seats, Subscribed",
    ]);
    expect(await search("changed from team to business")).toContain("Plan changed from Team to Business");
    expect(await search("changed from team to enterprise")).toEqual([]);
  });

  test("in rules, their entries, and the decisions that they make", async () => {
    await app.as("admin").rules.set({
      offerId: "insight",
      planId: null,
      followsWider: false,
      allowedPlans: ["team", "business"],
      minQuantity: null,
      maxQuantity: null,
      seenVersion: 0,
      reason: "Only these",
    });
    const [entry] = (await app.as("viewer").activity.list({ kind: "rule.changed" })).rows;
    expect(entry).toMatchObject({
      summary:
        "Change rule for all plans of Contoso Insight, version 1: customers may change to Business, Team; any number of seats",
      after: { plans: "Business, Team" },
    });
    await app.control(`subscriptions/${id}/change-plan`, { planId: "business-annual" });
    const refused = await eventually(async () =>
      (await app.find(id))?.operations.find(({ decision, stage }) => decision === "reject" && stage === "settled"),
    );
    expect(refused).toMatchObject({
      planName: "Business, yearly",
      decisionReason:
        "Change rule version 1 (all plans of Contoso Insight) rejects changes to the plan Business, yearly; accepted: Business, Team.",
    });
  });

  test("in a bulk action: its title and what it does to each subscription", async () => {
    const run = await app.as("operator").bulk.plan({
      action: { kind: "changePlan", planId: "team", reason: "Back" },
      target: { ids: [id] },
    });
    expect((await app.as("operator").bulk.get(run)).title).toBe("Change plan to Team");
    expect((await app.as("operator").bulk.rows(run)).rows[0]?.plan).toBe("Plan: Business → Team.");
  });

  test("in needs, with the offer before the plan", async () => {
    const pending = await app.buy({ name: "Northwind" });
    const later = { now: () => new Date(Date.now() + 2 * 3_600_000) };
    const { needs } = await app.as("viewer", later).needs.list({});
    const need = needs.find(({ subscriptionId }) => subscriptionId === pending);
    expect(need?.rule).toContain("bought Contoso Insight (Team)");
    const mail = await app.as("operator", later).needs.mail({ kind: need?.kind ?? "", id: need?.id ?? "" });
    expect(mail?.subject).toBe("Finish setting up Northwind, Contoso Insight (Team)");
  });

  test("in errors", async () => {
    await app.as("operator").subscriptions.changePlan({ subscriptionId: id, planId: "team", reason: "Back" });
    await eventually(async () => (await app.find(id))?.planName === "Team");
    const tooMany = app
      .as("operator")
      .subscriptions.changeQuantity({ subscriptionId: id, quantity: 900, reason: "More" });
    await expect(tooMany).rejects.toThrow(/^The plan Team allows at most \d+ seats/);
  });

  test("in exports, next to the ids", async () => {
    const browser = createBrowserSession();
    await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), "viewer");
    const cookie = [...browser.cookies(app.url)].map(([key, value]) => `${key}=${value}`).join("; ");
    const file = async (path: string) =>
      (await fetch(`${app.url}${path}`, { headers: { cookie, "sec-fetch-site": "same-origin" } })).text();
    const subscriptions = await file("/exports/subscriptions.csv?q=Fabrikam");
    expect(subscriptions).toContain(",Offer,Offer ID,Plan,Plan ID,");
    expect(subscriptions).toContain(",Contoso Insight,insight,Team,team,");
    const entries = await file("/exports/activity.csv?kind=subscription.plan_changed");
    expect(entries).toContain("Plan changed from Team to Business");
    expect(entries).toContain('{""planId"":""team""}');
    expect(await file("/exports/operations.csv?action=ChangePlan")).toContain(",Business,business,");
    expect(await file("/exports/activity.json")).not.toMatch(anyMark);
  });

  test("in the product API: subscriptions and events", async () => {
    const { key } = await app.as("admin").keys.make({ name: "Product" });
    const call = async (path: string) =>
      (await (
        await fetch(`${app.url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } })
      ).json()) as Record<string, unknown>;
    expect(await call(`/subscriptions/${id}`)).toMatchObject({ offer: { id: "insight", name: "Contoso Insight" } });
    const { changes } = (await call("/changes")) as { changes: { summary: string }[] };
    const summaries = changes.map(({ summary }) => summary);
    expect(summaries).toContain("Purchase discovered: Contoso Insight, Team, 5 seats, Subscribed");
    expect(summaries.join()).not.toMatch(anyMark);
  });

  test("on the landing page", async () => {
    const { landingUrl } = await app.control<{ landingUrl: string }>(`purchases`, {
      offerId: "insight",
      planId: "team",
      quantity: 3,
      purchaser: "ada",
    });
    const browser = createBrowserSession();
    const welcome = await browser.visit(landingUrl);
    const page = await browser.chooseAccount(await browser.follow(welcome, "Sign in with Microsoft"), "ada");
    expect(page.html.replaceAll(/\s+/g, " ")).toContain("<dt>Offer</dt> <dd><bdi>Contoso Insight</bdi></dd>");
  });
});

describe("a plan that several offers have under different names is named by its own offer", () => {
  beforeAll(() =>
    app.db.execute(sql`insert into plans (offer_id, plan_id, name, is_price_per_seat, seen_at)
      values ('vault', 'business', 'Vault for business', false, now())`),
  );
  afterAll(() => app.db.execute(sql`delete from plans where offer_id = 'vault'`));

  test("in the history of a subscription", async () => {
    expect(await summaries()).toContain("Plan change to Business requested");
  });

  test("in the operation that the product follows", async () => {
    const [operation] = await app.db.select().from(operations).where(eq(operations.planId, "business")).limit(1);
    const { id: operationId = "" } = operation ?? {};
    await app.db
      .update(operations)
      .set({ outcome: "failed", lastError: `Microsoft refused ${planMark("business")}.` })
      .where(eq(operations.id, operationId));
    expect((await findProductOperation(app.db, operationId, new Date()))?.detail).toContain("refused Business.");
  });

  test("in a message to an endpoint", async () => {
    const { id: receiverId } = await app.as("admin").endpoints.create({
      name: "Product",
      address: "http://127.0.0.1:9/webhooks",
      eventTypes: null,
      offerIds: null,
    });
    const [entry] = await app.db
      .select()
      .from(activity)
      .where(eq(activity.summary, `Plan change to ${planMark("business")} requested`))
      .limit(1);
    const { rows } = await app.db.execute<{ id: number }>(sql`
      insert into outbox_messages (receiver_id, lane, message_id, about, type, subscription_id, state, created_at, ended_at)
      values (${receiverId}, ${id}, ${entry?.id}, 'a test', 'operation.requested', ${id}, 'delivered', now(), now()) returning id::int`);
    const message = await app.as("admin").messages.get({ id: rows[0]?.id ?? 0 });
    expect(message.summary).toBe("Plan change to Business requested");
  });
});
