/** A secret or certificate of an app registration expires soon; without it every call to Microsoft fails. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { days, daysMs, noId, noText } from "../sources.ts";

/** Days before the expiry at which the need appears, and at which it reappears even if it was snoozed. */
const windowDays = 60;
const reminderDays = [30, 7];

export const secret: NeedKind = {
  group: "Expiring secrets",
  icon: "key",
  tone: "warn",
  windowMs: windowDays * daysMs,
  actions: ["open"],
  place: "/settings/connection",
  snooze(dueAt, now) {
    const due = dueAt?.getTime() ?? now.getTime() + daysMs;
    const next = reminderDays.map((left) => due - left * daysMs).find((at) => at > now.getTime());
    return new Date(next ?? Math.max(due, now.getTime() + daysMs));
  },
  source: (now) => ({
    from: sql`credentials c`,
    id: sql`c.app`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: sql`c.ends_on::timestamp at time zone 'UTC'`,
    where: sql`c.ends_on is not null and c.ends_on <= (${now} + ${days(windowDays)})::date`,
    order: sql`c.ends_on`,
    quoted: sql`case c.app when 'landing' then 'landing page' else 'fulfillment' end || ' app''s ' || c.kind`,
  }),
  words: ({ quoted }) => ({
    what: `The ${quoted ?? "app's secret"} expires`,
    rule: "Once it has expired, Entra rejects it: Marketdesk cannot call Microsoft, and no one can sign in. Create a new one in Entra under Certificates & secrets, set it in Marketdesk's settings, restart, and enter its expiry date on the Connection page.",
  }),
};
