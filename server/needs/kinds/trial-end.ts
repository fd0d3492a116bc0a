/** A free trial ends. */
import { sql } from "drizzle-orm";
import type { NeedFacts, NeedKind } from "../need-kind.ts";
import { daysMs, termEnding } from "../sources.ts";
import { nameOf, onDay } from "../need-phrases.ts";

/** Days before the end at which the need appears. */
const windowDays = 7;

/** The trial and the subscription end together. */
const isLost = ({ autoRenews }: NeedFacts) => autoRenews === false;

export const trialEnd: NeedKind = {
  group: "Trials ending",
  icon: "zoom",
  tone: "info",
  windowMs: windowDays * daysMs,
  actions: ["write"],
  source: (now) => termEnding(now, windowDays, sql`s.is_free_trial`),
  words(facts) {
    const customer = facts.customer ?? "the customer";
    return {
      what: isLost(facts) ? "Trial and subscription end" : "Trial ends, billing starts",
      rule: isLost(facts)
        ? `The free trial of ${facts.planName} ends and auto-renewal is off. Only ${customer} can turn on auto-renewal.`
        : `When the free trial of ${facts.planName} ends, Microsoft starts to bill ${customer}, unless the subscription is canceled first.`,
    };
  },
  mail: (facts) => ({
    subject: `Your trial of ${nameOf(facts)} is about to end`,
    body: isLost(facts)
      ? `Your free trial of ${nameOf(facts)} ends ${onDay(facts.termEndsOn)}, and so does the subscription.\n\nTo keep the subscription, turn on recurring billing for it in the Azure portal or the Microsoft 365 admin center before that day.`
      : `Your free trial of ${nameOf(facts)} ends ${onDay(facts.termEndsOn)}. After that, Microsoft bills the subscription.\n\nIs there anything that we can help you with before then?`,
  }),
  isLatest: () => true,
};
