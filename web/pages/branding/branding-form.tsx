import { NativeSelect, Skeleton, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import {
  type Branding,
  brandingInput,
  type BrandingValues,
  logoTypes,
  logoTooLarge,
  maxLogoBytes,
  noBranding,
  setBrandingInput,
  type SetBrandingInput,
} from "../../../shared/branding.ts";
import { defaultLanguage, type Language, languageNames, languages } from "../../../shared/languages.ts";
import { textIn } from "../../../shared/questions.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { BrandingScopeView } from "../../../shared/views/branding.ts";
import { announce } from "../../shell/announce.tsx";
import { Button } from "../../components/button.tsx";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { DraftStatusLine, useSettingsForm } from "../../components/settings-form.tsx";
import { trpc } from "../../trpc.ts";
import * as styles from "./branding.module.css";

const LandingPreview = lazyPart(() => import("../../components/landing-preview.tsx"), "LandingPreview");

type Props = { scope: BrandingScopeView; inherited: Branding };

export function BrandingForm({ scope: { offerId, own }, inherited }: Props) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  const saved = own ?? noBranding;
  const set = useMutation(
    trpc.branding.set.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.branding.pathFilter()),
    }),
  );
  const { form, submit, isSending, problem, draftStatus } = useSettingsForm<SetBrandingInput, unknown>({
    subject: `branding ${offerId}`,
    schema: setBrandingInput,
    stored: { offerId, ...ownValues(saved), logo: "keep", seenVersion: own?.version ?? 0, reason: "" },
    changedByName: own?.actor.name,
    send: set.mutateAsync,
    onSaved: () => announce("Saved. The landing page shows the new branding."),
  });
  const [language, setLanguage] = useState<Language>(defaultLanguage);
  const { logo } = form.values;
  const logoUrl = logo === "keep" ? saved.logoUrl : logo === "none" ? null : `data:${logoTypeOf(logo)};base64,${logo}`;
  const read = brandingInput.safeParse(ownValues(form.values));

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

  const field = (name: "publisherName" | "accent" | "supportEmail" | "supportUrl" | "termsUrl" | "privacyUrl") => ({
    readOnly: !isAdmin,
    placeholder: inherited[name],
    ...form.getInputProps(name),
  });
  const text = (name: "introduction" | "nextSteps") => ({
    autosize: true,
    minRows: 3,
    maxRows: 10,
    maxLength: 1_000,
    lang: language,
    readOnly: !isAdmin,
    placeholder:
      language === defaultLanguage || !form.values[name].en ? textIn(inherited[name], language) : form.values[name].en,
    ...form.getInputProps(`${name}.${language}`),
    value: form.values[name][language] ?? "",
  });
  const inLanguage = language === defaultLanguage ? "" : ` (${languageNames[language]})`;

  return (
    <div className={styles.branding}>
      <form onSubmit={submit} noValidate className={styles.brandingForm}>
        {offerId !== null && <p className="dim">Empty fields use the branding of all offers.</p>}
        <TextInput
          label={offerId === null ? "Publisher name" : "Publisher or product name"}
          maxLength={80}
          {...field("publisherName")}
        />
        <div className={styles.brandingLogo}>
          <label htmlFor="branding-logo">Logo</label>
          <p className="dim" id="branding-logo-note">
            PNG, JPEG or WebP, at most 64 kB; shown up to 56 pixels high.
          </p>
          <input
            key={own?.version}
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
        <TextInput
          label="Button and link color"
          description="A hex color that is readable on white, such as #0b6b68. The dark scheme uses a lighter shade. Leave empty for the default color."
          maxLength={7}
          {...field("accent")}
          placeholder={inherited.accent || "#0b6b68"}
        />
        <TextInput
          label="Support email"
          description="Shown on each page, including error pages."
          inputMode="email"
          autoComplete="email"
          {...field("supportEmail")}
        />
        <TextInput label="Support URL" {...field("supportUrl")} />
        <TextInput label="Terms URL" {...field("termsUrl")} />
        <TextInput label="Privacy statement URL" {...field("privacyUrl")} />
        <NativeSelect
          label="Language of the texts and the preview"
          description="English is shown where a language is missing."
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value as Language)}
          data={languages.map((value) => ({ value, label: languageNames[value] }))}
        />
        <Textarea
          label={`Introduction${inLanguage}`}
          description="Shown above a new purchase. If empty, the page thanks the purchaser."
          {...text("introduction")}
        />
        <Textarea
          label={`What happens next${inLanguage}`}
          description="Shown below a purchase: who will contact the purchaser and when, and what the purchaser needs."
          {...text("nextSteps")}
        />
        {isAdmin && (
          <Textarea
            label="Reason"
            description="Stored in the audit trail."
            autosize
            minRows={2}
            maxLength={500}
            {...form.getInputProps("reason")}
          />
        )}
        <DraftStatusLine of={draftStatus} />
        <SubmitStatus problem={problem} isSending={isSending} />
        <div>
          <GuardedButton
            blockedReason={isAdmin ? null : "Only an admin can set the branding."}
            loading={isSending}
            onClick={() => submit()}
          >
            Save
          </GuardedButton>
        </div>
      </form>
      <Suspense fallback={<Skeleton height={480} />}>
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
      </Suspense>
    </div>
  );
}

function ownValues(branding: BrandingValues): BrandingValues {
  const { publisherName, accent, supportEmail, supportUrl, termsUrl, privacyUrl, introduction, nextSteps } = branding;
  return { publisherName, accent, supportEmail, supportUrl, termsUrl, privacyUrl, introduction, nextSteps };
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
