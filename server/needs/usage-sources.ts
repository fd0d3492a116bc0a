/** Needs about metered usage. */
import { sql } from "drizzle-orm";
import { noId } from "./sources.ts";
import type { NeedSource } from "./need-kind.ts";

/** When Microsoft no longer accepts the oldest usage. */
export const endOfWindow = sql`u.effective_at + interval '24 hours'`;

/** Hours that wait for a decision of staff, by subscription and dimension. */
export function undecidedUsage(state: "held" | "rejected"): NeedSource {
  return {
    from: sql`(select subscription_id, dimension, min(effective_at) as effective_at from usage_slots
      where state = ${state} group by subscription_id, dimension) u join subscriptions s on s.id = u.subscription_id`,
    id: sql`u.subscription_id || ' ' || u.dimension`,
    idType: "text",
    subscriptionId: sql`s.id`,
    operationId: noId,
    ownerId: sql`s.owner_id`,
    dueAt: endOfWindow,
    where: sql`true`,
    order: sql`u.effective_at, u.subscription_id, u.dimension`,
    quoted: sql`u.dimension`,
  };
}
