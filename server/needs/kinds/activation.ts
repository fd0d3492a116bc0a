/** A purchase without a confirmation or an activation. */
import { sql } from "drizzle-orm";
import { activationWindowDays } from "../../../shared/lifecycle.ts";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, pendingPurchaseAfterGrace } from "../sources.ts";
import { byDay, nameOf } from "../need-phrases.ts";

export const activation: NeedKind = {
  group: "Purchases not activated",
  icon: "rocket",
  tone: "info",
  windowMs: activationWindowDays * daysMs,
  actions: ["activate", "write"],
  source: (now) => pendingPurchaseAfterGrace(now, sql`s.activation_waits_for is null`),
  words: (facts) => ({
    what: "Purchase not activated",
    rule: `${facts.customer ?? "The purchaser"} bought ${facts.planName} but has not completed the landing page. Microsoft cancels purchases that are not activated within ${activationWindowDays} days.`,
  }),
  mail: (facts) => ({
    subject: `Finish setting up ${nameOf(facts)}`,
    body: `You bought ${nameOf(facts)} in the Microsoft marketplace. One step is left before you can use it: open the subscription in the Azure portal or the Microsoft 365 admin center and choose “Configure account now”.\n\nComplete this step ${byDay(facts.dueAt)}; after that, Microsoft cancels the purchase. You are not billed until the setup is complete.`,
  }),
};
