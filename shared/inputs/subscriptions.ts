/** Inputs of changes of a subscription. */
import { z } from "zod";
import { dayInput } from "../moments.ts";
import { isReasoned, oneReason, planIdInput, reasoned, subscriptionIdInput, typed } from "./parts.ts";

export const subscriptionId = subscriptionIdInput;

const actionInput = z.strictObject({ subscriptionId, ...reasoned });
export const activateInput = actionInput.refine(isReasoned, oneReason);
export const suspendInput = actionInput
  .extend({
    /** The day on which access is reinstated; null or absent: when staff reinstate it. */
    until: dayInput.nullish(),
  })
  .refine(isReasoned, oneReason);
export const reinstateInput = actionInput.refine(isReasoned, oneReason);
export const refreshInput = z.strictObject({ subscriptionId });
export const markOnboardedInput = z.strictObject({ subscriptionId });
export const undoOnboardedInput = z.strictObject({ subscriptionId });

export const cancelInput = actionInput
  .extend({
    /** The subscription's name or the start of its id, as typed; see `typed-confirmation.ts`. */
    confirmation: typed()
      .trim()
      .min(1, "Type the name of the subscription to confirm.")
      .max(500, "Type only the name of the subscription."),
  })
  .refine(isReasoned, oneReason);

export const changePlanInput = actionInput.extend({ planId: planIdInput }).refine(isReasoned, oneReason);

export const quantityInput = z
  .number("Seats must be a number.")
  .int("Seats must be a whole number.")
  .min(1, "A subscription must have at least 1 seat.")
  .max(1_000_000, "Microsoft allows at most 1,000,000 seats.");
export const changeQuantityInput = actionInput.extend({ quantity: quantityInput }).refine(isReasoned, oneReason);

export const assignOwnerInput = z.strictObject({
  subscriptionId,
  /** `me`: the caller; otherwise an id from `subscriptions.possibleOwners`; null: unassigned. */
  owner: typed().trim().min(1, "Choose an owner.").max(200).nullable(),
  /** The owner that the change replaces, also `me`: if it is another one by now, nothing is changed. Absent: any. */
  seenOwner: z.string().max(200).nullable().optional(),
});

/** Per subscription. */
export const maxTags = 20;
export const tag = z
  .string()
  .normalize("NFC")
  .trim()
  .toLowerCase()
  .min(1, "Enter a tag.")
  .max(40, "Keep a tag under 40 characters.")
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}\p{M}\p{Join_Control} ._/-]*$/u,
    "Start a tag with a letter or digit, and use only letters, digits, spaces and . _ / -",
  );
export const tags = z.array(tag).max(maxTags, `A subscription can have at most ${maxTags} tags.`);
export const changeTagsInput = z.strictObject({ subscriptionId, add: tags, remove: tags });

export const followUpInput = z.strictObject({
  subscriptionId,
  /** Null removes the follow-up. */
  on: dayInput.nullable(),
  /** The day that the change replaces: if it is another one by now, nothing is changed. Absent: any. */
  seenOn: dayInput.nullable().optional(),
});

export const askProductInput = z.strictObject({ subscriptionId });
