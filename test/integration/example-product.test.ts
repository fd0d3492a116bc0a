/** The example product with a real Marketdesk: what docs/product-api.md promises to an engineer. */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ExampleProduct } from "../../clients/example-product/product.ts";
import { Meter } from "../../clients/example-product/meter.ts";
import { type Change, createMarketdesk, type Subscription } from "../../clients/typescript/src/client.ts";
import { followChanges } from "../../clients/typescript/src/changes.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";
import { freePort } from "../support/ports.ts";

let app: TestApp;
let product: ExampleProduct;
let started: Awaited<ReturnType<ExampleProduct["start"]>>;
let key: string;
let endpointId: string;
let secret: string;
/** So long that nothing in a test comes by polling. */
const never = 600_000;
beforeAll(async () => {
  app = await startTestApp({ settings: { OUTGOING_LOCAL_HOSTS: "127.0.0.1" } });
  ({ key } = await app
    .as("admin")
    .keys.make({ name: "Example product", scopes: ["read", "confirm", "change", "usage"] }));
  const port = await freePort();
  const endpoint = await app.as("admin").endpoints.create({
    name: "Example product",
    address: `http://127.0.0.1:${port}/webhooks`,
    eventTypes: null,
    offerIds: null,
  });
  ({ id: endpointId, secret } = endpoint);
  product = new ExampleProduct({ url: app.url, key, webhookSecrets: [secret], port, everyMs: never });
  started = await product.start();
});
afterAll(async () => {
  await started?.stop();
  await app?.stop();
});

const isConfirmed = (id: string, wanted: object) =>
  eventually(async () => {
    const { confirmation } = await createMarketdesk({ url: app.url, key }).subscription(id);
    return (
      confirmation?.differences.length === 0 &&
      Object.entries(wanted).every(([name, value]) => confirmation[name as "access"] === value)
    );
  });

async function tenantOf(id: string): Promise<string | null> {
  const [row] = await app.db.select().from(subscriptions).where(eq(subscriptions.id, id));
  return row?.beneficiaryTenantId ?? null;
}

async function opens(id: string): Promise<number> {
  const [row] = await app.db.select().from(subscriptions).where(eq(subscriptions.id, id));
  const query = `tenant=${row?.beneficiaryTenantId}&user=${row?.beneficiaryObjectId}`;
  return (await fetch(`${started.url}/open?${query}`)).status;
}

