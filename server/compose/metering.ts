/** Metered usage: seals hours, sends them, compares them with Microsoft, and follows changes of subscriptions. */
import { compareUsage } from "../commands/usage/compare-usage.ts";
import { takeUsageDigest } from "../commands/usage/take-usage-digest.ts";
import type { Context } from "../context.ts";
import { startDailyWork } from "../jobs/daily-work.ts";
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
  const comparing = startDailyWork({
    workOnDay: (signal) => compareUsage(context, signal),
    failureMessage: "usage could not be compared with Microsoft's list; it is tried again",
    log,
  });
  started("comparison of usage", comparing, (part) => part.stop());
  const digesting = startDailyWork({
    workOnDay: () => takeUsageDigest(context),
    failureMessage: "the digest of a day's usage could not be taken; it is tried again",
    log,
  });
  started("digests of usage", digesting, (part) => part.stop());
  const following = new AbortController();
  void started("changes for metering", followChanges(), () => following.abort());

  async function followChanges(): Promise<void> {
    for await (const changes of settling.changes.follow(following.signal)) {
      if (changes === null) metering.notice(null);
      else
        for (const { topic, subscriptionId } of changes) if (topic === "subscription") metering.notice(subscriptionId);
    }
  }
}
