/** Inputs of mutations, shared by forms and procedures so that both give the same messages. */
import { z } from "zod";
import { activationModes } from "./activation-policies.ts";
import { apiKeyLifetimes, apiScopes } from "./api-scopes.ts";
import { destinationModes, originOf, whyNoDestination, whyNoOrigin } from "./destinations.ts";
import { withoutTurning } from "./foreign-text.ts";
import { emailInput } from "./email.ts";
import { maxRows, subscriptionFilters } from "./filters.ts";
import { dayInput, instantInput } from "./moments.ts";
import { maxGraceMinutes } from "./purchase-grace.ts";
import { maxAnswerLength, questionList } from "./questions.ts";
import { codeIdOf, reasonedActions } from "./reason-codes.ts";
import { type RetentionKind, retentionRules } from "./retention.ts";

/** Typed text without characters that change the direction of the text around it. */
export const typed = () => z.string().overwrite(withoutTurning);

export const subscriptionIdInput = z.string().min(1, "The ID of the subscription is missing.").max(200);
const subscriptionId = subscriptionIdInput;

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

export const cancelInput = actionInput
  .extend({
    /** The subscription's name or the start of its id, as typed; see `typed-confirmation.ts`. */
    confirmation: typed()
      .trim()
      .min(1, "Type the name of the subscription to confirm.")
      .max(500, "Type only the name of the subscription."),
  })
  .refine(isReasoned, oneReason);

const personValue = typed().trim().min(3, "Enter at least 3 characters.").max(200, "Enter at most 200 characters.");
/** One person: an email address with the person's names and phone numbers. */
export const personInput = z.strictObject({
  email: typed()
    .trim()
    .toLowerCase()
    .max(320, "Enter at most 320 characters.")
    .refine((text) => /^[^\s@]+@[^\s@]+$/u.test(text), "Enter an email address."),
  names: z.array(personValue).max(20, "Choose at most 20 names.").default([]),
  phones: z.array(personValue).max(20, "Choose at most 20 phone numbers.").default([]),
});
export type PersonInput = z.output<typeof personInput>;
export const findPersonInput = personInput.pick({ email: true });
export const erasePersonInput = personInput.extend({ reason });
export type ErasePersonInput = z.output<typeof erasePersonInput>;

export const planIdInput = typed().trim().min(1, "Choose a plan.").max(200);
export const changePlanInput = actionInput.extend({ planId: planIdInput }).refine(isReasoned, oneReason);

export const quantityInput = z
  .number("Seats must be a number.")
  .int("Seats must be a whole number.")
  .min(1, "A subscription must have at least 1 seat.")
  .max(1_000_000, "Microsoft allows at most 1,000,000 seats.");
export const changeQuantityInput = actionInput.extend({ quantity: quantityInput }).refine(isReasoned, oneReason);

const requestId = z.uuid("The ID of the request is missing.");
export const approveCancelInput = z.strictObject({ requestId });
export const declineCancelInput = z.strictObject({ requestId, reason });
export const withdrawCancelInput = z.strictObject({ requestId });

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

export const line = (name: string, max: number) => typed().trim().max(max, `Keep ${name} under ${max} characters.`);

