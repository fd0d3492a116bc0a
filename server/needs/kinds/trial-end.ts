/** A free trial runs out. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, termEnding } from "../sources.ts";
import { nameOf, onDay } from "../need-phrases.ts";

/** Told of so long before. */
const windowDays = 7;

export const trialEnd: NeedKind = {
  group: "Trials ending",
  icon: "zoom",
  tone: "info",
  windowMs: windowDays * daysMs,
  actions: ["write"],
  source: (now) => termEnding(now, windowDays, sql`s.is_free_trial`),
  words(facts) {
    const customer = facts.customer ?? "the customer";
    const isLost = facts.autoRenews === false;
    return {
      what: isLost ? "Trial ends, and the subscription with it" : "Trial ends, then it is paid",
      rule: isLost
        ? `The free trial of ${facts.planName} runs out and does not renew by itself. Only ${customer} can keep it, at Microsoft.`
        : `When the free trial of ${facts.planName} runs out, Microsoft begins to bill ${customer}, unless it is cancelled before.`,
      mail: {
        subject: `Your trial of ${nameOf(facts)} is about to end`,
        body: isLost
          ? `Your free trial of ${nameOf(facts)} ends ${onDay(facts.termEndsOn)}, and the subscription with it.\n\nIf you want to keep it, please switch on recurring billing for the subscription in the Azure portal or the Microsoft 365 admin centre before that day.`
          : `Your free trial of ${nameOf(facts)} ends ${onDay(facts.termEndsOn)}. From then on Microsoft bills the subscription.\n\nIs there anything that we can help you with before that?`,
      },
    };
  },
  isLatest: () => true,
};
