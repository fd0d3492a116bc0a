/**
 * Simulates the publisher's product with the client in clients/typescript. It confirms all changes until its key is revoked, except
 * while another product is rehearsed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ChangePage,
  createMarketdesk,
  type Marketdesk,
  MarketdeskError,
  type Subscription,
} from "../clients/typescript/src/client.ts";
import type { Product } from "./model.ts";
import { isRehearsing } from "./rehearsal/running.ts";
import type { World } from "./world.ts";

const pollIntervalMs = 2_000;

/** Reads new changes and applies them to the product. Stores its position after each response. */
export async function applyChanges(world: World): Promise<void> {
  for (let hasMore = true; hasMore && world.state.product;) {
    const { product } = world.state;
    const marketdesk = clientOf(world, product);
    const page = await marketdesk.changes({ limit: 500, ...(product.next === null ? {} : { after: product.next }) });
    for (const subscription of unconfirmed(page, product)) await provision(marketdesk, subscription);
    ({ hasMore } = page);
    if (product.next === page.next) continue;
    product.next = page.next;
    world.changed();
  }
}

/** The latest state of each subscription that the product has to confirm. */
function unconfirmed({ changes }: ChangePage, product: Product): Subscription[] {
  const asked = new Set(
    changes.filter(({ type }) => type === "subscription.confirmation_asked").map((change) => change.subscriptionId),
  );
  const latest = new Map(changes.map(({ subscriptionId, subscription }) => [subscriptionId, subscription]));
  return [...latest.values()].filter((subscription) => {
    if (!subscription) return false;
    const { id, name, confirmation } = subscription;
    const isUnconfirmed =
      confirmation === null || (confirmation.differences.length > 0 && !product.ignoredSubscriptions.includes(name));
    return asked.has(id) || isUnconfirmed;
  }) as Subscription[];
}

async function provision(marketdesk: Marketdesk, subscription: Subscription): Promise<void> {
  const { id, planId, quantity, activation } = subscription;
  // A purchase that is not activated can expire, so it is set up only if Marketdesk waits for the product.
  const access = activation?.waitsFor === "product" ? "full" : subscription.access;
  if (access === "none") return;
  await marketdesk.confirm(id, {
    planId,
    quantity,
    access,
    reference: `workspace-${id.slice(0, 8)}`,
    evidence: "Simulated by the sandbox",
  });
}

const clients = new WeakMap<Product, Marketdesk>();

export function clientOf(world: World, product: Product): Marketdesk {
  const known = clients.get(product);
  if (known) return known;
  const { origin: url } = new URL(world.landingUrl);
  const client = createMarketdesk({ url, key: product.key, signal: world.stopping });
  clients.set(product, client);
  return client;
}

/** Follows Marketdesk until the sandbox stops or the API key is rejected. Retries after failures. */
export async function keepFollowing(world: World): Promise<void> {
  while (!world.stopping.aborted) {
    await sleep(pollIntervalMs, undefined, { signal: world.stopping, ref: false }).catch(() => undefined);
    if (world.stopping.aborted || world.state.replay || isRehearsing(world)) continue;
    try {
      await applyChanges(world);
    } catch (error) {
      // The key was revoked, or it belongs to another installation.
      if (error instanceof MarketdeskError && error.status === 401) world.state.product = null;
      // The events after its position are no longer stored, so the product starts with the oldest one that is.
      if (error instanceof MarketdeskError && error.status === 410 && world.state.product)
        world.state.product.next = null;
      world.log(`The simulated product could not read Marketdesk's changes: ${(error as Error).message}`);
    }
  }
}
