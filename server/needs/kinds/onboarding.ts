/** Microsoft activated a purchase automatically: the customer is billed, and no one has onboarded them. */
import { type SQL, sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noTime, ofSubscription } from "../sources.ts";
import { nameOf } from "../need-phrases.ts";

/**
 * The owner's subscriptions that wait for onboarding, each looked up by key. `offset 0` prevents joins, which would read those of all
 * owners.
 */
const fromOfOwner = (owner: SQL): SQL => sql`
  (select own.id, waiting.since
    from (select id from subscriptions where owner_id = ${owner} offset 0) own
    cross join lateral (select since from onboardings where subscription_id = own.id offset 0) waiting
    offset 0) w
  cross join lateral (select * from subscriptions where id = w.id offset 0) s`;

export const onboarding: NeedKind = {
  group: "Customers to onboard",
  icon: "rocket",
  tone: "warn",
  windowMs: null,
  isUrgent: true,
  actions: ["onboarded", "write", "open"],
  source: () =>
    ofSubscription({
      from: sql`onboardings w join subscriptions s on s.id = w.subscription_id`,
      fromOfOwner,
      dueAt: noTime,
      since: sql`w.since`,
      where: sql`s.status in ('Subscribed', 'Suspended')`,
      order: sql`w.since, s.id`,
    }),
  words: (facts) => ({
    what: "Activated by Microsoft, not onboarded",
    rule: `Microsoft activated ${facts.planName} automatically and bills ${facts.customer ?? "the customer"}, who has not visited the landing page. Onboard the customer, then mark the subscription as onboarded. This item also disappears when the customer provides a contact or your product confirms the activation.`,
  }),
  mail: (facts) => ({
    subject: `Welcome to ${nameOf(facts)}`,
    body: `Thank you for buying ${nameOf(facts)} in the Microsoft marketplace. Your subscription is active.\n\nTo get started, open the subscription in the Azure portal or the Microsoft 365 admin center and choose “Configure account now”. If you would like help with the setup, reply to this message.`,
  }),
};
