/** A term ends and auto-renewal is off. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, termEnding } from "../sources.ts";
import { nameOf, onDay } from "../need-phrases.ts";

/** Days before the end at which the need appears. */
const windowDays = 30;

export const termEnd: NeedKind = {
  group: "Ending without renewal",
  icon: "calendar-off",
  tone: "warn",
  windowMs: windowDays * daysMs,
  actions: ["write"],
  source: (now) => termEnding(now, windowDays, sql`not s.auto_renews and not s.is_free_trial`),
  words: (facts) => ({
    what: "Ends without renewal",
    rule: `The term of ${facts.planName} ends and auto-renewal is off. Only ${facts.customer ?? "the customer"} can turn on auto-renewal.`,
  }),
  mail: (facts) => ({
    subject: `Your subscription ${nameOf(facts)} is about to end`,
    body: `The term of ${nameOf(facts)} ends ${onDay(facts.termEndsOn)} and does not renew automatically.\n\nTo keep the subscription, turn on recurring billing for it in the Azure portal or the Microsoft 365 admin center before that day.`,
  }),
  isLatest: () => true,
};
