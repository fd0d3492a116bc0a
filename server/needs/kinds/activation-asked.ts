/** A purchaser confirmed, and by the activation policy staff are to activate. */
import { sql } from "drizzle-orm";
import { activationWindowDays } from "../../../shared/lifecycle.ts";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, pendingPurchase } from "../sources.ts";

export const activationAsked: NeedKind = {
  group: "Purchases for you to activate",
  icon: "rocket",
  tone: "warn",
  windowMs: activationWindowDays * daysMs,
  isPressing: true,
  actions: ["activate", "open"],
  source: (now) => pendingPurchase(now, sql`s.activation_waits_for = 'staff'`),
  words: (facts) => ({
    what: "Confirmed, waits for you to activate",
    rule: `${facts.customer ?? "The purchaser"} confirmed ${facts.planName}; by its activation policy staff activate it. A purchase that is not activated lapses after ${activationWindowDays} days.`,
  }),
};
