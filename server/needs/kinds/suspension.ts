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
    what: "Suspended, lost unless paid",
    rule: `Microsoft could not charge ${facts.customer ?? "the customer"} and ends the subscription after ${suspensionWindowDays} days. Only the customer can put the payment right.`,
    mail: {
      subject: `Your subscription ${nameOf(facts)} is suspended`,
      body: `Microsoft could not collect the payment for ${nameOf(facts)} and has suspended the subscription.\n\nPlease check the payment method of the subscription's billing account in the Azure portal or the Microsoft 365 admin centre ${byDay(facts.dueAt)}; after that Microsoft ends the subscription. Once the payment goes through, access comes back by itself.`,
    },
  }),
  isLatest: ({ isFirstSeenSo }) => isFirstSeenSo,
};
