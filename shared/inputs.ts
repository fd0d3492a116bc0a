/** Inputs of mutations. The dashboard's forms and the server's procedures use the same schemas, so both say the same. */
import { z } from "zod";
import { activationModes } from "./activation-policies.ts";
import { apiKeyLifetimes, apiScopes } from "./api-scopes.ts";
import { whyNotReadable } from "./color.ts";
import { withoutTurning } from "./foreign-text.ts";
import { dayInput } from "./day.ts";
import { emailInput } from "./email.ts";
import { subscriptionFilters } from "./filters.ts";
import { instantInput } from "./moments.ts";
import { codeIdOf, reasonedActions } from "./reason-codes.ts";
import { type RetentionKind, retentionRules } from "./retention.ts";

/** What people type, without what would turn the text around it. */
const typed = () => z.string().overwrite(withoutTurning);

const subscriptionId = z.string().min(1, "Name the subscription.").max(200);

export const reason = typed()
  .trim()
  .min(3, "Give a reason of at least 3 characters; it is kept on the record.")
  .max(500, "Keep the reason under 500 characters.");

/** A reason in words, or a code and, beside it, words that may be absent. */
export const reasoned = {
  reason: typed().trim().max(500, "Keep the reason under 500 characters."),
  reasonCode: typed().trim().max(60).nullish(),
};
export const oneReason = {
  path: ["reason"],
  error: "Choose why, or give a reason of at least 3 characters; it is kept on the record.",
};
export const isReasoned = (input: { reason: string; reasonCode?: string | null }) =>
  Boolean(input.reasonCode) || input.reason.length >= 3;

const actionInput = z.strictObject({ subscriptionId, ...reasoned });
export const activateInput = actionInput.refine(isReasoned, oneReason);
export const suspendInput = actionInput.refine(isReasoned, oneReason);
export const reinstateInput = actionInput.refine(isReasoned, oneReason);
export const refreshInput = z.strictObject({ subscriptionId });
export const markOnboardedInput = z.strictObject({ subscriptionId });

export const cancelInput = actionInput
  .extend({
    /** The subscription's name or the start of its id, typed by the person; see `typed-confirmation.ts`. */
    confirmation: typed()
      .trim()
      .min(1, "Type the name of the subscription to confirm.")
      .max(500, "Type the name of the subscription and nothing else."),
  })
  .refine(isReasoned, oneReason);

