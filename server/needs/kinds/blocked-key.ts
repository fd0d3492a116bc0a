/** An API key was made by somebody who is blocked now, and who may still have it. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";

export const blockedKey: NeedKind = {
  group: "API keys of blocked colleagues",
  icon: "key",
  tone: "warn",
  windowMs: null,
  ways: ["open"],
  place: "/settings/api-keys",
  source: () => ({
    from: sql`api_keys k join staff st on k.created_by_id = st.tenant_id || ':' || st.object_id`,
    id: sql`k.id`,
    idType: "uuid",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    since: sql`st.disabled_at`,
    where: sql`k.revoked_at is null and st.disabled_at is not null`,
    order: sql`st.disabled_at, k.id`,
    quoted: sql`k.name || E'\\n' || st.name`,
  }),
  words: ({ quoted }) => {
    const [key = "A key", name = "A colleague"] = (quoted ?? "").split("\n");
    return {
      what: `The API key “${key}” was made by ${name}, who is blocked`,
      rule: "Whoever made a key has seen it. Make a new key, put it into your product, and revoke this one.",
    };
  },
};
