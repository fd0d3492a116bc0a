/** A key of the publisher's product expires soon, or has expired, and with it all that the product does by it. */
import { sql } from "drizzle-orm";
import { apiKeyWarningDays } from "../../../shared/api-scopes.ts";
import type { NeedKind } from "../need-kind.ts";
import { days, daysMs, noId, noText, since } from "../sources.ts";

/** An expired key that nobody revokes stays here for so long. */
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
    rule: "Calls with an expired key are refused. Make a new key, give it to your product, then revoke this one.",
  }),
};
