/** An activation was accepted, and Microsoft ended the purchase instead. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, noneOf, noTime, ofOperation, since } from "../sources.ts";
import { nameOf, failureOf } from "../need-phrases.ts";

export const activationEnded: NeedKind = {
  group: "Purchases that Microsoft ended",
  icon: "rocket-off",
  tone: "bad",
  windowMs: null,
  isPressing: true,
  actions: ["write", "open"],
  source: (now) =>
    ofOperation({
      from: sql`operations o join subscriptions s on s.id = o.subscription_id`,
      dueAt: noTime,
      // One that the publisher canceled is no news.
      where: sql`o.outcome = 'failed' and o.settled_at >= ${since(now, failureDays)} and o.action = 'Activate'
        and s.status = 'Unsubscribed' and ${noneOf(sql`
          select from operations own where own.subscription_id = o.subscription_id and own.action = 'Unsubscribe'
            and own.source = 'Partner' and own.outcome = 'succeeded'`)}`,
      order: sql`o.settled_at desc`,
    }),
  words: (facts) => ({
    what: "Microsoft ended the purchase",
    rule: `${facts.customer ?? "The purchaser"} confirmed ${facts.planName}, and the activation did not complete.${failureOf(facts)} The customer has to buy again. This leaves the list after ${failureDays} days.`,
    mail: {
      subject: `Your purchase of ${nameOf(facts)} was not completed`,
      body: `Microsoft could not activate ${nameOf(facts)} and has ended the purchase. Nothing is billed for it.\n\nPlease check the payment method of your billing account and buy it again in the marketplace. If it fails again, write to us.`,
    },
  }),
};
