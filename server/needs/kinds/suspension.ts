/** Microsoft could not charge the customer and will end the subscription. */
import { sql } from "drizzle-orm";
import { suspensionWindowDays } from "../../../shared/lifecycle.ts";
import type { NeedKind } from "../need-kind.ts";
import { days, daysMs, ofSubscription } from "../sources.ts";
import { byDay, nameOf } from "../need-phrases.ts";

export const suspension: NeedKind = {
  group: "Suspended",
  icon: "card-off",
  tone: "warn",
  windowMs: suspensionWindowDays * daysMs,
  actions: ["write"],
  source: () =>
    ofSubscription({
      dueAt: sql`s.status_since + ${days(suspensionWindowDays)}`,
      where: sql`s.status = 'Suspended'`,
      order: sql`s.status_since, s.id`,
    }),
  words: (facts) => ({
    what: "Payment failed: will be canceled",
    rule: `Microsoft could not charge ${facts.customer ?? "the customer"} and cancels the subscription after ${suspensionWindowDays} days. Only the customer can fix the payment.`,
  }),
  mail: (facts) => ({
    subject: `Your subscription ${nameOf(facts)} is suspended`,
    body: `Microsoft could not collect the payment for ${nameOf(facts)} and has suspended the subscription.\n\nCheck the payment method of the subscription's billing account in the Azure portal or the Microsoft 365 admin center ${byDay(facts.dueAt)}; after that, Microsoft cancels the subscription. Access returns automatically once the payment succeeds.`,
  }),
  isLatest: ({ isStartUnknown }) => isStartUnknown,
};
