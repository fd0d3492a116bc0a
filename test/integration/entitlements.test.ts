/** What the product learns about a person who signs in. */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { subscriptionPrices } from "../../server/database/schema/plans.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { personalTenantId } from "../../server/domain/purchase-owner.ts";
import type { EntitlementsShape } from "../../server/http/product-api/entitlement-schemas.ts";
import type { ProblemShape, SubscriptionShape } from "../../server/http/product-api/schemas.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let key: string;
/** Ada's purchase, and Ben's; Ada is the purchaser of both. */
let team: string;
let vault: string;
beforeAll(async () => {
  app = await startTestApp();
  ({ key } = await app.as("admin").keys.make({ name: "Product" }));
  team = await app.buyActive({ name: "Team of Ada" });
  vault = await app.buyActive({ offerId: "vault", planId: "plus", quantity: undefined, name: "Vault of Ada" });
});
afterAll(() => app?.stop());

async function get<Body>(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${app.url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}`, ...headers } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: (text ? JSON.parse(text) : null) as Body };
}

const rowOf = async (id: string) =>
  (await app.db.select().from(subscriptions).where(eq(subscriptions.id, id)))[0] ?? expect.unreachable();

async function partiesOf(id: string) {
  const { beneficiaryTenantId, beneficiaryObjectId, beneficiaryEmail } = await rowOf(id);
  return { tenant: beneficiaryTenantId ?? "", objectId: beneficiaryObjectId ?? "", email: beneficiaryEmail ?? "" };
}

const query = (given: Record<string, string>) => `?${new URLSearchParams(given).toString()}`;
const stranger = "11111111-2222-3333-4444-555555555555";

describe("look-up of subscriptions", () => {
  type Page = { subscriptions: SubscriptionShape[] };
  const idsOf = async (given: Record<string, string>) =>
    (await get<Page>(`/subscriptions${query(given)}`)).body.subscriptions.map(({ id }) => id);

  test("finds the purchaser and the beneficiary by tenant, person and address, in any case of letters", async () => {
    const { tenant, objectId, email } = await partiesOf(team);
    for (const given of [
      { tenant } as Record<string, string>,
      { tenant: tenant.toUpperCase() },
      { tenant, objectId },
      { tenant, objectId: objectId.toUpperCase(), email },
      { email: email.toUpperCase() },
    ]) {
      expect((await idsOf(given)).toSorted(), JSON.stringify(given)).toEqual([team, vault].toSorted());
    }
    const other = await app.buyActive({ purchaser: "ben", beneficiary: "ada" });
    const { purchaserEmail, purchaserTenantId } = await rowOf(other);
    expect(await idsOf({ email: purchaserEmail ?? "" })).toEqual([other]);
    expect(await idsOf({ tenant: purchaserTenantId ?? "", email: purchaserEmail ?? "" })).toEqual([other]);
    expect(await idsOf({ email: email.slice(0, -1) })).toEqual([]);
    await app.db.delete(subscriptions).where(eq(subscriptions.id, other));
  });

  test("takes attributes of one party only, not some of each", async () => {
    const { tenant, email } = await partiesOf(team);
    await app.db.update(subscriptions).set({ purchaserTenantId: stranger }).where(eq(subscriptions.id, vault));
    expect(await idsOf({ tenant: stranger })).toEqual([vault]);
    await app.db
      .update(subscriptions)
      .set({ beneficiaryEmail: "other@example.com" })
      .where(eq(subscriptions.id, vault));
    expect((await idsOf({ tenant, email })).includes(vault)).toBe(false);
    await app.as("operator").subscriptions.refresh({ subscriptionId: vault });
  });

  test.each([
    ["?tenant=contoso", "tenant must be a GUID"],
    [`?objectId=${stranger}`, "objectId needs tenant"],
    ["?email=ada", "email must be an address"],
    [`?email=${"a".repeat(400)}@example.com`, "at most 320"],
  ])("refuses %s in a sentence", async (given, words) => {
    const { status, body } = await get<ProblemShape>(`/subscriptions${given}`);
    expect(status).toBe(400);
    expect(body.detail).toContain(words);
  });
});

describe("entitlements", () => {
  const entitlements = (given: Record<string, string>, headers?: Record<string, string>) =>
    get<EntitlementsShape>(`/entitlements${query(given)}`, headers);

  test("say what a tenant may use, with names, seats and access, the best access first", async () => {
    const { tenant, objectId } = await partiesOf(team);
    await app.as("operator").subscriptions.suspend({ subscriptionId: vault, reason: "Fraud check" });
    const { status, body } = await entitlements({ tenant, user: objectId });
    expect(status).toBe(200);
    expect(body).toMatchObject({ tenant, user: objectId, access: "full", hasMore: false });
    expect(body.entitlements).toMatchObject([
      {
        subscriptionId: team,
        name: "Team of Ada",
        offer: { id: "insight" },
        plan: { id: "team", name: "Team" },
        quantity: 5,
        access: "full",
        isBeneficiary: true,
      },
      { subscriptionId: vault, plan: { id: "plus", name: "Plus" }, quantity: null, access: "suspended" },
    ]);
    expect((await entitlements({ tenant, offer: "vault" })).body).toMatchObject({
      access: "suspended",
      user: null,
      entitlements: [{ subscriptionId: vault, isBeneficiary: null }],
    });
    await app.as("operator").subscriptions.reinstate({ subscriptionId: vault, reason: "Cleared" });
    expect((await entitlements({ tenant: stranger })).body).toEqual({
      tenant: stranger,
      user: null,
      access: "none",
      entitlements: [],
      hasMore: false,
    });
  });

  test("are not those of a company that only paid", async () => {
    await app.db.update(subscriptions).set({ purchaserTenantId: stranger }).where(eq(subscriptions.id, team));
    expect((await entitlements({ tenant: stranger })).body.entitlements).toEqual([]);
    await app.as("operator").subscriptions.refresh({ subscriptionId: team });
  });

  test("of a personal account are its own only, because all personal accounts share one tenant", async () => {
    const pat = await app.buyActive({ purchaser: "personal" });
    await app.db
      .update(subscriptions)
      .set({ beneficiaryTenantId: personalTenantId, beneficiaryObjectId: stranger })
      .where(eq(subscriptions.id, pat));
    const refused = await get<ProblemShape>(`/entitlements?tenant=${personalTenantId}`);
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: "user" }] } });
    const own = await entitlements({ tenant: personalTenantId, user: stranger });
    expect(own.body.entitlements.map(({ subscriptionId }) => subscriptionId)).toEqual([pat]);
    const another = await entitlements({ tenant: personalTenantId, user: stranger.replaceAll("1", "2") });
    expect(another.body).toMatchObject({ access: "none", entitlements: [] });
  });

  test("are 304 without a body until something changes", async () => {
    const { tenant } = await partiesOf(team);
    const first = await entitlements({ tenant });
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[0-9a-f]+"$/);
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    for (const header of [tag, `"other", ${tag}`, `W/${tag}`]) {
      const again = await entitlements({ tenant }, { "if-none-match": header });
      expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: "" });
      expect(again.headers.get("etag")).toBe(tag);
    }
    await app.control(`subscriptions/${team}/change-quantity`, { quantity: 6 });
    await eventually(async () => (await app.record(team))?.quantity === 6);
    const changed = await entitlements({ tenant }, { "if-none-match": tag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).not.toBe(tag);
    expect(changed.body.entitlements.find(({ subscriptionId }) => subscriptionId === team)?.quantity).toBe(6);
  });

  test.each([
    ["", "tenant must be a GUID"],
    ["?tenant=contoso", "tenant must be a GUID"],
    [`?tenant=${stranger}&user=ada`, "user must be a GUID"],
    [`?tenant=${stranger}&page=2`, "page"],
    [`?tenant=${stranger}&tenant=${stranger}`, "tenant must be a GUID"],
  ])("of %s are refused in a sentence", async (given, words) => {
    const { status, body } = await get<ProblemShape>(`/entitlements${given}`);
    expect(status).toBe(400);
    expect(body.detail).toContain(words);
  });

  test("stop at 100, and say that there are more", async () => {
    const { tenant } = await partiesOf(team);
    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, status, status_since, beneficiary_tenant_id, first_seen_by,
        synced_at, created_at, updated_at)
      select 'many-' || n, 'Many', 'insight', 'team', 'Unsubscribed', now(), ${tenant}, 'reconcile', now(), now(), now()
      from generate_series(1, 120) n`);
    const { body } = await entitlements({ tenant });
    expect(body.entitlements).toHaveLength(100);
    expect(body).toMatchObject({ access: "full", hasMore: true });
    await app.db.delete(subscriptions).where(sql`id like 'many-%'`);
  });
});

