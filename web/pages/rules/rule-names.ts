/** What rules are about, in words. */
import type { RulePlanView, RuleScopeView } from "../../../shared/views/change-rules.ts";

/** Within its offer: `Every plan`, `Team`. */
export function nameScope({ offerId, planId, planName }: RuleScopeView): string {
  if (offerId === null) return "Every offer";
  return planId === null ? "Every plan" : (planName ?? planId);
}

/** By itself: `every offer`, `every plan of insight`, `the plan Team of insight`. */
export function nameWidely({ offerId, planId, planName }: RuleScopeView): string {
  if (offerId === null) return "every offer";
  return planId === null ? `every plan of ${offerId}` : `the plan ${planName ?? planId} of ${offerId}`;
}

/** Names of plans by id, fit for a list with commas; an unknown id names itself. */
export function planNames(plans: RulePlanView[]): (planId: string) => string {
  const names = new Map(plans.map(({ planId, name }) => [planId, name]));
  return (planId) => {
    const name = names.get(planId) ?? planId;
    return name.includes(",") ? `“${name}”` : name;
  };
}
