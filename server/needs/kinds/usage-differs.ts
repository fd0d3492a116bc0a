/** Usage of a day for which Microsoft's processed quantity differs from the ledger. */
import { sql } from "drizzle-orm";
import { usageDifferences, usageDifferenceWords } from "../../../shared/usage.ts";
import type { NeedKind } from "../need-kind.ts";
import { noId, noTime, since } from "../sources.ts";

/** Older differences are only on the Usage page. */
const shownDays = 31;

export const usageDiffers: NeedKind = {
  group: "Usage differs at Microsoft",
  icon: "unlink",
  tone: "bad",
  windowMs: null,
  actions: ["open"],
  place: "/usage",
  source: (now) => ({
    // What waits for a decision is a separate need, and what staff dropped is known.
    from: sql`(select subscription_id, dimension, cause, max(day) as day from usage_days
      where cause not in ('undecided', 'dropped') and day > (${since(now, shownDays)})::date
      group by subscription_id, dimension, cause) u left join subscriptions s on s.id = u.subscription_id`,
    id: sql`u.subscription_id || ' ' || u.dimension || ' ' || u.cause`,
    idType: "text",
    subscriptionId: sql`s.id`,
    operationId: noId,
    ownerId: sql`s.owner_id`,
    dueAt: noTime,
    where: sql`true`,
    order: sql`u.day, u.subscription_id, u.dimension, u.cause`,
    quoted: sql`u.cause`,
  }),
  words: ({ quoted }) => {
    const cause = usageDifferences.find((one) => one === quoted) ?? "mismatch";
    const { name, remedy } = usageDifferenceWords[cause];
    return {
      what: name,
      rule: `${remedy} The Usage page shows both quantities by day. This item disappears once they agree.`,
    };
  },
};
