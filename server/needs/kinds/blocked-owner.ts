/** A staff member who may no longer act (blocked, without a role in Entra, or only a viewer) owns subscriptions. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";
import { mayNotAct, noAccessReason } from "../staff-without-access.ts";
import { quotedFields, readQuoted } from "../quoted-fields.ts";

const maxCounted = 1_000;

export const blockedOwner: NeedKind = {
  group: "Subscriptions of colleagues without access",
  icon: "calendar-user",
  tone: "warn",
  windowMs: null,
  actions: ["open"],
  listOf: ({ id }) => ({ owner: id }),
  source: () => ({
    // Few staff are blocked, so their subscriptions are counted by the index on owners.
    from: sql`staff st cross join lateral (
      select count(*)::int as count, count(follow_up_on)::int as follow_ups from (
        select s.follow_up_on from subscriptions s where s.owner_id = st.tenant_id || ':' || st.object_id and s.status <> 'Unsubscribed'
        limit ${maxCounted + 1}) few) owned`,
    id: sql`(st.tenant_id || ':' || st.object_id)`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    since: sql`coalesce(st.disabled_at, st.access_lost_at)`,
    where: sql`${mayNotAct} and owned.count > 0`,
    order: sql`st.name`,
    quoted: quotedFields({
      name: sql`st.name`,
      why: noAccessReason,
      count: sql`owned.count`,
      followUps: sql`owned.follow_ups`,
    }),
  }),
  words: ({ quoted }) => {
    const { name = "A colleague", why = "has no access", count = "1", followUps = "0" } = readQuoted(quoted);
    const many = Number(count) > maxCounted ? `more than ${maxCounted} subscriptions` : `${count} subscriptions`;
    return {
      what: `${name} ${why} and owns ${count === "1" ? "1 subscription" : many}`,
      rule: `These subscriptions have no active owner${followUps === "0" ? "" : `, and ${followUps} of them have a follow-up`}. Open the list and assign another owner, or ask an admin to hand everything over on the Staff page. Ended subscriptions are not counted.`,
    };
  },
};
