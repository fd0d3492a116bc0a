/** A planned change that is due tomorrow, or is overdue because it cannot be made yet. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { sentence } from "../need-phrases.ts";
import { plannedWords, plannedSource } from "../planned-sources.ts";
import { daysMs } from "../sources.ts";

export const plannedChange: NeedKind = {
  group: "Planned for tomorrow",
  icon: "calendar-user",
  tone: "info",
  windowMs: daysMs,
  actions: ["open"],
  source: (_now, today) =>
    plannedSource({
      dueAt: sql`p.due_on::timestamp at time zone 'UTC'`,
      where: sql`p.state = 'waiting' and p.due_on <= ${today} + 1`,
      order: sql`p.due_on, p.id`,
    }),
  words: ({ quoted }) => {
    const { summary, byName, problem } = plannedWords(quoted);
    const waits = problem === "" ? "" : ` Waiting: ${sentence(problem)}`;
    return {
      what: `Planned: ${summary}`,
      rule: `${byName} planned this change. It is due at the start of its day in UTC.${waits} If it should not happen, undo it on the subscription's page.`,
    };
  },
};