const personValue = typed().trim().min(3, "Enter at least 3 characters.").max(200, "Enter at most 200 characters.");
/** One person, by an e-mail address and the names and phone numbers that are theirs. */
export const personInput = z.strictObject({
  email: typed()
    .trim()
    .toLowerCase()
    .max(320, "Enter at most 320 characters.")
    .refine((text) => /^[^\s@]+@[^\s@]+$/u.test(text), "Enter an e-mail address."),
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
  .min(1, "A subscription has at least 1 seat.")
  .max(1_000_000, "Microsoft allows at most 1,000,000 seats.");
export const changeQuantityInput = actionInput.extend({ quantity: quantityInput }).refine(isReasoned, oneReason);

const requestId = z.uuid("Name the request.");
export const approveCancelInput = z.strictObject({ requestId });
export const declineCancelInput = z.strictObject({ requestId, reason });
export const withdrawCancelInput = z.strictObject({ requestId });

export const setCancelPolicyInput = z.strictObject({
  needsSecondPerson: z.boolean(),
  waitsHours: z
    .number("Enter a number of hours.")
    .int("Hours must be a whole number.")
    .min(1, "Leave at least 1 hour.")
    .max(720, "Leave at most 720 hours, which is 30 days."),
  /** The version that was seen, 0 for none: a change made meanwhile is not overwritten. */
  seenVersion: z.int().min(0),
  /** Needed where the change weakens the policy. */
  reason: typed().trim().max(500, "Keep the reason under 500 characters.").optional(),
});

const policyChangeId = z.uuid("Name the policy change.");
export const policyChangeInput = z.strictObject({ id: policyChangeId });
export const declinePolicyChangeInput = z.strictObject({ id: policyChangeId, reason });

export const addReasonCodeInput = z.strictObject({
  name: typed()
    .trim()
    .min(3, "Give the reason a name of at least 3 characters.")
    .max(60, "Keep the name under 60 characters.")
    .refine((name) => name.length < 3 || codeIdOf(name) !== "", "Use letters or digits in the name."),
  actions: z.array(z.enum(reasonedActions)).min(1, "Choose at least one action that it is for."),
});
export const reasonCodeInput = z.strictObject({ id: z.string().min(1, "Name the reason.").max(60) });

const line = (name: string, max: number) => typed().trim().max(max, `Keep ${name} under ${max} characters.`);

/** What the purchaser tells us on the landing page. */
export const contactInput = z.strictObject({
  name: line("the name", 200).min(1, "Enter a contact name."),
  email: emailInput("Enter an e-mail address such as ada@example.com."),
  company: line("the company", 200).min(1, "Enter the name of your company."),
  // Digits of any script, extensions and letters on keys: `٠١٢ ٣٤٥`, `+1 800 FLOWERS ext. 12`.
  phone: line("the phone number", 50).regex(
    /^$|\p{Nd}/u,
    "Use digits, spaces and signs such as + ( ) -, or leave it empty.",
  ),
});
export type ContactInput = z.infer<typeof contactInput>;

const operationId = z.uuid("Name the operation.");
export const replayInput = z.strictObject({ operationId, reason });
export const answerOperationInput = z
  .strictObject({ operationId, answer: z.enum(["accept", "reject"]), ...reasoned })
  .refine((input) => input.answer === "accept" || isReasoned(input), oneReason);
export const skipInput = z.strictObject({ operationId, reason });

const offerId = typed().trim().min(1, "Name the offer.").max(200);
const planId = typed().trim().min(1, "Name the plan.").max(200);
const seatLimit = z
  .number("Enter a number of seats, or leave it empty.")
  .int("Seats must be a whole number.")
  .min(1, "A subscription has at least 1 seat.")
  .max(1_000_000, "Microsoft allows at most 1,000,000 seats.")
  .nullable();

export const ruleScopeInput = z.strictObject({
  /** Null: every offer. */
  offerId: offerId.nullable(),
  /** Null: every plan of the offer. */
  planId: planId.nullable(),
});

const ruleInput = ruleScopeInput.extend({
  followsWider: z.boolean(),
  allowedPlans: z.array(planId).max(500, "Name at most 500 plans.").nullable(),
  minQuantity: seatLimit,
  maxQuantity: seatLimit,
  /** Staff may answer while Microsoft waits; the limits decide when nobody has. */
  asksStaff: z.boolean().optional(),
});

/** What one field alone cannot tell. */
function checkRule(rule: z.infer<typeof ruleInput>, context: z.RefinementCtx): void {
  const issue = (field: keyof typeof rule, message: string) =>
    context.addIssue({ code: "custom", path: [field], message });
  const isForAll = rule.offerId === null;
  if (isForAll && rule.planId !== null) issue("offerId", "Name the offer that the plan belongs to.");
  if (isForAll && rule.followsWider) issue("followsWider", "There is no wider rule than that of every offer.");
  if (isForAll && rule.allowedPlans !== null && rule.allowedPlans.length > 0)
    issue(
      "allowedPlans",
      "Plans can be named for one offer only. Choose all plans or none, or set the rule of an offer.",
    );
  if (rule.minQuantity !== null && rule.maxQuantity !== null && rule.minQuantity > rule.maxQuantity)
    issue("maxQuantity", "The most seats must not be fewer than the least.");
  if (rule.followsWider && (rule.allowedPlans ?? rule.minQuantity ?? rule.maxQuantity) !== null)
    issue("followsWider", "A scope that follows the wider rule has no limits of its own.");
  if (rule.followsWider && rule.asksStaff)
    issue("followsWider", "A scope that follows the wider rule asks nobody itself.");
}

export const previewRuleInput = ruleInput.superRefine(checkRule);
export const setRuleInput = ruleInput
  .extend({
    /** The version that was seen when the change was made, 0 for none: a change made meanwhile is not overwritten. */
    seenVersion: z.int().min(0),
    reason,
  })
  .superRefine(checkRule);
export type PreviewRuleInput = z.infer<typeof previewRuleInput>;
export type SetRuleInput = z.infer<typeof setRuleInput>;

/** A member of staff. */
export const staffInput = z.strictObject({
  tenantId: z.guid("Name the person by tenant and object id."),
  objectId: z.guid("Name the person by tenant and object id."),
});
export const endSessionInput = z.strictObject({ handle: z.string().regex(/^[0-9a-f]{16}$/, "Name the sign-in.") });

/** For shutting a member of staff out and for letting them in again. */
export const staffAccessInput = z.strictObject({
  tenantId: z.guid("Name the person by tenant and object id."),
  objectId: z.guid("Name the person by tenant and object id."),
  reason,
});
export type StaffAccessInput = z.infer<typeof staffAccessInput>;

/** Gives what a person without access owns to a colleague. */
export const handOverInput = z.strictObject({
  tenantId: z.guid("Name the person by tenant and object id."),
  objectId: z.guid("Name the person by tenant and object id."),
  /** The colleague's id, `tenant:object`. */
  to: z.string().min(1, "Choose a colleague.").max(100),
});
export type HandOverInput = z.infer<typeof handOverInput>;

/** The app registrations that have a credential of their own. */
export const appNames = ["fulfillment", "landing"] as const;
export type AppName = (typeof appNames)[number];

export const credentialEndInput = z.strictObject({
  app: z.enum(appNames),
  /** The day on which it ends; null: not known. */
  on: dayInput.nullable(),
});
export type CredentialEndInput = z.infer<typeof credentialEndInput>;

const need = z.strictObject({
  kind: z.string().min(1, "Name the item.").max(40),
  /** Of what it is about. */
  id: z.string().min(1, "Name the item.").max(200),
});
export const snoozeInput = need.extend({
  until: instantInput("Choose until when."),
  reason,
});
export const unsnoozeInput = need;
export type SnoozeInput = z.infer<typeof snoozeInput>;

export const assignOwnerInput = z.strictObject({
  subscriptionId,
  /** `me`: who asks; otherwise the id of one of `subscriptions.possibleOwners`; null: nobody. */
  owner: typed().trim().min(1, "Choose who looks after it.").max(200).nullable(),
});

/** Tags of one subscription. */
export const maxTags = 20;
export const tag = z
  .string()
  .normalize("NFC")
  .trim()
  .toLowerCase()
  .min(1, "Type a tag.")
  .max(40, "Keep a tag under 40 characters.")
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}\p{M}\p{Join_Control} ._/-]*$/u,
    "A tag begins with a letter or digit and has letters, digits, spaces and . _ / - only.",
  );
