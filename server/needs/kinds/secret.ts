/** A secret or certificate of an app registration is about to end, and with it every call to Microsoft. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { days, daysMs, noId, noText } from "../sources.ts";

/** Told of so long before, and again when so little is left, whatever was put off until then. */
const windowDays = 60;
const reminderDays = [30, 7];

export const secret: NeedKind = {
  group: "Secrets ending",
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
  words: ({ quoted, dueAt }) => ({
    what: `The ${quoted ?? "app's secret"} ends`,
    rule: `From ${dueAt?.toISOString().slice(0, 10) ?? "then"} on Entra takes it no more: the desk cannot call Microsoft, and nobody can sign in. Make a new one at Entra under Certificates & secrets, put it into the settings, restart, and enter its day.`,
  }),
};
