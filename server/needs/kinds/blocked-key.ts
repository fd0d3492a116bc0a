/** An API key whose creator has lost access to the dashboard but may still know the key. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";
import { noAccessReason } from "../staff-without-access.ts";
import { quotedFields, readQuoted } from "../quoted-fields.ts";

export const blockedKey: NeedKind = {
  group: "API keys of colleagues without access",
  icon: "key",
  tone: "warn",
  windowMs: null,
  actions: ["open"],
  place: "/settings/api-keys",
  source: () => ({
    from: sql`api_keys k join staff st on k.created_by_id = st.tenant_id || ':' || st.object_id`,
    id: sql`k.id`,
    idType: "uuid",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    since: sql`coalesce(st.disabled_at, st.access_lost_at)`,
    where: sql`k.revoked_at is null and (st.disabled_at is not null or st.access_lost_at is not null)`,
    order: sql`coalesce(st.disabled_at, st.access_lost_at), k.id`,
    quoted: quotedFields({ key: sql`k.name`, name: sql`st.name`, why: noAccessReason }),
  }),
  words: ({ quoted }) => {
    const { key = "A key", name = "A colleague", why = "has no access" } = readQuoted(quoted);
    return {
      what: `The API key “${key}” was created by ${name}, who ${why}`,
      rule: "The creator of a key has seen it. Create a new key, give it to your product, then revoke this key. Only an admin can create and revoke keys.",
    };
  },
};
