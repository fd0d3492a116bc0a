import type { ChangeRule } from "../change-rules.ts";
import type { RuleScope } from "../scope.ts";
import type { ActorView } from "./staff.ts";

/** One version of the rule of a scope. */
export type ChangeRuleView = ChangeRule & { reason: string; at: string; actor: ActorView };

export type RulePlanView = {
  planId: string;
  name: string;
  /** Null: Microsoft has not told. */
  isPricePerSeat: boolean | null;
};

/** What may be ruled: every offer, one offer, or one plan of it. */
export type RuleScopeView = RuleScope & {
  /** The plan's name when Microsoft has told it, else its id; null where the scope is no plan. */
  planName: string | null;
  /** The latest version of this very scope; null: it never had one. */
  own: ChangeRuleView | null;
  /** What decides here now; null: every change is accepted. */
  inForce: ChangeRuleView | null;
};

export type ChangeRulesView = {
  /** Every offer, then each offer followed by its plans. */
  scopes: RuleScopeView[];
  plans: Record<string, RulePlanView[]>;
};

/** A change that a customer asked for, and why the rule would have refused it. */
export type RefusedChangeView = {
  operationId: string;
  subscriptionId: string;
  subscriptionName: string;
  at: string;
  action: string;
  /** What the subscription had, and what was asked for. */
  previousPlanId: string;
  previousQuantity: number | null;
  planId: string | null;
  quantity: number | null;
  why: string;
};

/** What a rule would have done to the changes of the last days that it would have decided. */
export type RulePreviewView = {
  days: number;
  changes: number;
  refused: number;
  /** How many of them the rules in force now would have refused. */
  refusedNow: number;
  /** The latest of those that the rule would have refused, at most 20. */
  examples: RefusedChangeView[];
};
