/** A colleague was blocked and still looks after subscriptions: nobody sees to them. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";

const maxCounted = 1_000;

export const blockedOwner: NeedKind = {
  group: "Subscriptions of blocked colleagues",
  icon: "calendar-user",
  tone: "warn",
  windowMs: null,
  ways: ["open"],
  listOf: ({ id }) => ({ owner: id }),
  source: () => ({
    // Few are blocked; what each owns is counted along the index of owners.
    from: sql`staff st cross join lateral (
      select count(*)::int as count from (
        select from subscriptions s where s.owner_id = st.tenant_id || ':' || st.object_id and s.status <> 'Unsubscribed'
        limit ${maxCounted + 1}) few) owned`,
    id: sql`(st.tenant_id || ':' || st.object_id)`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    since: sql`st.disabled_at`,
    where: sql`st.disabled_at is not null and owned.count > 0`,
    order: sql`st.disabled_at`,
    quoted: sql`st.name || E'\\n' || owned.count`,
  }),
  words: ({ quoted }) => {
    const [name = "A colleague", count = "1"] = (quoted ?? "").split("\n");
    const many = Number(count) > maxCounted ? `more than ${maxCounted} subscriptions` : `${count} subscriptions`;
    return {
      what: `${name} is blocked and owns ${count === "1" ? "1 subscription" : many}`,
      rule: "Nobody looks after these subscriptions. Open the list, select all and assign another owner; ended subscriptions do not count.",
    };
  },
};
