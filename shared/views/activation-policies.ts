import type { ActivationPolicy } from "../activation-policies.ts";
import type { RuleScope } from "../scope.ts";
import type { ActorView } from "./staff.ts";

/** One version of a scope's policy. */
export type ActivationPolicyView = ActivationPolicy & { reason: string; at: string; actor: ActorView };

/** A scope that can have a policy: all offers, an offer, or a plan. */
export type PolicyScopeView = RuleScope & {
  /** The offer's name, or else its id; null for all offers. */
  offerName: string | null;
  /** The plan's name, or else its id; null if the scope is not a plan. */
  planName: string | null;
  /** The latest version of exactly this scope; null if there was never one. */
  own: ActivationPolicyView | null;
  /** The active policy here; null: immediately. */
  active: ActivationPolicyView | null;
};

export type ActivationPoliciesView = {
  /** All offers, then each offer followed by its plans. */
  scopes: PolicyScopeView[];
  /** Whether an API key is active, so that a product can confirm. */
  hasKey: boolean;
};
