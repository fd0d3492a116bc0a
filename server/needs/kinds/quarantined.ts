/** An operation was set aside: it does not fit what Microsoft says. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, noTime, ofOperation, since } from "../sources.ts";
import { changeOf, sentence } from "../need-phrases.ts";

export const quarantined: NeedKind = {
  group: "Operations set aside",
  icon: "shield",
  tone: "bad",
  windowMs: null,
  actions: ["replay", "operation"],
  source: (now) =>
    ofOperation({
      from: sql`operations o left join subscriptions s on s.id = o.subscription_id
        left join subscription_listings l on l.subscription_id = o.subscription_id`,
      dueAt: noTime,
      // Resolved once the subscription was found equal to Microsoft's after that.
      where: sql`o.outcome = 'quarantined' and o.settled_at >= ${since(now, failureDays)}
        and (s.synced_at > o.settled_at) is not true and (l.listed_at > o.settled_at) is not true`,
      order: sql`o.settled_at desc`,
    }),
  words: (facts) => ({
    what: `${changeOf(facts)}: set aside`,
    rule: `${sentence(facts.operation?.lastError ?? "It does not fit what Microsoft says")} Replay it, or check what Microsoft sent. It leaves this list when the subscription is found equal to Microsoft's record, or after ${failureDays} days.`,
  }),
};
