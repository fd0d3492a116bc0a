/** A subscription whose follow-up is due. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, ofSubscription } from "../sources.ts";

export const followUp: NeedKind = {
  group: "Follow-ups",
  icon: "calendar-user",
  tone: "info",
  windowMs: daysMs,
  actions: ["done", "open"],
  source: (_now, today) =>
    ofSubscription({
      dueAt: sql`(s.follow_up_on + 1)::timestamp at time zone 'UTC'`,
      where: sql`s.follow_up_on <= ${today}`,
      order: sql`s.follow_up_on, s.id`,
    }),
  words: () => ({
    what: "Follow up",
    rule: "You or a colleague chose this day to look at the subscription again. Mark the follow-up as done, or open the subscription to choose another day.",
  }),
};
