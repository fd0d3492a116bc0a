/** Our record differs from Microsoft's, and the repair failed. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, noneOf, noTime, ofSubscription, since } from "../sources.ts";
import { sentence } from "../need-phrases.ts";

export const repairFailed: NeedKind = {
  group: "Differences that stayed",
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
      // Handled once it was read or found equal after that, and told of once, by the last attempt.
      where: sql`d.done = 'failed' and d.at >= ${since(now, failureDays)} and s.synced_at < d.at
        and (l.listed_at is null or l.listed_at < d.at) and ${noneOf(sql`
          select from differences later where later.subscription_id = d.subscription_id and later.id > d.id
            and later.done = 'failed'`)}`,
      order: sql`d.at`,
    }),
  words: ({ quoted }) => ({
    what: "Differs from Microsoft, repair failed",
    rule: `${sentence(quoted ?? "Microsoft's answer could not be applied")} Until it is repaired the desk may show what is not true any more. Asking Microsoft again tries the repair anew.`,
  }),
};
