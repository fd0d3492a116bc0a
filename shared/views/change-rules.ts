import type { ChangeRule } from "../change-rules.ts";
import type { RuleScope } from "../scope.ts";
import type { ActorView } from "./staff.ts";

/** One version of a scope's rule. */
export type ChangeRuleView = ChangeRule & { reason: string; at: string; actor: ActorView };

export type RulePlanView = {
  planId: string;
  name: string;
  /** Null if Microsoft does not say. */
  isPricePerSeat: boolean | null;
};

/** A scope that can have a rule: all offers, an offer, or a plan. */
export type RuleScopeView = RuleScope & {
  /** The offer's name, or else its id; null for all offers. */
  offerName: string | null;
  /** The plan's name, or else its id; null if the scope is not a plan. */
  planName: string | null;
  /** The latest version of exactly this scope; null if there was never one. */
  own: ChangeRuleView | null;
  /** The active rule here; null: all changes are accepted. */
  active: ChangeRuleView | null;
};

export type ChangeRulesView = {
  /** All offers, then each offer followed by its plans. */
  scopes: RuleScopeView[];
  plans: Record<string, RulePlanView[]>;
};

/** A customer's change, and why the rule would have rejected it. */
export type RefusedChangeView = {
  operationId: string;
  subscriptionId: string;
  subscriptionName: string;
  at: string;
  action: string;
  /** The values before, and the requested ones. */
  previousPlanName: string;
  previousQuantity: number | null;
  /** The requested plan's name, or else its id. */
  planName: string | null;
  quantity: number | null;
  why: string;
};

/** What a rule would have done to the recent changes that it would have decided. */
export type RulePreviewView = {
  days: number;
  changes: number;
  refused: number;
  /** How many of them the active rules would have rejected. */
  refusedNow: number;
  /** The latest of those that the rule would have rejected, at most 20. */
  examples: RefusedChangeView[];
};
