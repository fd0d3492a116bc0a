/** Views shared with all staff whose owner may no longer act, so that no one can change them. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";
import { mayNotAct, noAccessReason } from "../staff-without-access.ts";
import { quotedFields, readQuoted } from "../quoted-fields.ts";

export const blockedViews: NeedKind = {
  group: "Shared views of colleagues without access",
  icon: "calendar-user",
  tone: "info",
  windowMs: null,
  isListedLast: true,
  actions: ["open"],
  place: "/settings/staff",
  source: () => ({
    from: sql`staff st cross join lateral (
      select count(*)::int as count from saved_views v
      where v.owner_id = st.tenant_id || ':' || st.object_id and v.is_shared) shared`,
    id: sql`(st.tenant_id || ':' || st.object_id)`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    since: sql`coalesce(st.disabled_at, st.access_lost_at)`,
    where: sql`${mayNotAct} and shared.count > 0`,
    order: sql`st.name`,
    quoted: quotedFields({ name: sql`st.name`, why: noAccessReason, count: sql`shared.count` }),
  }),
  words: ({ quoted }) => {
    const { name = "A colleague", why = "has no access", count = "1" } = readQuoted(quoted);
    return {
      what: `${name} ${why} and owns ${count === "1" ? "1 shared view" : `${count} shared views`}`,
      rule: "Only the owner can change a shared view. An admin can hand these views over or delete them on the Staff page.",
    };
  },
};
