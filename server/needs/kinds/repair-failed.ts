/** Our copy differs from Microsoft's, and the repair failed. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, noneOf, noTime, ofSubscription, since } from "../sources.ts";
import { sentence } from "../need-phrases.ts";

export const repairFailed: NeedKind = {
  group: "Failed repairs",
  icon: "unlink",
  tone: "bad",
  windowMs: null,
  actions: ["refresh", "open"],
  source: (now) =>
    ofSubscription({
      from: sql`differences d join subscriptions s on s.id = d.subscription_id
        left join subscription_listings l on l.subscription_id = s.id`,
      id: sql`d.id`,
      idType: "uuid",
      dueAt: noTime,
      quoted: sql`d.error`,
      // Resolved once the subscription was refreshed or found in sync; listed once, for the last attempt.
      where: sql`d.done = 'failed' and d.at >= ${since(now, failureDays)} and s.synced_at < d.at
        and (l.listed_at is null or l.listed_at < d.at) and ${noneOf(sql`
          select from differences later where later.subscription_id = d.subscription_id and later.id > d.id
            and later.done = 'failed'`)}`,
      order: sql`d.at`,
    }),
  words: ({ quoted }) => ({
    what: "Out of sync with Microsoft, repair failed",
    rule: `${sentence(quoted ?? "Microsoft's response could not be applied")} Until the repair succeeds, Marketdesk may show outdated values. Refreshing from Microsoft tries the repair again.`,
  }),
};
