/** Microsoft calls an address that is not the webhook's: an offer in Partner Center names the wrong one. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime, since } from "../sources.ts";

/** The last such call is shown for so long, unless staff put it off. */
const shownDays = 7;

export const wrongAddress: NeedKind = {
  group: "Webhook address",
  icon: "alert",
  tone: "bad",
  windowMs: null,
  actions: ["open"],
  place: "/settings/connection",
  isPressing: true,
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
    rule: "An offer in Partner Center has the wrong connection webhook, and its customers' changes are refused. Correct it under Technical configuration; the connection page shows the right address.",
  }),
};
