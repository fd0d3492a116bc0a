/** An API key that has expired or expires soon; without a new one the product loses access to the API. */
import { sql } from "drizzle-orm";
import { apiKeyWarningDays } from "../../../shared/api-scopes.ts";
import type { NeedKind } from "../need-kind.ts";
import { days, daysMs, noId, noText, since } from "../sources.ts";

/** Days for which an expired key that has not been revoked stays listed. */
const visibleDays = 14;

export const apiKeyExpiry: NeedKind = {
  group: "API keys expiring",
  icon: "key",
  tone: "warn",
  windowMs: apiKeyWarningDays * daysMs,
  actions: ["open"],
  place: "/settings/api-keys",
  source: (now) => ({
    from: sql`api_keys k`,
    id: sql`k.id`,
    idType: "uuid",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: sql`k.expires_at`,
    where: sql`k.revoked_at is null and k.expires_at <= ${now} + ${days(apiKeyWarningDays)}
      and k.expires_at > ${since(now, visibleDays)}`,
    order: sql`k.expires_at`,
    quoted: sql`k.name`,
  }),
  words: ({ quoted }) => ({
    what: `The API key “${quoted ?? "of your product"}” expires`,
    rule: "Calls with an expired key are refused. Create a new key, give it to your product, then revoke this key. Only an admin can create and revoke keys.",
  }),
};
