/** Inputs of the landing page, and of how an admin sets it up. */
import { z } from "zod";
import { destinationModes, originOf, destinationProblem, originProblem } from "../destinations.ts";
import { emailInput } from "../email.ts";
import { maxAnswerLength, questionList } from "../questions.ts";
import { line, reason, refuseStrayPlan, ruleScopeInput, seenFingerprint, typed } from "./parts.ts";
import { subscriptionId } from "./subscriptions.ts";

/** The contact that the purchaser enters on the landing page. */
export const contactInput = z.strictObject({
  name: line("the name", 200).min(1, "Enter a contact name."),
  email: emailInput("Enter an email address such as ada@example.com."),
  company: line("the company", 200).min(1, "Enter the name of your company."),
  // Digits of any script, extensions and letters: `٠١٢ ٣٤٥`, `+1 800 FLOWERS ext. 12`.
  phone: line("the phone number", 50).regex(
    /^$|\p{Nd}/u,
    "Use only digits, spaces and characters such as + ( ) -, or leave this field empty.",
  ),
});
/** A personal account has no company. */
export const personalContactInput = contactInput.extend({ company: line("the company", 200) });
export type ContactInput = z.infer<typeof contactInput>;

const typedAnswers = z.record(
  z.string().max(40),
  typed()
    .trim()
    .max(maxAnswerLength + 1),
);

/** Answers of a purchaser as staff type them, by question. */
export const editAnswersInput = z.strictObject({
  subscriptionId,
  answers: typedAnswers,
  seenVersion: seenFingerprint,
  reason,
});
export type EditAnswersInput = z.infer<typeof editAnswersInput>;

export const setDestinationInput = ruleScopeInput
  .extend({
    /** Null: inherits. */
    mode: z.enum(destinationModes).nullable(),
    /** Ignored for `page` and null. */
    url: typed().trim().max(500, "Keep the address under 500 characters."),
    opensOnReturn: z.boolean(),
    /** Whether the address's origin is also added to the allowed origins. */
    addsOrigin: z.boolean().default(false),
    /** The version that was read, 0 for none, so that a newer change is not overwritten. */
    seenVersion: z.int().min(0),
    reason,
  })
  .superRefine(refuseStrayPlan)
  .superRefine(({ offerId: offer, mode, url }, context) => {
    if (offer === null && mode === null)
      context.addIssue({ code: "custom", path: ["mode"], message: "The destination for all offers cannot inherit." });
    const why = mode === null || mode === "page" ? null : destinationProblem(url);
    if (why !== null) context.addIssue({ code: "custom", path: ["url"], message: why });
  });
export type SetDestinationInput = z.infer<typeof setDestinationInput>;

export const allowedOriginInput = z.object({
  /** As a browser writes it, such as `https://app.contoso.example`. */
  origin: typed()
    .trim()
    .max(300, "Keep the origin under 300 characters.")
    .superRefine((text, context) => {
      const why = originProblem(text);
      if (why !== null) context.addIssue({ code: "custom", message: why });
    })
    .transform((text) => originOf(text) ?? text),
  reason,
});
export type AllowedOriginInput = z.infer<typeof allowedOriginInput>;

export const setQuestionsInput = ruleScopeInput
  .extend({
    /** Null: inherits. */
    questions: questionList.nullable(),
    /** The version that was read, 0 for none, so that a newer change is not overwritten. */
    seenVersion: z.int().min(0),
    reason,
  })
  .superRefine(refuseStrayPlan)
  .refine(({ offerId: offer, questions }) => offer !== null || questions !== null, {
    path: ["questions"],
    error: "The questions for all offers cannot inherit.",
  });
export type SetQuestionsInput = z.infer<typeof setQuestionsInput>;
