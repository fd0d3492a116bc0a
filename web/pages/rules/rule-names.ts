/** Plans of rules in words. */
import type { RulePlanView } from "../../../shared/views/change-rules.ts";

/** Names of plans by id, fit for a list with commas; an unknown id names itself. */
export function planNames(plans: RulePlanView[]): (planId: string) => string {
  const names = new Map(plans.map(({ planId, name }) => [planId, name]));
  return (planId) => {
    const name = names.get(planId) ?? planId;
    return name.includes(",") ? `“${name}”` : name;
  };
}
