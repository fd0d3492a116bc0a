/** Inputs of what staff do with metered usage. */
import { z } from "zod";
import { reason, typed } from "./parts.ts";
import { dayInput, instantInput, monthInput } from "../moments.ts";
import { isUsageQuantity } from "../usage-event.ts";
import { maxGraceMinutes, maxHoldFactor, minHoldFactor, unlimited, usageStates } from "../usage.ts";

export const usageFilters = z.strictObject({
  state: z.enum(usageStates).optional(),
  subscription: z.string().max(200).optional(),
  customer: z.string().max(200).optional(),
  dimension: z.string().max(200).optional(),
  offer: z.string().max(200).optional(),
  plan: z.string().max(200).optional(),
  /** The first day of a term of the subscription. */
  term: dayInput.optional(),
  /** A day in UTC, as Microsoft counts. */
  day: dayInput.optional(),
  /** In UTC: a month; a month and those after it. */
  month: monthInput.optional(),
  since: monthInput.optional(),
  /** The currency of the list price when Microsoft accepted it, as ISO 4217; `unknown`: accepted without a known price. */
  currency: z.union([z.string().regex(/^[A-Z]{3}$/), z.literal("unknown")]).optional(),
  /** `true`: only of test purchases; `false`: without them. */
  test: z.boolean().optional(),
  cursor: z.string().max(400).optional(),
});
export type UsageFilters = z.infer<typeof usageFilters>;

/** A subscription's usage in a term, by its first day; without one, the current term. */
export const termUsageInput = z.strictObject({ id: z.string().min(1).max(200), term: dayInput.optional() });

/**
 * What staff decide about held and rejected usage. `send`: a held quantity is right, or the cause of a rejection is
 * corrected. `correct`: another quantity was used. `adopt`: Microsoft's earlier quantity counts. `drop`: it is not billed.
 */
export const usageDecisions = ["send", "correct", "adopt", "drop"] as const;
export type UsageDecision = (typeof usageDecisions)[number];

const decimal = /^\d{1,10}(\.\d{1,10})?$/;

export const decideUsageInput = z
  .strictObject({
    id: z.uuid("The ID of the usage is missing."),
    decision: z.enum(usageDecisions, "Choose what happens with the usage."),
    /** The usage of the hour, before the included quantity is subtracted. */
    quantity: typed().trim().max(30),
    reason,
  })
  .refine(({ decision, quantity }) => decision !== "correct" || decimal.test(quantity), {
    path: ["quantity"],
    error: "Enter the usage as a number.",
  });
export type DecideUsageInput = z.infer<typeof decideUsageInput>;

/** A file of usage has at most this many characters, which fits in a request. */
export const maxUsageFileLength = 200_000;
export const usageFileTooLarge = "The file is too large. Split it into files of at most 1,000 events and 200 kB.";

const fileText = z.string("Choose a file.").min(1, "The file is empty.").max(maxUsageFileLength, usageFileTooLarge);

/** A dry run: nothing is stored. */
export const checkUsageFileInput = z.strictObject({ text: fileText });
export const uploadUsageFileInput = z.strictObject({ text: fileText, reason });
export type UploadUsageFileInput = z.infer<typeof uploadUsageFileInput>;

/** Usage that staff enter by hand. `id` is the event's, so that a repeated form counts once. */
export const enterUsageInput = z.strictObject({
  id: z.string().regex(/^staff [0-9a-f-]{36}$/, "The ID of the entry is missing."),
  subscriptionId: typed().trim().min(1, "Enter the ID of the subscription.").max(200),
  dimension: typed().trim().min(1, "Choose a dimension.").max(200),
  quantity: typed().trim().refine(isUsageQuantity, "Enter the usage as a number above 0."),
  time: instantInput("Enter when it was used."),
  reason,
});
export type EnterUsageInput = z.infer<typeof enterUsageInput>;

export const setIncludedInput = z
  .strictObject({
    offerId: z.string().min(1).max(200),
    planId: z.string().min(1).max(200),
    dimension: z.string().min(1).max(200),
    termUnit: z.string().regex(/^P\d{1,4}[DWMY]$/, "Enter a billing term such as P1M or P1Y."),
    included: typed().trim().max(30),
    seenVersion: z.int().min(0),
    reason,
  })
  .refine(({ included }) => included === unlimited || decimal.test(included), {
    path: ["included"],
    error: "Enter a number, or the word unlimited.",
  });
export type SetIncludedInput = z.infer<typeof setIncludedInput>;

const holdFactor = z
  .int("Enter a whole number.")
  .min(minHoldFactor, `Enter at least ${minHoldFactor}.`)
  .max(maxHoldFactor, `Enter at most ${maxHoldFactor.toLocaleString("en-US")}.`);

export const holdPreviewInput = z.strictObject({ holdFactor });

export const usageSettingsInput = z.strictObject({
  graceMinutes: z
    .int("Enter a whole number of minutes.")
    .min(0, "Enter 0 or more minutes.")
    .max(maxGraceMinutes, `Enter at most ${maxGraceMinutes} minutes.`),
  /** Null: unusual usage is not held. */
  holdFactor: holdFactor.nullable(),
  isShownToPurchasers: z.boolean(),
  seenVersion: z.int().min(0),
  reason,
});
export type UsageSettingsInput = z.infer<typeof usageSettingsInput>;
