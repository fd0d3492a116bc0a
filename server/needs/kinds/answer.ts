/** Microsoft waits for our answer to a change. */
import { sql } from "drizzle-orm";
import { answerWindow, answerWindowMs } from "../../../shared/lifecycle.ts";
import type { NeedKind } from "../need-kind.ts";
import { ofOperation } from "../sources.ts";
import { changeOf, failureOf } from "../need-phrases.ts";

export const answer: NeedKind = {
  group: "Answers due",
  icon: "hourglass",
  tone: "warn",
  windowMs: answerWindowMs,
  actions: ["answer", "retry"],
  snooze: "none",
  source: (now) =>
    ofOperation({
      dueAt: sql`o.answer_due_at`,
      where: sql`o.answer_due_at > ${now} and o.stage in ('received', 'verified', 'decided') and o.stuck_at is null`,
      order: sql`o.answer_due_at`,
    }),
  words: (facts) => ({
    what: `${changeOf(facts)}: answer due`,
    rule: `Microsoft waits ${answerWindow} for an answer, then decides without one.${failureOf(facts)}`,
  }),
};
