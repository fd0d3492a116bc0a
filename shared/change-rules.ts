/** Change rules: which changes by customers are accepted, where each rule applies, and its words. */
import type { ScopedVersion } from "./scope.ts";

export type RuleLimits = {
  /** Plans that customers may change to. Null: all; empty: none. */
  allowedPlans: string[] | null;
  /** The seats that customers may change to. Null: no limit. */
  minQuantity: number | null;
  maxQuantity: number | null;
};

/** One version of a scope's rule. Without any rule, all changes are accepted. */
export type ChangeRule = ScopedVersion &
  RuleLimits & {
    /** Staff may answer while Microsoft waits; without an answer the limits decide. */
    asksStaff?: boolean | undefined;
  };

/** The preview covers about a quarter. */
export const previewDays = 90;

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

/** `all plans; 1 to 50 seats; staff are asked first`: the accepted changes. */
export function limitsInWords(
  limits: RuleLimits & { asksStaff?: boolean | undefined },
  nameOf?: (planId: string) => string,
): string {
  const asked = limits.asksStaff ? "; staff are asked first" : "";
  return `${plansInWords(limits.allowedPlans, nameOf)}; ${seatsInWords(limits)}${asked}`;
}

/** Whether the rule accepts all changes. */
export function acceptsAll(limits: RuleLimits): boolean {
  return limits.allowedPlans === null && limits.minQuantity === null && limits.maxQuantity === null;
}
