// cspell:words Willkommen
import { describe, expect, test } from "vitest";
import {
  type Branding,
  brandingOfOffer,
  landingPreviewInput,
  noBranding,
  setBrandingInput,
} from "../../shared/branding.ts";

const forAll: Branding = {
  ...noBranding,
  publisherName: "Contoso",
  supportEmail: "help@contoso.example",
  introduction: { en: "Welcome.", de: "Willkommen." },
  logoUrl: "/landing/logo/of-all",
};
const ofOffer = (own: Partial<Branding>) => brandingOfOffer(forAll, { ...noBranding, ...own });

describe("the branding of an offer", () => {
  test("is that of all offers where the offer has none", () => {
    expect(ofOffer({})).toEqual(forAll);
    expect(ofOffer({ accent: "#0b5cad" })).toEqual({ ...forAll, accent: "#0b5cad" });
  });

  test("always has a support contact", () => {
    expect(ofOffer({ publisherName: "Insight", supportUrl: "https://insight.example" }).supportEmail).toBe(
      "help@contoso.example",
    );
  });

  test("does not show the logo of all offers next to a name of its own", () => {
    expect(ofOffer({ publisherName: "Insight" }).logoUrl).toBeNull();
    expect(ofOffer({ publisherName: "Insight", logoUrl: "/landing/logo/own" }).logoUrl).toBe("/landing/logo/own");
  });

  test("has its own text in all languages or in none, so that no reader gets that of other offers", () => {
    expect(ofOffer({ introduction: { en: "Insight." } }).introduction).toEqual({ en: "Insight." });
    expect(ofOffer({ introduction: { en: "" } }).introduction).toEqual(forAll.introduction);
  });
});

describe("the input of a branding", () => {
  const input = { ...noBranding, logoUrl: undefined, logo: "keep", seenVersion: 0, reason: "For a test" };
  const { logoUrl: _, ...values } = input;

  test("needs a support contact for all offers, because every page names it", () => {
    expect(setBrandingInput.safeParse({ ...values, offerId: null }).success).toBe(false);
    expect(setBrandingInput.safeParse({ ...values, offerId: null, supportUrl: "https://a.example" }).success).toBe(
      true,
    );
    expect(setBrandingInput.safeParse({ ...values, offerId: "insight" }).success).toBe(true);
  });

  test("is checked for contrast before it is previewed", () => {
    const { logo: _logo, seenVersion: _seen, reason: _reason, ...branding } = values;
    const preview = { offerId: null, planId: null, language: "de", shows: "new", logo: "saved", questions: null };
    expect(landingPreviewInput.safeParse({ ...preview, branding }).success).toBe(true);
    expect(landingPreviewInput.safeParse({ ...preview, branding: { ...branding, accent: "#ffd500" } }).success).toBe(
      false,
    );
  });
});
