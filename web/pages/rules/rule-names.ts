/** Names of the plans in rules. */
import type { RulePlanView } from "../../../shared/views/change-rules.ts";

/** Names of plans by id, for a comma-separated list; an unknown plan is shown by its id. */
export function planNames(plans: RulePlanView[]): (planId: string) => string {
  const names = new Map(plans.map(({ planId, name }) => [planId, name]));
  return (planId) => {
    const name = names.get(planId) ?? planId;
    return name.includes(",") ? `“${name}”` : name;
  };
}