const tags = z.array(tag).max(maxTags, `A subscription has at most ${maxTags} tags.`);
export const changeTagsInput = z.strictObject({ subscriptionId, add: tags, remove: tags });

export const followUpInput = z.strictObject({
  subscriptionId,
  /** Null: none any more. */
  on: dayInput.nullable(),
});

export const noteInput = z.strictObject({
  subscriptionId,
  text: typed()
    .trim()
    .min(1, "Write the note first.")
    .max(4_000, "Keep a note under 4,000 characters.")
    // A search compares composed letters.
    .transform((text) => text.normalize("NFC")),
});

const viewName = typed().trim().min(1, "Give the view a name.").max(60, "Keep the name under 60 characters.");
const viewFilters = subscriptionFilters.omit({ cursor: true });
export type ViewFilters = z.infer<typeof viewFilters>;
const viewId = z.uuid("Name the view.");
export const createViewInput = z.strictObject({ name: viewName, filters: viewFilters });
export const changeViewInput = z.strictObject({ id: viewId, name: viewName, filters: viewFilters });
export const removeViewInput = z.strictObject({ id: viewId });
export const shareViewInput = z.strictObject({ id: viewId, isShared: z.boolean() });

export const makeApiKeyInput = z
  .strictObject({
    name: typed()
      .trim()
      .min(1, "Give the key a name, such as the system that will hold it.")
      .max(60, "Keep the name under 60 characters."),
    /** What it may do. Left out: everything. */
    scopes: z.array(z.enum(apiScopes)).min(1, "Choose at least one permission.").optional(),
    /** Days until it expires; null: never. Left out: the usual time. */
    expiresInDays: z
      .union(
        apiKeyLifetimes.map((days) => z.literal(days)),
        "Choose when the key expires.",
      )
      .nullable()
      .optional(),
    /** Needed for a key that never expires. */
    reason: typed().trim().max(500, "Keep the reason under 500 characters.").optional(),
  })
  .refine((input) => input.expiresInDays !== null || (input.reason ?? "").length >= 3, {
    path: ["reason"],
    error: "Give a reason of at least 3 characters why this key never expires.",
  });
