/** An activation waits for the publisher's product, which does not say that it is ready. */
import { sql } from "drizzle-orm";
import { activationWindowDays } from "../../../shared/lifecycle.ts";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, pendingPurchase, productSyncTimeout } from "../sources.ts";

export const provisioning: NeedKind = {
  group: "Purchases that wait for the product",
  icon: "hourglass",
  tone: "warn",
  windowMs: activationWindowDays * daysMs,
  isPressing: true,
  actions: ["open"],
  source: (now) =>
    pendingPurchase(
      now,
      sql`s.activation_waits_for = 'product' and s.activation_asked_at <= ${now} - ${productSyncTimeout}`,
    ),
  words: (facts) => ({
    what: "The product is not ready",
    rule: `${facts.customer ?? "The purchaser"} confirmed ${facts.planName}, and the activation waits for your product, which has not confirmed it. On its page ask the product again, or see what it said; the purchase lapses after ${activationWindowDays} days.`,
  }),
};
