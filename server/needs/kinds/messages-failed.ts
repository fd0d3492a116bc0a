/** Messages that failed although their endpoint accepts others: the problem is in these messages. */
import { sql } from "drizzle-orm";
import { maxRetryDays, testType } from "../../../shared/outbox.ts";
import type { NeedKind } from "../need-kind.ts";
import { failureDays, noId, noText, noTime, since } from "../sources.ts";

export const messagesFailed: NeedKind = {
  group: "Undelivered messages",
  icon: "alert",
  tone: "warn",
  windowMs: null,
  actions: ["open"],
  place: "/settings/endpoints",
  source: (now) => ({
    from: sql`outbox_receivers r join endpoints e on e.id = r.id`,
    id: sql`r.id`,
    idType: "uuid",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    where: sql`r.state = 'active' and exists (
      select from outbox_messages m where m.state = 'failed' and m.receiver_id = r.id and m.type <> ${testType}
        and m.ended_at >= ${since(now, failureDays)})`,
    order: sql`r.id`,
    quoted: sql`e.name`,
  }),
  words: ({ quoted }) => ({
    what: `Some messages to the endpoint “${quoted ?? "of your product"}” could not be delivered`,
    rule: `Marketdesk retried them for ${maxRetryDays} days, while others were delivered. Check the responses under Messages, repair the endpoint, then send the messages again. Only an admin can send them again.`,
  }),
};
