/** The plans of all offers, with what is known of each. */
import { desc, sql } from "drizzle-orm";
import { subscriptionStatuses } from "../../../shared/lifecycle.ts";
import type { AllowanceVersion, OfferPlan, PlanPriceView } from "../../../shared/views/offer-plans.ts";
import type { Database } from "../connection/database.ts";
import { plans } from "../schema/plans.ts";
import { usageAllowances } from "../schema/usage-dimensions.ts";
import { countSubscriptions } from "./subscription-counts.ts";
import { dimensionViews } from "./usage-slots.ts";

type Keyed = { offerId: string; planId: string };
const keyOf = ({ offerId, planId }: Keyed) => JSON.stringify([offerId, planId]);

/** @param db for long statements, because the prices of all subscriptions are read */
export async function listOfferPlans(db: Database): Promise<OfferPlan[]> {
  const [listed, { groups }, prices, activated, dimensions, allowances] = await Promise.all([
    db.select().from(plans),
    countSubscriptions(db),
    readPrices(db),
    readAutoActivations(db),
    dimensionViews(db),
    db.select().from(usageAllowances).orderBy(desc(usageAllowances.version)),
  ]);
  const known = new Map<string, Keyed>();
  for (const { offerId, planId } of [...listed, ...groups, ...dimensions])
    known.set(keyOf({ offerId, planId }), { offerId, planId });
  const [listedBy, groupsBy, pricesBy, dimensionsBy] = [
    new Map(listed.map((plan) => [keyOf(plan), plan])),
    Map.groupBy(groups, keyOf),
    Map.groupBy(prices, keyOf),
    Map.groupBy(dimensions, keyOf),
  ];
  const versionsBy = Map.groupBy(allowances, (one) => JSON.stringify([one.offerId, one.planId, one.dimension]));
  const versionsOf = (one: Keyed & { dimension: string }): AllowanceVersion[] =>
    (versionsBy.get(JSON.stringify([one.offerId, one.planId, one.dimension])) ?? []).map(
      ({ version, included, actorName, createdAt, reason }) => ({
        version,
        included,
        byName: actorName,
        at: createdAt.toISOString(),
        reason,
      }),
    );
  return [...known].map(([key, { offerId, planId }]) => {
    const plan = listedBy.get(key);
    const byStatus = Map.groupBy(groupsBy.get(key) ?? [], ({ status }) => status);
    return {
      offerId,
      planId,
      listed: plan
        ? {
            isPerSeat: plan.isPricePerSeat,
            minSeats: plan.minQuantity,
            maxSeats: plan.maxQuantity,
            isPrivate: plan.isPrivate,
            at: plan.seenAt.toISOString(),
          }
        : null,
      prices: (pricesBy.get(key) ?? []).map(({ price }) => price),
      counts: subscriptionStatuses
        .map((status) => ({
          status,
          subscriptions: (byStatus.get(status) ?? []).reduce((sum, one) => sum + one.subscriptions, 0),
        }))
        .filter(({ subscriptions }) => subscriptions > 0),
      autoActivatedAt: activated.get(key) ?? null,
      dimensions: (dimensionsBy.get(key) ?? []).map((one) => ({ ...one, versions: versionsOf(one) })),
    };
  });
}

/** What Microsoft charges depends on market and term, so it is known of subscriptions only. */
async function readPrices(db: Database): Promise<(Keyed & { price: PlanPriceView })[]> {
  const { rows } = await db.execute<
    Keyed & {
      termUnit: string | null;
      currency: string;
      isPerSeat: boolean;
      lowest: string;
      highest: string;
      count: number;
    }
  >(sql`
    select s.offer_id as "offerId", s.plan_id as "planId", s.term_unit as "termUnit", p.currency, p.is_per_seat as "isPerSeat",
      trim_scale(min(p.amount))::text as lowest, trim_scale(max(p.amount))::text as highest, count(*)::int as count
    from subscriptions s join subscription_prices p on p.subscription_id = s.id and p.plan_id = s.plan_id
      and p.term_unit is not distinct from s.term_unit
    where s.status <> 'Unsubscribed' and p.amount is not null
    group by 1, 2, 3, 4, 5 order by count(*) desc`);
  return rows.map(({ offerId, planId, termUnit, currency, isPerSeat, lowest, highest, count }) => ({
    offerId,
    planId,
    price: {
      termUnit,
      from: { amount: lowest, currency, isPerSeat },
      to: { amount: highest, currency, isPerSeat },
      subscriptions: count,
    },
  }));
}

/** Microsoft sends Subscribe only for purchases that it activates itself. */
async function readAutoActivations(db: Database): Promise<Map<string, string>> {
  const { rows } = await db.execute<Keyed & { at: string }>(sql`
    select s.offer_id as "offerId", coalesce(o.plan_id, s.plan_id) as "planId", max(o.created_at) as at
    from operations o join subscriptions s on s.id = o.subscription_id where o.action = 'Subscribe' group by 1, 2`);
  return new Map(rows.map((row) => [keyOf(row), new Date(row.at).toISOString()]));
}
