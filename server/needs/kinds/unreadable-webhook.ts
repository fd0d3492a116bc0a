/** Authentic webhooks that name no subscription, so that they could not be applied. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, noId, noText, noTime, since } from "../sources.ts";

/** More are not counted. */
const maxCounted = 100;

export const unreadableWebhook: NeedKind = {
  group: "Unreadable webhooks",
  icon: "help",
  tone: "warn",
  windowMs: null,
  actions: ["open"],
  place: "/deliveries",
  source: (now) => ({
    // The ids begin with the milliseconds since 1970, so the days are a range of the index.
    from: sql`(select count(*)::int as count, max(received_at) as last_at from (
      select received_at from webhook_deliveries where outcome = 'unprocessable'
        and id >= (rpad(lpad(to_hex((extract(epoch from ${since(now, failureDays)}) * 1000)::bigint), 12, '0'), 32, '0'))::uuid
      order by id desc limit ${sql.raw(String(maxCounted))}) d having count(*) > 0) u`,
    id: sql`'unreadable webhooks'::text`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    where: sql`true`,
    order: sql`u.last_at`,
    quoted: sql`u.count::text`,
  }),
  words: ({ quoted }) => ({
    what: `${countInWords(Number(quoted ?? 0))} from Microsoft could not be read`,
    rule: `The calls are genuine but name no subscription, so nothing was changed. The next reconciliation with Microsoft repairs any differences. To see the calls, filter the webhooks by “Unrecognized”. Listed for ${failureDays} days.`,
  }),
};

function countInWords(count: number): string {
  if (count === 1) return "1 webhook call";
  return count >= maxCounted ? `At least ${maxCounted} webhook calls` : `${count} webhook calls`;
}