describe("names and prices", () => {
  test("are in each subscription, the price as money", async () => {
    await app.as("operator").subscriptions.askPlans({ id: team });
    const { body } = await get<SubscriptionShape>(`/subscriptions/${team}`);
    expect(body).toMatchObject({
      offer: { id: "insight" },
      plan: { id: "team", name: "Team" },
      price: { amount: "12", currency: "USD", per: "seat", term: "P1M" },
    });
    // A row that an older version wrote has only the words.
    await app.db
      .update(subscriptionPrices)
      .set({ amount: null, currency: null, isPerSeat: null })
      .where(eq(subscriptionPrices.subscriptionId, team));
    expect((await get<SubscriptionShape>(`/subscriptions/${team}`)).body.price).toBeNull();
  });

  test("a confirmation of a plan that the offer does not have is refused with those that it has", async () => {
    const response = await fetch(`${app.url}/api/v1/subscriptions/${team}/confirmation`, {
      method: "PUT",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ planId: "gold", access: "full" }),
    });
    expect(response.status).toBe(422);
    const body = (await response.json()) as ProblemShape;
    expect(body).toMatchObject({ type: "urn:marketdesk:unprocessable", errors: [{ field: "planId" }] });
    expect(body.detail).toMatch(/no plan "gold".*\bteam\b/);
    expect((await get<SubscriptionShape>(`/subscriptions/${team}`)).body.confirmation).toBeNull();
  });
});
