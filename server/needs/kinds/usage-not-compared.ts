/** Days whose usage could not be compared with Microsoft's list. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime, since } from "../sources.ts";

/** It is tried again every ten minutes. */
const afterDays = 2;
/** Microsoft's daily usage can be compared by hand until then. */
const forDays = 31;

export const usageNotCompared: NeedKind = {
  group: "Usage not compared",
  icon: "unlink",
  tone: "warn",
  windowMs: null,
  actions: ["open"],
  place: "/settings/connection",
  source: (now) => ({
    // A leftover claim belongs to a failed comparison; a day is compared once it has ended.
    from: sql`(select day, problem from usage_comparisons
      where claimed_until is not null and day >= ((${since(now, forDays)}) at time zone 'UTC')::date
        and coalesce(compared_at, (day + 1)::timestamp at time zone 'UTC') < ${since(now, afterDays)} order by day limit 1) u`,
    id: sql`'usage comparison'`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    where: sql`true`,
    order: sql`u.day`,
    quoted: sql`to_char(u.day, 'YYYY-MM-DD') || ' ' || coalesce(u.problem, '')`,
  }),
  words: ({ quoted }) => {
    const [day = "", problem] = quoted?.split(" ") ?? [];
    if (problem === "TooLong")
      return {
        what: `Microsoft's list of the usage of ${day} is too long to be compared`,
        rule: "One dimension of a plan has more than about 35,000 subscriptions on that day, or all have more than 300,000 rows. Marketdesk would not notice a wrong bill for that day: compare it with the usage report in Partner Center.",
      };
    return {
      what: "Usage could not be compared with Microsoft for two days",
      rule: "Microsoft does not return the list of processed usage, so a wrong bill would not be noticed. Check the Connection page. Marketdesk retries the comparison every ten minutes.",
    };
  },
};
