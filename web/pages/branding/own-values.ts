import type { BrandingValues } from "../../../shared/branding.ts";

/** The values alone, without the logo and what else is stored or entered with them. */
export function ownValues(branding: BrandingValues): BrandingValues {
  const { publisherName, accent, supportEmail, supportUrl, termsUrl, privacyUrl, introduction, nextSteps } = branding;
  return { publisherName, accent, supportEmail, supportUrl, termsUrl, privacyUrl, introduction, nextSteps };
}
