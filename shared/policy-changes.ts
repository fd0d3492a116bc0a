/** Protective policies: a person bound by one cannot weaken it alone. */

export const protectedPolicies = ["cancellation", "retention", "activation", "change_rule", "staff_block"] as const;
export type ProtectedPolicy = (typeof protectedPolicies)[number];

/**
 * `approved`: by a second admin. `elapsed`: no one objected in time. `superseded`: the policy was changed in
 * another way first.
 */
export const policyChangeStates = ["waiting", "approved", "elapsed", "declined", "withdrawn", "superseded"] as const;
export type PolicyChangeState = (typeof policyChangeStates)[number];

/** How long a weakening waits for a second admin before it applies without one. */
export const policyChangeWaitHours = 24;

/** Where each policy is set, and its name. */
export const policyPlaces: Record<ProtectedPolicy, { name: string; to: string }> = {
  cancellation: { name: "Cancellation policy", to: "/settings/cancellations" },
  retention: { name: "Retention", to: "/settings/retention" },
  activation: { name: "Activation policy", to: "/settings/activation" },
  change_rule: { name: "Change rule", to: "/settings/rules" },
  staff_block: { name: "Blocked staff", to: "/settings/staff" },
};
