/** Late usage of a former plan that could not be billed. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noTime, since } from "../sources.ts";

/** After this time it is listed only under lost usage. */
const shownDays = 31;

export const usageOfFormerPlan: NeedKind = {
  group: "Late usage of a former plan",
  icon: "alert",
  tone: "bad",
  windowMs: null,
  actions: ["open"],
  place: "/usage",
  source: (now) => ({
    from: sql`(select subscription_id, dimension, max(hour) as hour, trim_scale(sum(lost_of_former_plan))::text as quantity from usage_slots
      where lost_of_former_plan > 0 and hour > ${since(now, shownDays)}
      group by subscription_id, dimension) u join subscriptions s on s.id = u.subscription_id`,
    id: sql`u.subscription_id || ' ' || u.dimension`,
    idType: "text",
    subscriptionId: sql`s.id`,
    operationId: noId,
    ownerId: sql`s.owner_id`,
    dueAt: noTime,
    where: sql`true`,
    order: sql`u.hour, u.subscription_id, u.dimension`,
    quoted: sql`u.quantity || ' ' || u.dimension`,
  }),
  words: ({ quoted }) => ({
    what: `Late usage of a former plan was not billed: ${quoted ?? "a dimension"}`,
    rule: "The usage was reported after the plan had changed, and all hours of the former plan were already sent. Microsoft accepts each hour only once, and the new plan would bill the usage wrongly. Invoice the usage yourself, or waive it. This item disappears after a month.",
  }),
};
