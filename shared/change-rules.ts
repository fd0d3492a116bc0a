/** Change rules: which changes of customers the publisher accepts, which rule holds where, and each in words. */

/** What a rule is about. Offer null: every offer; plan null: every plan of the offer. */
export type RuleScope = { offerId: string | null; planId: string | null };

export type RuleLimits = {
  /** Plans that customers may change to. Null: all; empty: none. */
  allowedPlans: string[] | null;
  /** Seats that customers may ask for. Null: no limit of ours. */
  minQuantity: number | null;
  maxQuantity: number | null;
};

/** One version of the rule of a scope; the latest one is in force. */
export type ChangeRule = RuleScope &
  RuleLimits & {
    id: string;
    version: number;
    /** The scope has no rule of its own: that of the offer, or of every offer, holds. */
    followsWider: boolean;
    /** Staff may answer while Microsoft waits; the limits decide when nobody has. */
    asksStaff?: boolean | undefined;
  };

/** How far back the preview of a rule looks: about a quarter. */
export const previewDays = 90;

/** The scopes whose rules can hold for a subscription of this offer and plan, the most specific first. */
function scopesOf({ offerId, planId }: RuleScope): RuleScope[] {
  return [
    { offerId, planId },
    { offerId, planId: null },
    { offerId: null, planId: null },
  ];
}

export function isSameScope(one: RuleScope, other: RuleScope): boolean {
  return one.offerId === other.offerId && one.planId === other.planId;
}

/** The latest version of the rule of exactly this scope; null when there never was one. */
export function latestOf<Rule extends ChangeRule>(versions: readonly Rule[], scope: RuleScope): Rule | null {
  const own = versions.filter((rule) => isSameScope(rule, scope));
  return own.reduce<Rule | null>((latest, rule) => (latest && latest.version > rule.version ? latest : rule), null);
}

/**
 * The rule in force for an offer and plan: the latest version of the most specific scope that has a rule of its own. Null
 * when there is none: every change is accepted.
 */
export function ruleInForce<Rule extends ChangeRule>(versions: readonly Rule[], scope: RuleScope): Rule | null {
  for (const candidate of scopesOf(scope)) {
    const latest = latestOf(versions, candidate);
    if (latest && !latest.followsWider) return latest;
  }
  return null;
}

/** The versions as they would be in force with this one set for its scope. */
export function withRule<Rule extends ChangeRule>(versions: readonly Rule[], candidate: Rule): Rule[] {
  return [...versions.filter((rule) => !isSameScope(rule, candidate)), candidate];
}

/** `every offer`, `every plan of insight`, `plan team of insight`. */
export function scopeInWords({ offerId, planId }: RuleScope): string {
  if (offerId === null) return "every offer";
  return planId === null ? `every plan of ${offerId}` : `plan ${planId} of ${offerId}`;
}

/** `all plans`, `no other plan`, `business, enterprise`. */
export function plansInWords(allowedPlans: RuleLimits["allowedPlans"], nameOf = (planId: string) => planId): string {
  if (allowedPlans === null) return "all plans";
  return allowedPlans.length === 0 ? "no other plan" : allowedPlans.map(nameOf).join(", ");
}

/** `any number of seats`, `1 to 50 seats`, `at least 5 seats`, `at most 1 seat`. */
export function seatsInWords({ minQuantity: min, maxQuantity: max }: Omit<RuleLimits, "allowedPlans">): string {
  const seats = (count: number) => `${count} ${count === 1 ? "seat" : "seats"}`;
  if (min === null) return max === null ? "any number of seats" : `at most ${seats(max)}`;
  if (max === null) return `at least ${seats(min)}`;
  return min === max ? `exactly ${seats(min)}` : `${min} to ${seats(max)}`;
}

/** `all plans; 1 to 50 seats`: what customers may change to. */
export function limitsInWords(limits: RuleLimits, nameOf?: (planId: string) => string): string {
  return `${plansInWords(limits.allowedPlans, nameOf)}; ${seatsInWords(limits)}`;
}

/** Whether the rule takes every change. */
export function acceptsAll(limits: RuleLimits): boolean {
  return limits.allowedPlans === null && limits.minQuantity === null && limits.maxQuantity === null;
}
