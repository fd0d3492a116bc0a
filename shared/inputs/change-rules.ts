/** Inputs of change rules. */
import { z } from "zod";
import { planIdInput, reason, refuseStrayPlan, ruleScopeInput } from "./parts.ts";

const seatLimit = z
  .number("Enter a number of seats, or leave this field empty.")
  .int("Seats must be a whole number.")
  .min(1, "A subscription must have at least 1 seat.")
  .max(1_000_000, "Microsoft allows at most 1,000,000 seats.")
  .nullable();

const ruleInput = ruleScopeInput.extend({
  followsWider: z.boolean(),
  allowedPlans: z.array(planIdInput).max(500, "Choose at most 500 plans.").nullable(),
  minQuantity: seatLimit,
  maxQuantity: seatLimit,
  /** Staff may answer while Microsoft waits; without an answer the limits decide. */
  asksStaff: z.boolean().optional(),
});

/** Checks that involve several fields. */
function checkRule(rule: z.infer<typeof ruleInput>, context: z.RefinementCtx): void {
  const issue = (field: keyof typeof rule, message: string) =>
    context.addIssue({ code: "custom", path: [field], message });
  const isForAll = rule.offerId === null;
  refuseStrayPlan(rule, context);
  if (isForAll && rule.followsWider) issue("followsWider", "The rule for all offers cannot inherit from a wider rule.");
  if (isForAll && rule.allowedPlans !== null && rule.allowedPlans.length > 0)
    issue(
      "allowedPlans",
      "Plans can be chosen for one offer only. Choose all plans or none, or set the rule of an offer.",
    );
  if (rule.minQuantity !== null && rule.maxQuantity !== null && rule.minQuantity > rule.maxQuantity)
    issue("maxQuantity", "The maximum must not be less than the minimum.");
  if (rule.followsWider && (rule.allowedPlans ?? rule.minQuantity ?? rule.maxQuantity) !== null)
    issue("followsWider", "A scope that inherits the wider rule cannot have limits of its own.");
  if (rule.followsWider && rule.asksStaff)
    issue("followsWider", "A scope that inherits the wider rule cannot ask staff itself.");
}

export const previewRuleInput = ruleInput.superRefine(checkRule);
export const setRuleInput = ruleInput
  .extend({
    /** The version that was read, 0 for none, so that a newer change is not overwritten. */
    seenVersion: z.int().min(0),
    reason,
  })
  .superRefine(checkRule);
export type PreviewRuleInput = z.infer<typeof previewRuleInput>;
export type SetRuleInput = z.infer<typeof setRuleInput>;
