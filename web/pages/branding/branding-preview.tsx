import { brandingInput, type SetBrandingInput } from "../../../shared/branding.ts";
import type { Language } from "../../../shared/languages.ts";
import { LandingPreview } from "../../components/landing-preview.tsx";
import { ownValues } from "./own-values.ts";

type Props = { offerId: string | null; language: Language; values: SetBrandingInput; logoUrl: string | null };

/** The landing page with what is entered, whether it is saved or not. */
export function BrandingPreview({ offerId, language, values, logoUrl }: Props) {
  const { logo } = values;
  const read = brandingInput.safeParse(ownValues(values));
  return (
    <LandingPreview
      input={{
        offerId,
        planId: null,
        language,
        branding: read.data ?? null,
        logo: logo === "keep" ? "saved" : logo === "none" ? "none" : "new",
        questions: null,
      }}
      newLogo={logoUrl}
      invalidReason={read.success ? null : (read.error.issues[0]?.message ?? "")}
    />
  );
}
