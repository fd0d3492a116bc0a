/** Simulates the publisher's product: it uses Marketdesk's product API as docs/product-api.md recommends. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { confirmedAccesses } from "../shared/product.ts";
import type { World } from "./world.ts";

const everyMs = 2_000;
const answerWithinMs = 10_000;

const subscriptionShape = z.object({
  id: z.string(),
  name: z.string(),
  planId: z.string(),
  quantity: z.number().nullable(),
  access: z.string(),
  activation: z.object({ waitsFor: z.string() }).nullable(),
  confirmation: z.object({ differences: z.array(z.string()) }).nullable(),
});
type Entitled = z.infer<typeof subscriptionShape>;
const changesShape = z.object({
  changes: z.array(z.object({ type: z.string(), subscription: subscriptionShape.nullable() })),
  next: z.string(),
  hasMore: z.boolean(),
});

/** Marketdesk rejected the API key: it was revoked, or it belongs to another installation. */
class KeyRefused extends Error {
  override readonly name = "KeyRefused";
}

/** Reads new changes and applies them to the product. Stores its position after each response. */
export async function followDesk(world: World): Promise<void> {
  for (let hasMore = true; hasMore && world.state.product;) {
    const { product } = world.state;
    const query = product.next === null ? "?limit=500" : `?limit=500&after=${encodeURIComponent(product.next)}`;
    const page = changesShape.parse(await call(world, product.key, "GET", `/changes${query}`));
    const asked = page.changes.filter(({ type }) => type === "subscription.confirmation_asked");
    const changed = new Map(page.changes.map(({ subscription }) => [subscription?.id, subscription]));
    for (const subscription of changed.values()) {
      if (!subscription) continue;
      const { id, name, confirmation } = subscription;
      const isAsked = asked.some((change) => change.subscription?.id === id);
      const isNews = confirmation === null || (confirmation.differences.length > 0 && !product.deafTo.includes(name));
      if (isAsked || isNews) await provision(world, product.key, subscription);
    }
    ({ hasMore } = page);
    if (product.next === page.next) continue;
    product.next = page.next;
    world.changed();
  }
}

async function provision(world: World, key: string, subscription: Entitled): Promise<void> {
  // A purchase that is not activated can expire, so it is set up only if Marketdesk waits for the product.
  const wanted = subscription.activation?.waitsFor === "product" ? "full" : subscription.access;
  const access = confirmedAccesses.find((one) => one === wanted);
  if (!access) return;
  const { id, planId, quantity } = subscription;
  await call(world, key, "PUT", `/subscriptions/${encodeURIComponent(id)}/confirmation`, {
    planId,
    quantity,
    access,
    reference: `workspace-${id.slice(0, 8)}`,
    evidence: "Simulated by the sandbox",
  });
}

async function call(world: World, key: string, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${new URL(world.landingUrl).origin}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body ? { "content-type": "application/json" } : {}) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.any([AbortSignal.timeout(answerWithinMs), world.stopping]),
  });
  if (response.status === 401) throw new KeyRefused("Marketdesk rejects the product's API key.");
  if (response.status === 429) {
    await sleep(1_000 * Number(response.headers.get("retry-after") ?? 1), undefined, { signal: world.stopping });
    return call(world, key, method, path, body);
  }
  if (!response.ok) throw new Error(`${method} ${path} returned ${response.status}.`);
  return response.json();
}

/** Follows Marketdesk until the sandbox stops or the API key is rejected. Retries after failures. */
export async function keepFollowing(world: World): Promise<void> {
  while (!world.stopping.aborted) {
    await sleep(everyMs, undefined, { signal: world.stopping, ref: false }).catch(() => undefined);
    if (world.stopping.aborted || world.state.replay) continue;
    try {
      await followDesk(world);
    } catch (error) {
      if (error instanceof KeyRefused) world.state.product = null;
      world.log(`The simulated product could not read Marketdesk's changes: ${(error as Error).message}`);
    }
  }
}
