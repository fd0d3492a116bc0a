/** A purchase that its purchaser confirmed and that, by the activation policy, staff activate. */
import { sql } from "drizzle-orm";
import { activationWindowDays } from "../../../shared/lifecycle.ts";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, pendingPurchase } from "../sources.ts";

export const activationAsked: NeedKind = {
  group: "Purchases for you to activate",
  icon: "rocket",
  tone: "warn",
  windowMs: activationWindowDays * daysMs,
  isUrgent: true,
  actions: ["activate", "open"],
  source: (now) => pendingPurchase(now, sql`s.activation_waits_for = 'staff'`),
  words: (facts) => ({
    what: "Confirmed, ready to activate",
    rule: `${facts.customer ?? "The purchaser"} confirmed ${facts.planName}, and the activation policy leaves the activation to you. Microsoft cancels purchases that are not activated within ${activationWindowDays} days.`,
  }),
};
