/** Days whose usage could not be compared with Microsoft's list. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime, since } from "../sources.ts";

/** It is tried again every ten minutes. */
const afterDays = 2;

export const usageNotCompared: NeedKind = {
  group: "Usage not compared",
  icon: "unlink",
  tone: "warn",
  windowMs: null,
  actions: ["open"],
  place: "/settings/connection",
  source: (now) => ({
    // A claim that remains is of a comparison that failed; the day is compared from its end on.
    from: sql`(select min(day) as day from usage_comparisons
      where claimed_until is not null and coalesce(compared_at, (day + 1)::timestamp at time zone 'UTC') < ${since(now, afterDays)}) u`,
    id: sql`'usage comparison'`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    where: sql`u.day is not null`,
    order: sql`u.day`,
    quoted: sql`to_char(u.day, 'YYYY-MM-DD')`,
  }),
  words: () => ({
    what: "Usage could not be compared with Microsoft for two days",
    rule: "Microsoft does not answer the list of processed usage, so a wrong bill would not be noticed. The page Connection shows whether the credentials and the connection work; the comparison is tried again every ten minutes.",
  }),
};
