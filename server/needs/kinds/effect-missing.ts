/** Microsoft reports an operation as succeeded, but its record of the subscription never showed the change. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, noneOf, noTime, ofOperation, since } from "../sources.ts";
import { changeOf, sentence } from "../need-phrases.ts";

/** The same rule as `showsEffect` in `domain/effect.ts`, applied to our current copy. */
const isStillMissing = sql`s.status <> 'Unsubscribed' and case o.action
  when 'ChangePlan' then s.plan_id is distinct from o.plan_id
  when 'ChangeQuantity' then s.quantity is distinct from o.quantity
  when 'Suspend' then s.status <> 'Suspended'
  when 'Reinstate' then s.status = 'Suspended'
  when 'Subscribe' then s.status = 'PendingFulfillmentStart'
  when 'Renew' then s.term_ends_at < coalesce(o.term_ends_on::timestamp at time zone 'UTC' - interval '2 days', o.created_at + interval '2 days')
  else true end`;

export const effectMissing: NeedKind = {
  group: "Changes missing from Microsoft's record",
  icon: "unlink",
  tone: "warn",
  windowMs: null,
  actions: ["refresh", "operation"],
  source: (now) =>
    ofOperation({
      from: sql`operations o join subscriptions s on s.id = o.subscription_id`,
      dueAt: noTime,
      where: sql`o.attention = 'effect_missing' and o.settled_at >= ${since(now, failureDays)} and ${isStillMissing} and ${noneOf(sql`
        select from operations later where later.subscription_id = o.subscription_id and later.id > o.id
          and later.outcome = 'succeeded' and later.attention is null`)}`,
      order: sql`o.settled_at desc`,
    }),
  words: (facts) => ({
    what: `${changeOf(facts)}: missing from Microsoft's record`,
    rule: `${sentence(facts.operation?.lastError ?? "Microsoft's record never showed this change")} Check with Microsoft again. If nothing changes, open a support ticket that includes the operation's IDs.`,
  }),
};
