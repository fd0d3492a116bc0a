/** A problem with Marketdesk or its surroundings; listed once, however many instances report it. */
import { sql } from "drizzle-orm";
import { isActive } from "../../database/queries/alarms.ts";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";
import { quotedFields, readQuoted } from "../quoted-fields.ts";

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
    quoted: quotedFields({ what: sql`a.what`, remedy: sql`a.remedy` }),
  }),
  words: ({ quoted }) => {
    const { what = "Marketdesk has a problem", remedy = "See the Connection page for details." } = readQuoted(quoted);
    return { what, rule: remedy };
  },
};
