/** Microsoft calls an address other than the webhook's: an offer in Partner Center is configured wrongly. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime, since } from "../sources.ts";

/** Days after the last such call for which the need is listed, unless it is snoozed. */
const shownDays = 7;

export const wrongAddress: NeedKind = {
  group: "Webhook address",
  icon: "alert",
  tone: "bad",
  windowMs: null,
  actions: ["open"],
  place: "/settings/connection",
  isUrgent: true,
  source: (now) => ({
    from: sql`rejected_calls r`,
    id: sql`r.reason`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    where: sql`r.reason like 'wrong-address %' and r.last_at > ${since(now, shownDays)}`,
    order: sql`r.last_at`,
    quoted: sql`substr(r.reason, 15)`,
  }),
  words: ({ quoted }) => ({
    what: `Microsoft calls ${quoted ?? "an address"}, which does not exist`,
    rule: "An offer in Partner Center has the wrong connection webhook, so its customers' changes are rejected. Correct it under Technical configuration; the Connection page shows the right address.",
  }),
};
