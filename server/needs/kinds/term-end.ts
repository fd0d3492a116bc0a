/** A term runs out and does not renew by itself. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, termEnding } from "../sources.ts";
import { nameOf, onDay } from "../need-phrases.ts";

/** Told of so long before. */
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
    rule: `The term of ${facts.planName} runs out and does not renew by itself. Only ${facts.customer ?? "the customer"} can switch renewal on, at Microsoft.`,
    mail: {
      subject: `Your subscription ${nameOf(facts)} is about to end`,
      body: `The term of ${nameOf(facts)} ends ${onDay(facts.termEndsOn)}, and it does not renew by itself.\n\nIf you want to keep it, please switch on recurring billing for the subscription in the Azure portal or the Microsoft 365 admin centre before that day.`,
    },
  }),
  isLatest: () => true,
};
