/** An operation from Microsoft that has not settled within minutes, or one of ours that Microsoft does not end. */
import { sql } from "drizzle-orm";
import { unendingAfterMs, unsettledAfterMs, unsettledOperations } from "../../database/queries/unsettled.ts";
import type { NeedKind } from "../need-kind.ts";
import { noTime, ofOperation } from "../sources.ts";
import { changeOf, failureOf } from "../need-phrases.ts";

export const unsettled: NeedKind = {
  group: "Operations not completed",
  icon: "alert",
  tone: "bad",
  windowMs: null,
  actions: ["retry", "operation"],
  source: (now) =>
    ofOperation({
      dueAt: noTime,
      where: unsettledOperations(now),
      order: sql`o.id`,
      quoted: sql`o.source::text`,
    }),
  words: (facts) => ({
    what: `${changeOf(facts)}: not completed`,
    rule:
      facts.quoted === "Partner"
        ? `Microsoft accepted this change more than ${unendingAfterMs / 60_000} minutes ago and has not completed it.${failureOf(facts)} Other changes to the subscription have to wait. Marketdesk keeps checking; if it takes much longer, open a support ticket that includes the operation's ID.`
        : `Microsoft sent this operation more than ${unsettledAfterMs / 60_000} minutes ago, and it has not been completed yet.${failureOf(facts)} Marketdesk keeps trying.`,
  }),
};
