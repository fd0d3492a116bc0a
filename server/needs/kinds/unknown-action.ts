/** A webhook delivery with an action that Marketdesk does not know. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, noTime, ofOperation, since } from "../sources.ts";

export const unknownAction: NeedKind = {
  group: "Unknown actions",
  icon: "help",
  tone: "warn",
  windowMs: null,
  actions: ["operation", "open"],
  source: (now) =>
    ofOperation({
      dueAt: noTime,
      where: sql`o.attention = 'unknown_action' and o.settled_at >= ${since(now, failureDays)}`,
      order: sql`o.settled_at desc`,
    }),
  words: ({ operation }) => ({
    what: `Unknown action ${operation?.action ?? ""}`.trim(),
    rule: `Microsoft sent an action that Marketdesk does not know. The subscription is in sync with Microsoft; check the delivery to see whether you need to do anything. Listed for ${failureDays} days.`,
  }),
};
