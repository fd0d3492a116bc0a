/** An operation from Microsoft that has not settled within minutes. */
import { sql } from "drizzle-orm";
import { unsettledAfterMs, unsettledOperations } from "../../database/queries/unsettled.ts";
import type { NeedKind } from "../need-kind.ts";
import { noTime, ofOperation } from "../sources.ts";
import { changeOf, failureOf } from "../need-phrases.ts";

export const unsettled: NeedKind = {
  group: "Operations not settled",
  icon: "alert",
  tone: "bad",
  windowMs: null,
  actions: ["retry", "operation"],
  source: (now) =>
    ofOperation({
      dueAt: noTime,
      where: unsettledOperations(now),
      order: sql`o.id`,
    }),
  words: (facts) => ({
    what: `${changeOf(facts)}: not settled`,
    rule: `Microsoft sent this operation more than ${unsettledAfterMs / 60_000} minutes ago, and it has not been completed yet.${failureOf(facts)} Marketdesk keeps trying.`,
  }),
};
