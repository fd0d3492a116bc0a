/** Microsoft accepted an activation and then ended the purchase. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, noneOf, noTime, ofOperation, since } from "../sources.ts";
import { nameOf, failureOf } from "../need-phrases.ts";

export const activationEnded: NeedKind = {
  group: "Purchases ended by Microsoft",
  icon: "rocket-off",
  tone: "bad",
  windowMs: null,
  isUrgent: true,
  actions: ["write", "open"],
  source: (now) =>
    ofOperation({
      from: sql`operations o join subscriptions s on s.id = o.subscription_id`,
      dueAt: noTime,
      // A cancellation by the publisher is expected and not listed.
      where: sql`o.outcome = 'failed' and o.settled_at >= ${since(now, failureDays)} and o.action = 'Activate'
        and s.status = 'Unsubscribed' and ${noneOf(sql`
          select from operations own where own.subscription_id = o.subscription_id and own.action = 'Unsubscribe'
            and own.source = 'Partner' and own.outcome = 'succeeded'`)}`,
      order: sql`o.settled_at desc`,
    }),
  words: (facts) => ({
    what: "Microsoft ended the purchase",
    rule: `${facts.customer ?? "The purchaser"} confirmed ${facts.planName}, but the activation failed.${failureOf(facts)} The customer has to buy again. Listed for ${failureDays} days.`,
  }),
  mail: (facts) => ({
    subject: `Your purchase of ${nameOf(facts)} was not completed`,
    body: `Microsoft could not activate ${nameOf(facts)} and has ended the purchase. You will not be billed for it.\n\nCheck the payment method of your billing account, then buy the plan again in the marketplace. If that also fails, contact us.`,
  }),
};
