import { Skeleton, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import type { Branding } from "../../../shared/branding.ts";
import { defaultLanguage, type Language } from "../../../shared/languages.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { BrandingScopeView } from "../../../shared/views/branding.ts";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { DraftStatusLine } from "../../components/settings-form.tsx";
import { trpc } from "../../trpc.ts";
import { BrandingTexts } from "./branding-texts.tsx";
import { useBrandingForm } from "./use-branding-form.ts";
import { LogoField, logoUrlOf } from "./logo-field.tsx";
import * as styles from "./branding.module.css";

const BrandingPreview = lazyPart(() => import("./branding-preview.tsx"), "BrandingPreview");

type Props = { scope: BrandingScopeView; inherited: Branding };

export function BrandingForm({ scope: { offerId, own }, inherited }: Props) {
  const me = useQuery(trpc.me.get.queryOptions());
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  const { form, submit, isSending, problem, draftStatus } = useBrandingForm({ offerId, own });
  const [language, setLanguage] = useState<Language>(defaultLanguage);
  const logoUrl = logoUrlOf(form.values.logo, own?.logoUrl ?? null);

  const field = (name: "publisherName" | "accent" | "supportEmail" | "supportUrl" | "termsUrl" | "privacyUrl") => ({
    readOnly: !isAdmin,
    placeholder: inherited[name],
    ...form.getInputProps(name),
  });

  return (
    <div className={styles.branding}>
      <form onSubmit={submit} noValidate className={styles.brandingForm}>
        {offerId !== null && <p className="dim">Empty fields use the branding of all offers.</p>}
        <TextInput
          label={offerId === null ? "Publisher name" : "Publisher or product name"}
          maxLength={80}
          {...field("publisherName")}
        />
        <LogoField form={form} version={own?.version} logoUrl={logoUrl} isAdmin={isAdmin} />
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
        <BrandingTexts
          form={form}
          inherited={inherited}
          language={language}
          setLanguage={setLanguage}
          isAdmin={isAdmin}
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
        <BrandingPreview offerId={offerId} language={language} values={form.values} logoUrl={logoUrl} />
      </Suspense>
    </div>
  );
}
