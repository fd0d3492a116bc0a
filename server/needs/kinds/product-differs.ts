/** The publisher's product has not followed a change. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noTime, ofSubscription, productSyncTimeout } from "../sources.ts";

export const productDiffers: NeedKind = {
  group: "Not followed by the product",
  icon: "unlink",
  tone: "warn",
  windowMs: null,
  actions: ["open"],
  source: (now) =>
    ofSubscription({
      from: sql`confirmations c join subscriptions s on s.id = c.subscription_id`,
      dueAt: noTime,
      // Before the activation that is an item of its own.
      where: sql`c.differs_since <= ${now} - ${productSyncTimeout} and s.status <> 'PendingFulfillmentStart'`,
      order: sql`c.differs_since, s.id`,
    }),
  words: () => ({
    what: "The product has not followed",
    rule: "For an hour or more your product has had something else than the subscription is entitled to. Its page shows what, and asks the product again.",
  }),
};
