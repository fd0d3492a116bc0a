/** The job of an operation gave up. */
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
      // Nothing can be done for a subscription that has ended; the next comparison settles what is open of it.
      where: sql`o.stuck_at is not null and o.stage <> 'settled' and s.status is distinct from 'Unsubscribed'`,
      order: sql`o.stuck_at`,
    }),
  words: (facts) => ({
    what: `${changeOf(facts)}: stuck`,
    rule: `The desk gave up after ${facts.operation?.attempts ?? 0} tries.${failureOf(facts)} Trying again asks Microsoft first where it stands.`,
  }),
};
