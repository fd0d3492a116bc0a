/** We have a subscription that Microsoft does not know. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noTime, ofSubscription, since } from "../sources.ts";
import { sentence } from "../need-phrases.ts";

/** Days for which the need is listed, unless it is snoozed. */
const windowDays = 90;

export const missing: NeedKind = {
  group: "Missing at Microsoft",
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
      quoted: sql`d.cause`,
      // Resolved once Microsoft lists the subscription again.
      where: sql`d.done = 'raised' and d.kind = 'missing' and d.at >= ${since(now, windowDays)}
        and s.status <> 'Unsubscribed' and s.synced_at < d.at and (l.listed_at is null or l.listed_at < d.at)`,
      order: sql`d.at`,
    }),
  words: ({ quoted }) => ({
    what: "Unknown to Microsoft",
    rule: `${sentence(quoted ?? "Microsoft's list does not contain this subscription")} Look it up at Microsoft again. If it stays unknown, open its page.`,
  }),
};
