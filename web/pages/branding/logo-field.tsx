import type { UseFormReturnType } from "@mantine/form";
import { logoTypes, logoTooLarge, maxLogoBytes, type SetBrandingInput } from "../../../shared/branding.ts";
import { Button } from "../../components/button.tsx";
import * as styles from "./branding.module.css";

type Props = {
  form: UseFormReturnType<SetBrandingInput>;
  /** The stored version: a newer one empties the field. */
  version: number | undefined;
  /** The logo that the form holds; null if there is none. */
  logoUrl: string | null;
  isAdmin: boolean;
};

export function LogoField({ form, version, logoUrl, isAdmin }: Props) {
  async function choose(file: File | undefined) {
    form.clearFieldError("logo");
    if (!file) return;
    if (file.size > maxLogoBytes) {
      form.setFieldError("logo", logoTooLarge);
      return;
    }
    const url = await dataUrlOf(file);
    form.setFieldValue("logo", url.slice(url.indexOf(",") + 1));
  }

  return (
    <div className={styles.brandingLogo}>
      <label htmlFor="branding-logo">Logo</label>
      <p className="dim" id="branding-logo-note">
        PNG, JPEG or WebP, at most 64 kB; shown up to 56 pixels high.
      </p>
      <input
        key={version}
        id="branding-logo"
        type="file"
        accept={logoTypes.join(",")}
        disabled={!isAdmin}
        aria-describedby="branding-logo-note branding-logo-problem"
        onChange={(event) => void choose(event.currentTarget.files?.[0])}
      />
      {logoUrl && isAdmin && (
        <Button variant="default" size="compact-sm" onClick={() => form.setFieldValue("logo", "none")}>
          Remove logo
        </Button>
      )}
      <p id="branding-logo-problem" className="trouble" role="alert">
        {form.errors["logo"]}
      </p>
    </div>
  );
}

/** @returns the address of the logo that the form holds; null if there is none */
export function logoUrlOf(logo: SetBrandingInput["logo"], savedUrl: string | null): string | null {
  if (logo === "keep") return savedUrl;
  return logo === "none" ? null : `data:${logoTypeOf(logo)};base64,${logo}`;
}

/** By the first byte of the file: 0x89 of PNG, 0xFF of JPEG, the R of WebP's RIFF. */
function logoTypeOf(logo: string): string {
  return logo.startsWith("i") ? "image/png" : logo.startsWith("/") ? "image/jpeg" : "image/webp";
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(typeof reader.result === "string" ? reader.result : ""));
    reader.addEventListener("error", () => reject(reader.error ?? new Error("The file could not be read.")));
    reader.readAsDataURL(file);
  });
}
