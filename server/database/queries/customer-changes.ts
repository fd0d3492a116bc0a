/** Reads the changes that customers have asked for, so that a rule can be tried on them. */
import { desc, eq, inArray, sql } from "drizzle-orm";
import type { RuleScope } from "../../../shared/scope.ts";
import type { Database } from "../connection/database.ts";
import { operations as o } from "../schema/operations.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";

/** Customers' changes with the same values before and after: the values, the count, and the latest ones. */
export type CustomerChanges = {
  action: "ChangePlan" | "ChangeQuantity";
  offerId: string;
  previousPlanId: string;
  planId: string | null;
  quantity: number | null;
  count: number;
  latest: string[];
};

/** How many examples of each are listed. */
const examplesOfEach = 20;

/**
 * Customers' changes since a time, grouped by values, so that the result grows with plans and seat counts, not with
 * changes. Reverts are excluded, because no one requested them.
 */
export async function listCustomerChanges(db: Database, scope: RuleScope, since: Date): Promise<CustomerChanges[]> {
  const found = await db.execute<CustomerChanges>(sql`
    select ${o.action} as "action", ${s.offerId} as "offerId", ${o.previousPlanId} as "previousPlanId",
      case when ${o.action} = 'ChangePlan' then ${o.planId} end as "planId",
      case when ${o.action} = 'ChangeQuantity' then ${o.quantity} end as "quantity",
      count(*)::int as "count", (array_agg(${o.id} order by ${o.id} desc))[1:${sql.raw(String(examplesOfEach))}] as "latest"
    from ${o} join ${s} on ${s.id} = ${o.subscriptionId}
    where ${o.previousPlanId} is not null and ${o.createdAt} >= ${since.toISOString()}::timestamptz
      and ${o.action} in ('ChangePlan', 'ChangeQuantity')
      and case ${o.action} when 'ChangePlan' then ${o.planId} is distinct from ${o.previousPlanId}
        else ${o.quantity} is distinct from ${o.previousQuantity} end
      and ${scope.offerId === null ? sql`true` : sql`${s.offerId} = ${scope.offerId}`}
      and ${scope.planId === null ? sql`true` : sql`${o.previousPlanId} = ${scope.planId}`}
    group by 1, 2, 3, 4, 5`);
  return found.rows;
}

/** Operations by id with what is shown of them as examples, the latest first. */
export async function findChanges(db: Database, operationIds: string[]) {
  if (operationIds.length === 0) return [];
  return db
    .select({
      operationId: o.id,
      subscriptionId: o.subscriptionId,
      subscriptionName: s.name,
      offerId: s.offerId,
      at: o.createdAt,
      action: o.action,
      previousPlanId: o.previousPlanId,
      previousQuantity: o.previousQuantity,
      planId: o.planId,
      quantity: o.quantity,
    })
    .from(o)
    .innerJoin(s, eq(s.id, o.subscriptionId))
    .where(inArray(o.id, operationIds))
    .orderBy(desc(o.id));
}
