/** Metered usage: seals hours and sends them, and compares them with Microsoft, and hears which subscriptions have changed. */
import type { Context } from "../context.ts";
import { startComparingUsage } from "../jobs/usage-comparison.ts";
import { startTakingUsageDigests } from "../jobs/usage-digests.ts";
import { startMetering } from "../jobs/metering.ts";
import type { Composition } from "./composition.ts";
import type { AppDatabase } from "./database.ts";
import type { AppMarketplace } from "./marketplace.ts";
import type { AppSettling } from "./settling.ts";

export function meterUsage(
  { log, marketplaceNow, started }: Composition,
  { database, microsoft, settling }: { database: AppDatabase; microsoft: AppMarketplace; settling: AppSettling },
) {
  const context: Context = {
    db: database.usage.db,
    marketplace: microsoft.marketplace,
    now: marketplaceNow,
    log,
    actor: { kind: "system", name: "Marketdesk" },
  };
  const metering = started("metering", startMetering(context), (part) => part.stop());
  started("comparison of usage", startComparingUsage(context), (part) => part.stop());
  started("digests of usage", startTakingUsageDigests(context), (part) => part.stop());
  const following = new AbortController();
  void started("metering's news", followChanges(), () => following.abort());

  async function followChanges(): Promise<void> {
    for await (const changes of settling.changes.follow(following.signal)) {
      if (changes === null) metering.notice(null);
      else
        for (const { topic, subscriptionId } of changes) if (topic === "subscription") metering.notice(subscriptionId);
    }
  }
}
