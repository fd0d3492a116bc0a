/**
 * Checks whether Microsoft still accepts our calls, so that a refusal is known before a customer or colleague meets
 * it.
 */
import { desc, ne } from "drizzle-orm";
import { checkResolve } from "../commands/purchases/purchase-refusals.ts";
import type { Database } from "../database/connection/database.ts";
import { subscriptions } from "../database/schema/subscriptions.ts";
import type { AccessWatch } from "../marketplace/access-watch.ts";
import type { AppToken } from "../marketplace/app-token.ts";
import type { Marketplace } from "../marketplace/types.ts";

/** The interval of probes without other calls to Microsoft; after a failure the next probe confirms or clears it. */
const quietEveryMs = 30_000;
const suspiciousEveryMs = 10_000;
const deadlineMs = 8_000;

export type ProbeDeps = {
  db: Database;
  marketplace: Marketplace;
  now: () => Date;
  token: Pick<AppToken, "renew">;
  access: Pick<AccessWatch, "isSuspicious" | "quietMs">;
};

/** The returned function is cheap when there is nothing to do; failures are recorded by the watch. */
export function createProbe(deps: ProbeDeps): (signal: AbortSignal) => Promise<void> {
  const { db, marketplace, token, access } = deps;
  let lastProbeMs = performance.now();
  let lastResolveMs = lastProbeMs;

  return async (signal) => {
    if (performance.now() - lastResolveMs >= quietEveryMs) {
      lastResolveMs = performance.now();
      await checkResolve(deps, signal);
    }
    const isSuspicious = access.isSuspicious();
    const everyMs = isSuspicious ? suspiciousEveryMs : quietEveryMs;
    const quiet = access.quietMs();
    if (performance.now() - lastProbeMs < everyMs) return;
    if (Math.max(quiet.token, quiet.calls) < everyMs) return;
    lastProbeMs = performance.now();
    if (quiet.token >= everyMs) await token.renew().catch(() => {});
    if (quiet.calls < everyMs || signal.aborted) return;
    const options = { deadlineMs, signal };
    const known = await anySubscription(db);
    // A single subscription can be refused for its own reasons, and the list is about no subscription. Together they show
    // whether all calls are refused.
    if (isSuspicious || known === undefined) await marketplace.listSubscriptions(null, options).catch(() => {});
    if (known !== undefined) await marketplace.getSubscription(known, options);
  };
}

async function anySubscription(db: Database): Promise<string | undefined> {
  const [row] = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(ne(subscriptions.status, "Unsubscribed"))
    .orderBy(desc(subscriptions.updatedAt))
    .limit(1);
  return row?.id;
}
