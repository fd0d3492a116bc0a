/** A quarantined operation: it contradicts what Microsoft says. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, noTime, ofOperation, since } from "../sources.ts";
import { changeOf, sentence } from "../need-phrases.ts";

export const quarantined: NeedKind = {
  group: "Quarantined operations",
  icon: "shield",
  tone: "bad",
  windowMs: null,
  actions: ["replay", "operation"],
  source: (now) =>
    ofOperation({
      from: sql`operations o left join subscriptions s on s.id = o.subscription_id
        left join subscription_listings l on l.subscription_id = o.subscription_id`,
      dueAt: noTime,
      // Resolved once the subscription was found in sync after the quarantine.
      where: sql`o.outcome = 'quarantined' and o.settled_at >= ${since(now, failureDays)}
        and (s.synced_at > o.settled_at) is not true and (l.listed_at > o.settled_at) is not true`,
      order: sql`o.settled_at desc`,
    }),
  words: (facts) => ({
    what: `${changeOf(facts)}: quarantined`,
    rule: `${sentence(facts.operation?.lastError ?? "The operation contradicts Microsoft's record")} Replay the operation, or check what Microsoft sent. Listed until the subscription is in sync with Microsoft, for at most ${failureDays} days.`,
  }),
};
