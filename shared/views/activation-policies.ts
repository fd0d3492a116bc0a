import type { ActivationPolicy } from "../activation-policies.ts";
import type { RuleScope } from "../scope.ts";
import type { ActorView } from "./staff.ts";

/** One version of the policy of a scope. */
export type ActivationPolicyView = ActivationPolicy & { reason: string; at: string; actor: ActorView };

/** What may have a policy: every offer, one offer, or one plan of it. */
export type PolicyScopeView = RuleScope & {
  /** The plan's name when Microsoft has told it, else its id; null where the scope is no plan. */
  planName: string | null;
  /** The latest version of this very scope; null: it never had one. */
  own: ActivationPolicyView | null;
  /** What holds here now; null: at once. */
  inForce: ActivationPolicyView | null;
};

export type ActivationPoliciesView = {
  /** Every offer, then each offer followed by its plans. */
  scopes: PolicyScopeView[];
  /** Whether a product could confirm anything: an API key is in force. */
  hasKey: boolean;
};
