/** Inputs of policies, and of decisions on their changes. */
import { z } from "zod";
import { activationModes } from "../activation-policies.ts";
import { maxGraceMinutes } from "../purchase-grace.ts";
import { retentionRules, type RetentionKind } from "../retention.ts";
import { reason, refuseStrayPlan, ruleScopeInput, typed } from "./parts.ts";

export const setCancelPolicyInput = z.strictObject({
  needsSecondPerson: z.boolean(),
  waitsHours: z
    .number("Enter a number of hours.")
    .int("Hours must be a whole number.")
    .min(1, "Enter at least 1 hour.")
    .max(720, "Enter at most 720 hours (30 days)."),
  /** The version that was read, 0 for none, so that a newer change is not overwritten. */
  seenVersion: z.int().min(0),
  /** Required if the change weakens the policy. */
  reason: typed().trim().max(500, "Keep the reason under 500 characters.").optional(),
});

export const setPurchaseGraceInput = z.strictObject({
  minutes: z
    .number("Enter a number of minutes.")
    .int("Minutes must be a whole number.")
    .min(0, "Enter 0 or more minutes.")
    .max(maxGraceMinutes, `Enter at most ${maxGraceMinutes} minutes (3 days).`),
  /** The version that was read, 0 for none, so that a newer change is not overwritten. */
  seenVersion: z.int().min(0),
});

const policyChangeId = z.uuid("The ID of the policy change is missing.");
export const policyChangeInput = z.strictObject({ id: policyChangeId });
export const declinePolicyChangeInput = z.strictObject({ id: policyChangeId, reason });

export const setActivationPolicyInput = ruleScopeInput
  .extend({
    /** Null: inherits the wider policy. */
    mode: z.enum(activationModes, "Choose when purchases are activated.").nullable(),
    /** The version that was read, 0 for none. */
    seenVersion: z.int().min(0),
    reason,
  })
  .superRefine((policy, context) => {
    const issue = (field: keyof typeof policy, message: string) =>
      context.addIssue({ code: "custom", path: [field], message });
    refuseStrayPlan(policy, context);
    if (policy.offerId === null && policy.mode === null)
      issue("mode", "The policy for all offers cannot inherit from a wider policy.");
  });
export type SetActivationPolicyInput = z.infer<typeof setActivationPolicyInput>;
const daysToKeep = (kind: RetentionKind) =>
  z
    .number("Enter a number of days, or leave this field empty to keep the data forever.")
    .int("Days must be a whole number.")
    .min(retentionRules[kind].minDays, `Enter at least ${retentionRules[kind].minDays} days.`)
    .max(36_500, "Enter at most 36,500 days, or leave this field empty to keep the data forever.")
    .nullable();
export const retentionInput = z.strictObject({
  deliveries: daysToKeep("deliveries"),
  calls: daysToKeep("calls"),
  refused: daysToKeep("refused"),
  contacts: daysToKeep("contacts"),
  events: daysToKeep("events"),
  messages: daysToKeep("messages"),
  usage: daysToKeep("usage"),
  movements: daysToKeep("movements"),
  dryRuns: daysToKeep("dryRuns"),
});
export const setRetentionInput = retentionInput.extend({ seenVersion: z.int().min(0), reason });
export type SetRetentionInput = z.infer<typeof setRetentionInput>;
