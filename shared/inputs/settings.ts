/** Inputs of settings that have neither versions nor an approval. */
import { z } from "zod";
import { dayInput } from "../moments.ts";
import { codeIdOf, reasonedActions } from "../reason-codes.ts";
import { typed } from "./parts.ts";

export const addReasonCodeInput = z.strictObject({
  name: typed()
    .trim()
    .min(3, "Enter a name of at least 3 characters.")
    .max(60, "Keep the name under 60 characters.")
    .refine((name) => name.length < 3 || codeIdOf(name) !== "", "The name must contain letters or digits."),
  actions: z.array(z.enum(reasonedActions)).min(1, "Choose at least one action for this reason."),
});
export const reasonCodeInput = z.strictObject({ id: z.string().min(1, "The ID of the reason is missing.").max(60) });

/** An empty name removes the name, so that pages show the id again. */
export const nameOfferInput = z.strictObject({
  offerId: z.string().min(1, "The ID of the offer is missing.").max(200),
  name: typed().trim().max(100, "Keep the name under 100 characters."),
  /** The name that the form was opened with; null without a name. */
  seenName: z.string().max(100).nullable(),
});
export type NameOfferInput = z.infer<typeof nameOfferInput>;

/** The app registrations with a credential of their own. */
export const appNames = ["fulfillment", "landing"] as const;
export type AppName = (typeof appNames)[number];

export const credentialExpiryInput = z.strictObject({
  app: z.enum(appNames),
  /** The expiry date; null if unknown. */
  on: dayInput.nullable(),
  /** The date that was read, so that a newer one is not overwritten. */
  seenOn: dayInput.nullable(),
});
export type CredentialExpiryInput = z.infer<typeof credentialExpiryInput>;