describe("the example product", () => {
  test("provisions a purchase by push, follows its changes, and lets people in only with access", async () => {
    const id = await app.buyActive({ purchaser: "cleo" });
    await isConfirmed(id, { planId: "team", quantity: 5, access: "full" });
    await eventually(async () => product.workspaces.get(id)?.isConfirmed);
    expect(product.workspaces.get(id)).toMatchObject({ planId: "team", seats: 5, access: "full" });
    expect(await opens(id)).toBe(200);
    const client = createMarketdesk({ url: app.url, key });
    const { id: operationId } = await client.changeQuantity(id, { quantity: 7, reason: "More people" });
    expect(await client.finished(operationId)).toMatchObject({ state: "succeeded" });
    await isConfirmed(id, { quantity: 7 });
    await client.hold(id, { reason: "Fraud check" });
    await isConfirmed(id, { access: "suspended" });
    expect(await opens(id)).toBe(403);
    await client.liftHold(id, { reason: "Cleared" });
    await isConfirmed(id, { access: "full" });
    await app.control(`subscriptions/${id}/unsubscribe`, {});
    await isConfirmed(id, { access: "ended" });
    expect(await opens(id)).toBe(403);
  });

  test("meters what customers use, once, also if an answer is lost", async () => {
    const id = await app.buyActive({ offerId: "vault", planId: "basic", quantity: undefined });
    await app.as("operator").subscriptions.askPlans({ id });
    await eventually(async () => product.workspaces.get(id)?.access === "full");
    const use = (query: string) => fetch(`${started.url}/use?${query}`, { method: "POST" });
    expect((await use(`subscription=${id}&dimension=storage&quantity=12.5`)).status).toBe(204);
    expect((await use("subscription=unknown&dimension=storage&quantity=1")).status).toBe(403);
    const used = async () =>
      (await app.as("viewer").usage.ofSubscription({ id })).dimensions.find(({ dimension }) => dimension === "storage")
        ?.used;
    await eventually(async () => (await used()) === "12.5");

    const client = createMarketdesk({ url: app.url, key });
    let isLost = true;
    const meter = new Meter({
      async reportUsage(events) {
        const answer = await client.reportUsage(events);
        if (!isLost) return answer;
        isLost = false;
        throw new Error("The answer was lost.");
      },
    });
    meter.count(id, "storage", "2");
    await meter.report();
    await meter.report();
    expect(await used()).toBe("14.5");
  });

  test("keeps its endpoint through a rotation of the secret without a refused event", async () => {
    const { secret: newSecret } = await app.as("admin").endpoints.rotate({ id: endpointId, overlapHours: 24 });
    const before = await app.buyActive();
    await isConfirmed(before, { access: "full" });
    await started.stop();
    const port = Number(new URL(started.url).port);
    product = new ExampleProduct({ url: app.url, key, webhookSecrets: [newSecret], port, everyMs: never });
    started = await product.start();
    await app.control(`subscriptions/${before}/change-quantity`, { quantity: 6 });
    await isConfirmed(before, { quantity: 6 });
  });

  test("lets people in while Marketdesk is away, and catches up when it is back", async () => {
    const id = await app.buyActive({ purchaser: "ben" });
    await isConfirmed(id, { access: "full" });
    expect(await opens(id)).toBe(200);
    await app.stopApp();
    const stoppedAt = Date.now();
    expect(await opens(id)).toBe(200);
    expect(Date.now() - stoppedAt).toBeLessThan(5_000);
    // An event of the tenant makes the stored token outdated. It still counts while no newer one can be had.
    const known = { id, version: 0, beneficiary: { tenantId: await tenantOf(id) } } as Subscription;
    product.receive({ type: "subscription.renewed", subscription: known } as Change);
    const changedAt = Date.now();
    expect(await opens(id)).toBe(200);
    expect(Date.now() - changedAt).toBeLessThan(10_000);
    await app.startApp();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 9 });
    await isConfirmed(id, { quantity: 9 });
  });

  test("reads from the feed what was never pushed", async () => {
    await app.as("admin").endpoints.pause({ id: endpointId, reason: "A test of the feed" });
    const id = await app.buyActive();
    const polling = new ExampleProduct({ url: app.url, key, webhookSecrets: [], everyMs: 200 });
    const running = await polling.start();
    await isConfirmed(id, { access: "full" });
    await running.stop();
    await app.as("admin").endpoints.resume({ id: endpointId });
  });

  test("confirms again when staff ask it to", async () => {
    const id = await app.buyActive();
    await isConfirmed(id, { access: "full" });
    const client = createMarketdesk({ url: app.url, key });
    const first = (await client.subscription(id)).confirmation?.confirmedAt ?? "";
    await app.as("operator").truth.askProduct({ subscriptionId: id });
    await eventually(async () => ((await client.subscription(id)).confirmation?.confirmedAt ?? "") > first);
  });

  test("refuses a webhook that Marketdesk did not sign", async () => {
    const response = await fetch(`${started.url}/webhooks`, { method: "POST", body: "{}" });
    expect(response.status).toBe(401);
  });
});

test("the example product follows a Marketdesk that was restored from a backup, with lower versions than before", async () => {
  const other = new ExampleProduct({ url: app.url, key, webhookSecrets: [], everyMs: 50 });
  const { stop } = await other.start();
  try {
    const id = await app.buyActive({ name: "Suspended after the backup" });
    await eventually(async () => other.workspaces.get(id)?.isConfirmed);
    const backup =
      (await app.db.execute<{ last: number }>(sql`select max(position)::int as last from events`)).rows[0]?.last ?? 0;
    for (const act of ["suspend", "reinstate", "suspend"] as const)
      await app.as("operator").subscriptions[act]({ subscriptionId: id, reason: "Fraud check" });
    await eventually(async () => other.workspaces.get(id)?.access === "suspended");
    // In one transaction: the product must not read the subscription between the two.
    await app.db.transaction(async (tx) => {
      await tx.execute(sql`delete from events where position is null or position > ${backup}`);
      await tx.execute(sql`
        update subscriptions set hold_at = null, hold_reason = null, hold_by = null, own_version = own_version - 3 where id = ${id}`);
    });
    await eventually(async () => other.workspaces.get(id)?.access === "full");
    await isConfirmed(id, { access: "full" });
  } finally {
    await stop();
  }
});

describe("the client", () => {
  test("follows the feed and survives a restart of Marketdesk", async () => {
    const client = createMarketdesk({ url: app.url, key });
    const { next } = await client.changes({ after: "latest" });
    const ending = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const page of followChanges(client, { after: next, signal: ending.signal, everyMs: 50 })) {
        seen.push(...page.changes.map(({ subscriptionId }) => subscriptionId));
      }
    })();
    const first = await app.buyActive();
    await eventually(async () => seen.includes(first));
    await app.restart();
    const second = await app.buyActive();
    await eventually(async () => seen.includes(second));
    ending.abort();
    await following;
  });
});