/** The contact that the purchaser enters on the landing page. */
export const contactInput = z.strictObject({
  name: line("the name", 200).min(1, "Enter a contact name."),
  email: emailInput("Enter an email address such as ada@example.com."),
  company: line("the company", 200).min(1, "Enter the name of your company."),
  // Digits of any script, extensions and letters: `٠١٢ ٣٤٥`, `+1 800 FLOWERS ext. 12`.
  phone: line("the phone number", 50).regex(
    /^$|\p{Nd}/u,
    "Use only digits, spaces and signs such as + ( ) -, or leave this field empty.",
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
/** The version of what is stored that was read, so that newer values are not overwritten. */
export const seenFingerprint = z.string().max(40);

/** Answers of a purchaser as staff type them, by question. */
export const editAnswersInput = z.strictObject({
  subscriptionId,
  answers: typedAnswers,
  seenVersion: seenFingerprint,
  reason,
});
export type EditAnswersInput = z.infer<typeof editAnswersInput>;

const operationId = z.uuid("The ID of the operation is missing.");
export const replayInput = z.strictObject({ operationId, reason });
/** As many as the state of rows is read for. */
export const maxTriedAgain = maxRows;
export const tryAgainInput = z.strictObject({
  operationIds: z
    .array(operationId)
    .min(1, "Select at least one operation.")
    .max(maxTriedAgain, `Select at most ${maxTriedAgain} operations.`),
  reason,
});
export type TryAgainInput = z.infer<typeof tryAgainInput>;
export const answerOperationInput = z
  .strictObject({ operationId, answer: z.enum(["accept", "reject"]), ...reasoned })
  .refine((input) => input.answer === "accept" || isReasoned(input), oneReason);
export const skipInput = z.strictObject({ operationId, reason });

const offerId = typed().trim().min(1, "Choose an offer.").max(200);
const planId = typed().trim().min(1, "Choose a plan.").max(200);
const seatLimit = z
  .number("Enter a number of seats, or leave this field empty.")
  .int("Seats must be a whole number.")
  .min(1, "A subscription must have at least 1 seat.")
  .max(1_000_000, "Microsoft allows at most 1,000,000 seats.")
  .nullable();

export const ruleScopeInput = z.strictObject({
  /** Null: all offers. */
  offerId: offerId.nullable(),
  /** Null: all plans of the offer. */
  planId: planId.nullable(),
});

const ruleInput = ruleScopeInput.extend({
  followsWider: z.boolean(),
  allowedPlans: z.array(planId).max(500, "Choose at most 500 plans.").nullable(),
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
  if (isForAll && rule.planId !== null) issue("offerId", "Choose the offer that the plan belongs to.");
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
  .superRefine(({ offerId: offer, mode, url }, context) => {
    if (offer === null && mode === null)
      context.addIssue({ code: "custom", path: ["mode"], message: "The destination for all offers cannot inherit." });
    const why = mode === null || mode === "page" ? null : whyNoDestination(url);
    if (why !== null) context.addIssue({ code: "custom", path: ["url"], message: why });
  });
export type SetDestinationInput = z.infer<typeof setDestinationInput>;

export const allowedOriginInput = z.object({
  /** As a browser writes it, such as `https://app.contoso.example`. */
  origin: typed()
    .trim()
    .max(300, "Keep the origin under 300 characters.")
    .superRefine((text, context) => {
      const why = whyNoOrigin(text);
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
  .refine(({ offerId: offer, questions }) => offer !== null || questions !== null, {
    path: ["questions"],
    error: "The questions for all offers cannot inherit.",
  });
export type SetQuestionsInput = z.infer<typeof setQuestionsInput>;

/** A staff member. */
export const staffInput = z.strictObject({
  tenantId: z.guid("The tenant ID of the person is missing."),
  objectId: z.guid("The object ID of the person is missing."),
});
export const endSessionInput = z.strictObject({
  handle: z.string().regex(/^[0-9a-f]{16}$/, "The ID of the sign-in is missing."),
});

/** For blocking and unblocking a staff member. */
export const staffAccessInput = z.strictObject({
  tenantId: z.guid("The tenant ID of the person is missing."),
  objectId: z.guid("The object ID of the person is missing."),
  reason,
});
export type StaffAccessInput = z.infer<typeof staffAccessInput>;

/** Hands over to a colleague what a person without access owns. */
export const handOverInput = z.strictObject({
  tenantId: z.guid("The tenant ID of the person is missing."),
  objectId: z.guid("The object ID of the person is missing."),
  /** The colleague's id, `tenant:object`. */
  to: z.string().min(1, "Choose a colleague.").max(100),
});
export type HandOverInput = z.infer<typeof handOverInput>;

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

export const needInput = z.strictObject({
  kind: z.string().min(1, "The kind of the item is missing.").max(40),
  /** The id of its subject. */
  id: z.string().min(1, "The ID of the item is missing.").max(200),
});
export const snoozeInput = needInput.extend({
  until: instantInput("Choose a time."),
  reason,
});
export type SnoozeInput = z.infer<typeof snoozeInput>;

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
const tags = z.array(tag).max(maxTags, `A subscription can have at most ${maxTags} tags.`);
export const changeTagsInput = z.strictObject({ subscriptionId, add: tags, remove: tags });

export const followUpInput = z.strictObject({
  subscriptionId,
  /** Null removes the follow-up. */
  on: dayInput.nullable(),
  /** The day that the change replaces: if it is another one by now, nothing is changed. Absent: any. */
  seenOn: dayInput.nullable().optional(),
});

const noteText = typed()
  .trim()
  .min(1, "Write a note.")
  .max(4_000, "Keep a note under 4,000 characters.")
  // Searches compare composed letters.
  .transform((text) => text.normalize("NFC"));

/** Staff ids from `subscriptions.possibleOwners`. */
const mentions = z.array(typed().min(1).max(200)).max(20, "Mention at most 20 colleagues.").optional();

export const noteInput = z.strictObject({ subscriptionId, text: noteText, mentions });
export const editNoteInput = z.strictObject({
  noteId: z.uuid("The ID of the note is missing."),
  /** The version that the person saw. */
  seenVersion: z.uuid("The version of the note is missing."),
  text: noteText,
  mentions,
});
export type EditNoteInput = z.infer<typeof editNoteInput>;
export const readMentionInput = z.strictObject({
  id: z.uuid("The ID of the mention is missing."),
  isRead: z.boolean(),
});

const customerId = typed().min(1, "The ID of the customer is missing.").max(200);
export const mergeCustomerInput = z.strictObject({
  customerId,
  into: typed().min(1, "Choose the other customer.").max(200),
  reason,
});
export const separateCustomerInput = z.strictObject({ customerId, reason });
export const assignCustomerInput = z.strictObject({ customerId, owner: assignOwnerInput.shape.owner });
export const customerTagsInput = z.strictObject({ customerId, add: tags, remove: tags });
export const customerNoteInput = z.strictObject({ customerId, text: noteText, mentions });

const viewName = typed().trim().min(1, "Enter a name for the view.").max(60, "Keep the name under 60 characters.");
const viewFilters = subscriptionFilters.omit({ cursor: true });
export type ViewFilters = z.infer<typeof viewFilters>;
const viewId = z.uuid("The ID of the view is missing.");
export const createViewInput = z.strictObject({ name: viewName, filters: viewFilters });
export const changeViewInput = z.strictObject({ id: viewId, name: viewName, filters: viewFilters });
export const removeViewInput = z.strictObject({ id: viewId });
export const shareViewInput = z.strictObject({ id: viewId, isShared: z.boolean() });

export const makeApiKeyInput = z
  .strictObject({
    name: typed()
      .trim()
      .min(1, "Enter a name, such as the system that will use the key.")
      .max(60, "Keep the name under 60 characters."),
    /** The key's permissions; reading and confirming if absent. */
    scopes: z.array(z.enum(apiScopes)).min(1, "Choose at least one permission.").optional(),
    /** Days until it expires; null: never. Absent: the default. */
    expiresInDays: z
      .union(
        apiKeyLifetimes.map((days) => z.literal(days)),
        "Choose when the key expires.",
      )
      .nullable()
      .optional(),
    /** Required for a key that never expires. */
    reason: typed().trim().max(500, "Keep the reason under 500 characters.").optional(),
  })
  .refine((input) => input.expiresInDays !== null || (input.reason ?? "").length >= 3, {
    path: ["reason"],
    error: "Explain in at least 3 characters why this key never expires.",
  });
export type MakeApiKeyInput = z.infer<typeof makeApiKeyInput>;
export const revokeApiKeyInput = z.strictObject({ id: z.uuid("The ID of the key is missing."), reason });
export type RevokeApiKeyInput = z.infer<typeof revokeApiKeyInput>;

export const rotateSigningKeyInput = z.strictObject({ reason });

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
    if (policy.offerId === null && policy.planId !== null)
      issue("offerId", "Choose the offer that the plan belongs to.");
    if (policy.offerId === null && policy.mode === null)
      issue("mode", "The policy for all offers cannot inherit from a wider policy.");
  });
export type SetActivationPolicyInput = z.infer<typeof setActivationPolicyInput>;

export const askProductInput = z.strictObject({ subscriptionId });
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
