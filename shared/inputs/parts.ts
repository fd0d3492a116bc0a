/** Parts that several inputs have. */
import { z } from "zod";
import { withoutControlCharacters } from "../foreign-text.ts";

/** Typed text without characters that change the direction of the text around it. */
export const typed = () => z.string().overwrite(withoutControlCharacters);

export const subscriptionIdInput = z.string().min(1, "The ID of the subscription is missing.").max(200);

export const reason = typed()
  .trim()
  .min(3, "Write a reason of at least 3 characters.")
  .max(500, "Keep the reason under 500 characters.");

/** A reason as text, or a code with an optional note. */
export const reasoned = {
  reason: typed().trim().max(500, "Keep the reason under 500 characters."),
  reasonCode: typed().trim().max(60).nullish(),
};
export const oneReason = {
  path: ["reason"],
  error: "Choose a reason, or write one of at least 3 characters.",
};
export const isReasoned = (input: { reason: string; reasonCode?: string | null }) =>
  Boolean(input.reasonCode) || input.reason.length >= 3;

export const line = (name: string, max: number) => typed().trim().max(max, `Keep ${name} under ${max} characters.`);
/** The version of what is stored that was read, so that newer values are not overwritten. */
export const seenFingerprint = z.string().max(40);

const offerIdInput = typed().trim().min(1, "Choose an offer.").max(200);
export const planIdInput = typed().trim().min(1, "Choose a plan.").max(200);

export const ruleScopeInput = z.strictObject({
  /** Null: all offers. */
  offerId: offerIdInput.nullable(),
  /** Null: all plans of the offer. */
  planId: planIdInput.nullable(),
});

/** A plan is one of an offer. */
export function refuseStrayPlan({ offerId, planId }: z.infer<typeof ruleScopeInput>, context: z.RefinementCtx): void {
  if (offerId !== null || planId === null) return;
  context.addIssue({ code: "custom", path: ["offerId"], message: "Choose the offer that the plan belongs to." });
}
