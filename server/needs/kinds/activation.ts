/** A purchase that nobody has activated. */
import { sql } from "drizzle-orm";
import { activationWindowDays } from "../../../shared/lifecycle.ts";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, pendingPurchase } from "../sources.ts";
import { byDay, nameOf } from "../need-phrases.ts";

export const activation: NeedKind = {
  group: "Purchases not activated",
  icon: "rocket",
  tone: "info",
  windowMs: activationWindowDays * daysMs,
  actions: ["activate", "write"],
  source: (now) => pendingPurchase(now, sql`s.activation_waits_for is null`),
  words: (facts) => ({
    what: "Purchase not activated",
    rule: `${facts.customer ?? "The purchaser"} bought ${facts.planName} and has not finished on the landing page. A purchase that is not activated lapses after ${activationWindowDays} days.`,
    mail: {
      subject: `Finish setting up ${nameOf(facts)}`,
      body: `You bought ${nameOf(facts)} in the Microsoft marketplace, and one step is left before you can use it: open the subscription in the Azure portal or the Microsoft 365 admin centre and choose “Configure account now”.\n\nPlease do so ${byDay(facts.dueAt)}; after that Microsoft cancels the purchase. You are not billed before it is set up.`,
    },
  }),
};