export type MakeApiKeyInput = z.infer<typeof makeApiKeyInput>;
export const revokeApiKeyInput = z.strictObject({ id: z.uuid("Name the key."), reason });
export type RevokeApiKeyInput = z.infer<typeof revokeApiKeyInput>;

export const setActivationPolicyInput = ruleScopeInput
  .extend({
    /** Null: as the wider policy. */
    way: z.enum(activationModes, "Choose when purchases are activated.").nullable(),
    /** The version that was seen when the change was made, 0 for none. */
    seenVersion: z.int().min(0),
    reason,
  })
  .superRefine((policy, context) => {
    const issue = (field: keyof typeof policy, message: string) =>
      context.addIssue({ code: "custom", path: [field], message });
    if (policy.offerId === null && policy.planId !== null) issue("offerId", "Name the offer that the plan belongs to.");
    if (policy.offerId === null && policy.way === null)
      issue("way", "There is no wider policy than that of every offer.");
  });
export type SetActivationPolicyInput = z.infer<typeof setActivationPolicyInput>;

export const askProductInput = z.strictObject({ subscriptionId });
export const logoTypes = ["image/png", "image/jpeg", "image/webp"] as const;
export const maxLogoBytes = 64 * 1024;
const optionalUrl = (name: string) =>
  line(name, 500).regex(/^(https:\/\/[^\s/]\S*)?$/, `Enter ${name} as an address with https://, or leave it empty.`);

/** How the landing page looks. Empty text: nothing of the kind is shown. */
export const brandingInput = z.strictObject({
  publisherName: line("the name", 80),
  accent: typed()
    .trim()
    .toLowerCase()
    .regex(/^(#[0-9a-f]{6})?$/, "Write the color as #0b6b68, or leave it empty.")
    .superRefine((color, context) => {
      const whyNot = color === "" ? null : whyNotReadable(color);
      if (whyNot !== null) context.addIssue({ code: "custom", message: whyNot });
    }),
  supportEmail: z.union([z.literal(""), emailInput("Enter an e-mail address such as help@example.com.")]),
  supportUrl: optionalUrl("the support page"),
  termsUrl: optionalUrl("the terms"),
  privacyUrl: optionalUrl("the privacy statement"),
  nextSteps: typed().trim().max(1_000, "Keep what happens next under 1,000 characters."),
});
export const setBrandingInput = brandingInput.extend({
  /** `keep`: as it is; `none`: without; else the file in base64. */
  logo: z.union([
    z.literal("keep"),
    z.literal("none"),
    z
      .string()
      .max(Math.ceil(maxLogoBytes / 3) * 4, "The logo may have at most 64 kB. Make it smaller, or save it as WebP.")
      .regex(/^[A-Za-z0-9+/]+={0,2}$/, "The logo could not be read. Choose the file again."),
  ]),
  /** The version that was seen when the change was made, 0 for none: a change made meanwhile is not overwritten. */
  seenVersion: z.int().min(0),
  reason,
});
export type SetBrandingInput = z.infer<typeof setBrandingInput>;

const daysToKeep = (kind: RetentionKind) =>
  z
    .number("Enter a number of days, or leave it empty to keep them for good.")
    .int("Days must be a whole number.")
    .min(retentionRules[kind].minDays, `Keep them for at least ${retentionRules[kind].minDays} days.`)
    .max(36_500, "Enter at most 36,500 days, or leave it empty to keep them for good.")
    .nullable();
export const retentionInput = z.strictObject({
  deliveries: daysToKeep("deliveries"),
  calls: daysToKeep("calls"),
  refused: daysToKeep("refused"),
  contacts: daysToKeep("contacts"),
  events: daysToKeep("events"),
});
export const setRetentionInput = retentionInput.extend({ seenVersion: z.int().min(0), reason });
export type SetRetentionInput = z.infer<typeof setRetentionInput>;
