/** An activation failed, and the purchase still waits for one. */
import { sql } from "drizzle-orm";
import { activationWindowDays } from "../../../shared/lifecycle.ts";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, days, daysMs, noneOf, ofOperation, purchasedAt, since } from "../sources.ts";
import { failureOf } from "../need-phrases.ts";

export const activationFailed: NeedKind = {
  group: "Failed activations",
  icon: "rocket-off",
  tone: "bad",
  windowMs: activationWindowDays * daysMs,
  actions: ["activate"],
  isUrgent: true,
  source: (now) =>
    ofOperation({
      from: sql`operations o join subscriptions s on s.id = o.subscription_id`,
      dueAt: sql`${purchasedAt} + ${days(activationWindowDays)}`,
      where: sql`o.outcome = 'failed' and o.settled_at >= ${since(now, failureDays)} and o.action = 'Activate'
        and s.status = 'PendingFulfillmentStart' and ${noneOf(sql`
          select from operations later where later.subscription_id = o.subscription_id and later.id > o.id
            and later.action = 'Activate' and (later.stage <> 'settled' or later.outcome = 'failed')`)}`,
      order: sql`o.settled_at`,
    }),
  words: (facts) => ({
    what: "Activation failed",
    rule: `${facts.customer ?? "The purchaser"} is waiting for ${facts.planName}.${failureOf(facts)} Microsoft cancels purchases that are not activated within ${activationWindowDays} days.`,
  }),
};
