/** Usage that waits because it is unknown what the plan includes. */
import { sql } from "drizzle-orm";
import { usageWindowMs } from "../../../shared/usage.ts";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText } from "../sources.ts";
import { endOfWindow } from "../usage-sources.ts";

export const usageUnknown: NeedKind = {
  group: "Included quantity unknown",
  icon: "help",
  tone: "bad",
  windowMs: usageWindowMs,
  actions: ["open"],
  place: "/usage",
  source: () => ({
    from: sql`(select plan_id, dimension, min(effective_at) as effective_at from usage_slots
      where state = 'collecting' and problem = 'IncludedUnknown' group by plan_id, dimension) u`,
    id: sql`u.plan_id || ' ' || u.dimension`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: endOfWindow,
    where: sql`true`,
    order: sql`u.effective_at, u.plan_id, u.dimension`,
    quoted: sql`u.dimension`,
  }),
  words: ({ quoted }) => ({
    what: `Usage of ${quoted ?? "a dimension"} cannot be billed: the included quantity is unknown`,
    rule: "Microsoft does not report what the plan includes. An admin can enter the included quantity on the Usage page, under Dimensions; after 24 hours the usage is lost.",
  }),
};
