/** A planned change that could not be carried out on its day. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { sentence } from "../need-phrases.ts";
import { plannedSource, plannedWords } from "../planned-sources.ts";
import { noTime } from "../sources.ts";

export const plannedChangeFailed: NeedKind = {
  group: "Failed planned changes",
  icon: "calendar-off",
  tone: "bad",
  windowMs: null,
  actions: ["open"],
  isUrgent: true,
  source: () =>
    plannedSource({
      dueAt: noTime,
      since: sql`p.ended_at`,
      where: sql`p.state = 'failed' and s.status <> 'Unsubscribed'`,
      order: sql`p.ended_at, p.id`,
    }),
  words: ({ quoted }) => {
    const { summary, problem } = plannedWords(quoted);
    return {
      what: `Planned change failed: ${summary}`,
      rule: `${sentence(problem === "" ? "Microsoft did not make this change" : problem)} Make or plan the change again on the subscription's page, or dismiss it there.`,
    };
  },
};
