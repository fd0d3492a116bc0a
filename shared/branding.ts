/** The publisher's branding of pages and emails for purchasers, in versions for all offers or for one offer. */
import { z } from "zod";
import { contrastProblem } from "./color.ts";
import { emailInput } from "./email.ts";
import { line, reason, ruleScopeInput, typed } from "./inputs/parts.ts";
import { languages } from "./languages.ts";
import { type LocalizedText, localizedText, questionList } from "./questions.ts";

export const logoTypes = ["image/png", "image/jpeg", "image/webp"] as const;
export const maxLogoBytes = 64 * 1024;
export const logoTooLarge = `The logo is larger than ${maxLogoBytes / 1024} kB. Reduce its size, or save it as WebP.`;

const optionalUrl = (name: string) =>
  line(name, 500).regex(/^(https:\/\/[^\s/]\S*)?$/, `Enter ${name} as an https:// address, or leave this field empty.`);

/** What purchasers see. Empty values of an offer inherit from all offers; empty values of all offers are not shown. */
export const brandingInput = z.strictObject({
  publisherName: line("the name", 80),
  accent: typed()
    .trim()
    .toLowerCase()
    .regex(/^(#[0-9a-f]{6})?$/, "Enter the color as #0b6b68, or leave this field empty.")
    .superRefine((color, context) => {
      const problem = color === "" ? null : contrastProblem(color);
      if (problem !== null) context.addIssue({ code: "custom", message: problem });
    }),
  supportEmail: z.union([z.literal(""), emailInput("Enter an email address such as help@example.com.")]),
  supportUrl: optionalUrl("the support page"),
  termsUrl: optionalUrl("the terms"),
  privacyUrl: optionalUrl("the privacy statement"),
  /** Above a new purchase. */
  introduction: localizedText(1_000, null),
  /** Below a purchase. */
  nextSteps: localizedText(1_000, null),
});
export type BrandingValues = z.infer<typeof brandingInput>;

export const brandingScopeInput = z.strictObject({
  /** Null: all offers. */
  offerId: ruleScopeInput.shape.offerId,
});

export const setBrandingInput = z
  .strictObject({
    ...brandingScopeInput.shape,
    ...brandingInput.shape,
    /** `keep`: unchanged; `none`: remove; otherwise the file in base64. */
    logo: z.union([
      z.literal("keep"),
      z.literal("none"),
      z
        .string()
        .max(Math.ceil(maxLogoBytes / 3) * 4, logoTooLarge)
        .regex(/^[A-Za-z0-9+/]+={0,2}$/, "The logo could not be read. Choose the file again."),
    ]),
    /** The version that was read, 0 for none, so that a newer change is not overwritten. */
    seenVersion: z.int().min(0),
    reason,
  })
  .refine(({ offerId, supportEmail, supportUrl }) => offerId !== null || supportEmail !== "" || supportUrl !== "", {
    path: ["supportEmail"],
    error: "Enter a support email or a support URL. Every page names it, so that no purchaser is left without help.",
  });
export type SetBrandingInput = z.infer<typeof setBrandingInput>;

/** A page of an example purchase, with values that may not be saved yet. */
export const landingPreviewInput = z.strictObject({
  ...ruleScopeInput.shape,
  language: z.enum(languages),
  shows: z.enum(["new", "active"]),
  /** Null: those that are saved. */
  branding: brandingInput.nullable(),
  /** `saved`: the offer's logo, or else the logo of all offers; `new`: the page replaces `newLogoUrl` with its own. */
  logo: z.enum(["saved", "none", "new"]),
  questions: questionList.nullable(),
});
export type LandingPreviewInput = z.infer<typeof landingPreviewInput>;

/** The address of a logo in a preview that is not saved yet. */
export const newLogoUrl = "data:,new-logo";

/** What a page or email shows. */
export type Branding = BrandingValues & {
  /** Null if there is none. */
  logoUrl: string | null;
};

export const noBranding: Branding = {
  publisherName: "",
  accent: "",
  supportEmail: "",
  supportUrl: "",
  termsUrl: "",
  privacyUrl: "",
  introduction: {},
  nextSteps: {},
  logoUrl: null,
};

/** An offer's branding, with the branding of all offers in place of empty values. */
export function brandingOfOffer(forAll: Branding, own: Branding): Branding {
  const text = (name: "introduction" | "nextSteps"): LocalizedText =>
    Object.values(own[name]).some(Boolean) ? own[name] : forAll[name];
  return {
    publisherName: own.publisherName || forAll.publisherName,
    accent: own.accent || forAll.accent,
    supportEmail: own.supportEmail || forAll.supportEmail,
    supportUrl: own.supportUrl || forAll.supportUrl,
    termsUrl: own.termsUrl || forAll.termsUrl,
    privacyUrl: own.privacyUrl || forAll.privacyUrl,
    introduction: text("introduction"),
    nextSteps: text("nextSteps"),
    // The logo of all offers would show another name than the offer's own.
    logoUrl: own.logoUrl ?? (own.publisherName ? null : forAll.logoUrl),
  };
}
