/** The offers and plans that Marketdesk knows, from anywhere. */
import type { RuleScope } from "../../../shared/scope.ts";
import type { RulePlanView } from "../../../shared/views/change-rules.ts";
import type { Database } from "../connection/database.ts";
import { plans } from "../schema/plans.ts";

/** All offers and plans known from subscriptions, Microsoft's lists of plans, or rules. */
export async function listOffersAndPlans(
  db: Database,
  ofSubscriptions: { offerId: string; plans: { planId: string }[] }[],
  rules: RuleScope[],
): Promise<Map<string, RulePlanView[]>> {
  const known = await db.select().from(plans);
  const offers = new Map<string, Map<string, RulePlanView>>();
  const note = (offerId: string, plan: RulePlanView | null) => {
    const known = offers.get(offerId) ?? new Map<string, RulePlanView>();
    offers.set(offerId, known);
    if (plan && !known.has(plan.planId)) known.set(plan.planId, plan);
  };
  for (const plan of known) {
    note(plan.offerId, { planId: plan.planId, name: plan.name, isPricePerSeat: plan.isPricePerSeat });
  }
  for (const { offerId, plans } of ofSubscriptions) {
    for (const { planId } of plans) note(offerId, { planId, name: planId, isPricePerSeat: null });
  }
  for (const { offerId, planId } of rules) {
    if (offerId !== null) note(offerId, planId === null ? null : { planId, name: planId, isPricePerSeat: null });
  }
  return new Map(
    [...offers]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([offerId, plans]) => [offerId, [...plans.values()].toSorted((a, b) => a.name.localeCompare(b.name))]),
  );
}
