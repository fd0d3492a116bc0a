/** A webhook of Microsoft's with the ID of an operation that has another action or subscription. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, noTime, ofOperation, since } from "../sources.ts";
import { changeOf } from "../need-phrases.ts";

export const reusedId: NeedKind = {
  group: "Operation IDs used twice",
  icon: "help",
  tone: "warn",
  windowMs: null,
  actions: ["operation", "open"],
  source: (now) =>
    ofOperation({
      dueAt: noTime,
      where: sql`o.attention = 'reused_id' and o.settled_at >= ${since(now, failureDays)}`,
      order: sql`o.settled_at desc`,
    }),
  words: (facts) => ({
    what: `${changeOf(facts)}: with the ID of another operation`,
    rule: `Microsoft sent the ID of an operation that was received earlier with another action or for another subscription. Microsoft's record shows this change, so it was applied. Check both operations; if one is wrong, open a support ticket that includes the ID. Listed for ${failureDays} days.`,
  }),
};
