/** A problem with Marketdesk or its surroundings; listed once, however many instances report it. */
import { sql } from "drizzle-orm";
import { isActive } from "../../database/queries/alarms.ts";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";

export const alarm: NeedKind = {
  group: "Alarms",
  icon: "alert",
  tone: "bad",
  windowMs: null,
  actions: ["open"],
  place: "/settings/connection",
  source: () => ({
    from: sql`(select distinct on (kind) kind, what, remedy, since from alarms where ${isActive} order by kind, since) a`,
    id: sql`a.kind`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    since: sql`a.since`,
    where: sql`true`,
    order: sql`a.since`,
    quoted: sql`a.what || E'\\n' || a.remedy`,
  }),
  words: ({ quoted }) => {
    const [what = "", remedy] = (quoted ?? "Marketdesk has a problem").split("\n");
    return { what, rule: remedy ?? "See the Connection page for details." };
  },
};
