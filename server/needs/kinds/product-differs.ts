/** The product's state has not matched the subscription for too long. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noTime, ofSubscription, productSyncTimeout } from "../sources.ts";

export const productDiffers: NeedKind = {
  group: "Product out of sync",
  icon: "unlink",
  tone: "warn",
  windowMs: null,
  actions: ["open"],
  source: (now) =>
    ofSubscription({
      from: sql`confirmations c join subscriptions s on s.id = c.subscription_id`,
      dueAt: noTime,
      // Before the activation, a need of its own covers this.
      where: sql`c.differs_since <= ${now} - ${productSyncTimeout} and s.status <> 'PendingFulfillmentStart'`,
      order: sql`c.differs_since, s.id`,
    }),
  words: () => ({
    what: "Product out of sync",
    rule: "Your product has not matched this subscription for over an hour. Open the subscription to see the differences and to ask the product to resync.",
  }),
};
