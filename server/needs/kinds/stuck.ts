/** The job of an operation has used up its attempts. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noTime, ofOperation } from "../sources.ts";
import { changeOf, failureOf } from "../need-phrases.ts";

export const stuck: NeedKind = {
  group: "Stuck operations",
  icon: "alert",
  tone: "bad",
  windowMs: null,
  actions: ["retry"],
  source: () =>
    ofOperation({
      dueAt: noTime,
      // Settling clears `stuck_at`. Nothing is left to do for an ended subscription; the next reconciliation settles its open operations.
      where: sql`o.stuck_at is not null and s.status is distinct from 'Unsubscribed'`,
      order: sql`o.stuck_at`,
    }),
  words: (facts) => ({
    what: `${changeOf(facts)}: stuck`,
    rule: `Marketdesk stopped after ${facts.operation?.attempts ?? 0} attempts.${failureOf(facts)} Retrying first asks Microsoft for the operation's current state.`,
  }),
};
