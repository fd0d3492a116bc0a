/** An operation was set aside: it does not fit what Microsoft says. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { badEndingDays, noTime, ofOperation, since } from "../sources.ts";
import { changeOf, sentence } from "../words.ts";

export const quarantined: NeedKind = {
  group: "Operations set aside",
  icon: "shield",
  tone: "bad",
  windowMs: null,
  ways: ["replay"],
  source: (now) =>
    ofOperation({
      dueAt: noTime,
      where: sql`o.outcome = 'quarantined' and o.settled_at >= ${since(now, badEndingDays)}`,
      order: sql`o.settled_at desc`,
    }),
  words: (facts) => ({
    what: `${changeOf(facts)}: set aside`,
    rule: `${sentence(facts.operation?.lastError ?? "It does not fit what Microsoft says")} Replay it, or see what Microsoft sent; it leaves this list after ${badEndingDays} days.`,
  }),
};
