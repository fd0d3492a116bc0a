/** A destination whose origin is not allowed, so purchasers stay on the landing page. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";

export const destinationRefused: NeedKind = {
  group: "Blocked destinations",
  icon: "unlink",
  tone: "bad",
  windowMs: null,
  actions: ["open"],
  place: "/settings/destination",
  source: () => ({
    // The stored address is as a browser writes it, so its start is its origin.
    from: sql`(select substring(url from '^https?://[^/?#]+') as origin
      from (select distinct on (offer_id, plan_id) url from destinations
        order by offer_id, plan_id, version desc) latest
      where url is not null group by 1) d`,
    id: sql`d.origin`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    where: sql`not exists (select from allowed_origins o where o.origin = d.origin)`,
    order: sql`d.origin`,
    quoted: sql`d.origin`,
  }),
  words: ({ quoted }) => ({
    what: `Purchasers are not sent to ${quoted ?? "your product"}`,
    rule: "A destination uses this origin, which is not allowed. The landing page tells purchasers that the product cannot be opened. An admin can allow the origin or change the destination under Settings, Destination.",
  }),
};
