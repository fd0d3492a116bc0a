/**
 * The numbers of subscriptions and seats without counting rows: triggers keep the sums in the transaction of each
 * change.
 */
import { sql } from "drizzle-orm";
import { type SubscriptionStatus, subscriptionStatuses } from "../../../shared/lifecycle.ts";
import type { CountsView, FacetsView } from "../../../shared/views/subscriptions.ts";
import type { Database } from "../connection/database.ts";
import { offers } from "../schema/offers.ts";
import { plans } from "../schema/plans.ts";
import { isTestPurchase, subscriptionCounts as counts, subscriptions } from "../schema/subscriptions.ts";

const sumOf = (column: typeof counts.subscriptions | typeof counts.seats) =>
  sql<number>`sum(${column})`.mapWith(Number);

/** The kinds that exist, with their numbers of subscriptions and seats. */
function readGroups(db: Database) {
  return db
    .select({
      offerId: counts.offerId,
      planId: counts.planId,
      status: counts.status,
      isOnHold: counts.isOnHold,
      isFreeTrial: counts.isFreeTrial,
      subscriptions: sumOf(counts.subscriptions),
      seats: sumOf(counts.seats),
    })
    .from(counts)
    .groupBy(counts.offerId, counts.planId, counts.status, counts.isOnHold, counts.isFreeTrial)
    .having(sql`sum(${counts.subscriptions}) <> 0`);
}

/** Test purchases, which the sums exclude: few, with an index of their own. */
function readTestGroups(db: Database) {
  return db
    .select({
      offerId: subscriptions.offerId,
      planId: subscriptions.planId,
      status: subscriptions.status,
      isOnHold: sql<boolean>`${subscriptions.holdAt} is not null`.as("is_on_hold"),
      isFreeTrial: subscriptions.isFreeTrial,
      subscriptions: sql<number>`count(*)`.mapWith(Number),
      seats: sql<number>`coalesce(sum(${subscriptions.quantity}), 0)`.mapWith(Number),
    })
    .from(subscriptions)
    .where(isTestPurchase)
    .groupBy(sql`1, 2, 3, 4, 5`);
}

/** The number of subscriptions of each kind; test purchases separately. */
export async function countSubscriptions(db: Database): Promise<CountsView> {
  const [groups, testGroups] = await Promise.all([readGroups(db), readTestGroups(db)]);
  const byStatus = Object.fromEntries(subscriptionStatuses.map((status) => [status, 0])) as Record<
    SubscriptionStatus,
    number
  >;
  for (const { status, subscriptions } of groups) byStatus[status] += subscriptions;
  return {
    byStatus,
    onHold: groups.filter(({ isOnHold }) => isOnHold).reduce((sum, { subscriptions }) => sum + subscriptions, 0),
    total: groups.reduce((sum, { subscriptions }) => sum + subscriptions, 0),
    groups,
    testGroups,
  };
}

/** The offers and plans of subscriptions, for the filters. */
export async function listOffers(db: Database): Promise<Pick<FacetsView, "offers">> {
  const found = await db.execute<{
    offer_id: string;
    offer_name: string | null;
    plan_id: string;
    name: string | null;
  }>(sql`
    select counted.offer_id, ${offers.name} as offer_name, counted.plan_id, ${plans.name} as name
    from (
      select offer_id, plan_id from ${counts} group by offer_id, plan_id having sum(subscriptions) > 0
      union select offer_id, plan_id from ${subscriptions} where ${isTestPurchase}
    ) counted
    left join ${plans} on ${plans.offerId} = counted.offer_id and ${plans.planId} = counted.plan_id
    left join ${offers} on ${offers.offerId} = counted.offer_id
    order by counted.offer_id, counted.plan_id`);
  const groups = Map.groupBy(found.rows, (row) => row.offer_id);
  return {
    offers: [...groups].map(([offerId, offered]) => ({
      offerId,
      name: offered[0]?.offer_name ?? offerId,
      plans: offered.map((row) => ({ planId: row.plan_id, name: row.name ?? row.plan_id })),
    })),
  };
}
