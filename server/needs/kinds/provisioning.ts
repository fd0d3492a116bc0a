/** An activation waits for the product, which has not confirmed that it is ready. */
import { sql } from "drizzle-orm";
import { activationWindowDays } from "../../../shared/lifecycle.ts";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, pendingPurchase, productSyncTimeout } from "../sources.ts";

export const provisioning: NeedKind = {
  group: "Purchases waiting for the product",
  icon: "hourglass",
  tone: "warn",
  windowMs: activationWindowDays * daysMs,
  isUrgent: true,
  actions: ["open"],
  source: (now) =>
    pendingPurchase(
      now,
      sql`s.activation_waits_for = 'product' and s.activation_asked_at <= ${now} - ${productSyncTimeout}`,
    ),
  words: (facts) => ({
    what: "Product not ready",
    rule: `${facts.customer ?? "The purchaser"} confirmed ${facts.planName}, but your product has not confirmed that it is ready. Open the subscription to see the product's last response or to ask it again. Microsoft cancels purchases that are not activated within ${activationWindowDays} days.`,
  }),
};
