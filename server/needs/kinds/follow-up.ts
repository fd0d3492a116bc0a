/** The day has come that staff chose to look at a subscription again. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, ofSubscription } from "../sources.ts";

export const followUp: NeedKind = {
  group: "To follow up",
  icon: "calendar-user",
  tone: "info",
  windowMs: daysMs,
  actions: ["done", "open"],
  source: (_now, today) =>
    ofSubscription({
      dueAt: sql`(s.follow_up_on + 1)::timestamp at time zone 'UTC'`,
      where: sql`s.follow_up_on is not null and s.follow_up_on <= ${today}`,
      order: sql`s.follow_up_on, s.id`,
    }),
  words: () => ({
    what: "Follow up",
    rule: "The day has come that staff chose to look at it again. When that is done, say so; for another day, open it.",
  }),
};
