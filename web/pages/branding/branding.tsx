import { Button, Skeleton, Textarea, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import { brandingInput, maxLogoBytes, logoTypes, reason } from "../../../shared/inputs.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { BrandingView } from "../../../shared/views/settings.ts";
import { announce } from "../../shell/announce.tsx";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import { fieldProblems, type FormProblem, problemOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { BrandingPreview } from "./branding-preview.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./branding.module.css";

export function BrandingPage() {
  const branding = useQuery(trpc.branding.get.queryOptions());
  const { data } = branding;
  return (
    <div className={pageStyles.page}>
      <PageHeader title="Branding" note="How purchasers see the landing page, and how they can contact you." />
      {branding.error && !data ? (
        <Problem error={branding.error} onRetry={() => void branding.refetch()} />
      ) : !data ? (
        <Skeleton height={640} />
      ) : (
        <>
          <p className={styles.brandingState}>
            {data.actor && data.at ? (
              <>
                Version {data.version} by {data.actor.name} <Ago at={data.at} />: “{data.reason}”
              </>
            ) : (
              "No branding yet. The landing page has the default colors and does not show a publisher's name."
            )}
          </p>
          <BrandingForm key={data.version} branding={data} />
        </>
      )}
    </div>
  );
}

const formInput = brandingInput.extend({ reason });
type Values = z.infer<typeof formInput>;
type Logo = { change: "keep" | "none" | "new"; url: string | null; base64: string };

function BrandingForm({ branding }: { branding: BrandingView }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  const { publisherName, accent, supportEmail, supportUrl, termsUrl, privacyUrl, nextSteps } = branding;
  const form = useForm<Values>({
    initialValues: { publisherName, accent, supportEmail, supportUrl, termsUrl, privacyUrl, nextSteps, reason: "" },
    validate: schemaResolver(formInput, { sync: true }),
  });
  const [logo, setLogo] = useState<Logo>({ change: "keep", url: branding.logoUrl, base64: "" });
  const [logoProblem, setLogoProblem] = useState<string | null>(null);
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const set = useMutation(trpc.branding.set.mutationOptions());

  async function choose(file: File | undefined) {
    setLogoProblem(null);
    if (!file) return;
    if (file.size > maxLogoBytes) {
      setLogoProblem("The logo is larger than 64 kB. Make it smaller, or save it as WebP.");
      return;
    }
    const url = await dataUrlOf(file);
    setLogo({ change: "new", url, base64: url.slice(url.indexOf(",") + 1) });
  }

  async function send(values: Values) {
    setProblem(null);
    try {
      await set.mutateAsync({
        ...values,
        logo: logo.change === "new" ? logo.base64 : logo.change,
        seenVersion: branding.version,
      });
      announce("Saved. The landing page shows the new branding.");
      await queryClient.invalidateQueries(trpc.branding.pathFilter());
    } catch (error) {
      const { logo: ofLogo, ...fields } = fieldProblems(error) as Record<string, string>;
      form.setErrors(fields);
      if (ofLogo) setLogoProblem(ofLogo);
      setProblem(problemOf(error));
    }
  }
  const save = form.onSubmit((values) => void send(values));
  const field = (name: keyof Values) => ({ readOnly: !isAdmin, ...form.getInputProps(name) });

  return (
    <div className={styles.branding}>
      <form onSubmit={save} noValidate className={styles.brandingForm}>
        <TextInput label="Publisher name" maxLength={80} {...field("publisherName")} />
        <div className={styles.brandingLogo}>
          <label htmlFor="branding-logo">Logo</label>
          <p className="dim" id="branding-logo-note">
            PNG, JPEG or WebP, at most 64 kB; shown up to 56 pixels high.
          </p>
          <input
            id="branding-logo"
            type="file"
            accept={logoTypes.join(",")}
            disabled={!isAdmin}
            aria-describedby="branding-logo-note branding-logo-problem"
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
          {logo.url && isAdmin && (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => setLogo({ change: "none", url: null, base64: "" })}
            >
              Remove logo
            </Button>
          )}
          <p id="branding-logo-problem" className="trouble" role="alert">
            {logoProblem}
          </p>
        </div>
        <TextInput
          label="Button and link color"
          description="A hex color that is readable on white, such as #0b6b68. The dark scheme uses a lighter shade. Leave empty for the default color."
          placeholder="#0b6b68"
          maxLength={7}
          {...field("accent")}
        />
        <TextInput label="Support email" inputMode="email" autoComplete="email" {...field("supportEmail")} />
        <TextInput label="Support URL" placeholder="https://" {...field("supportUrl")} />
        <TextInput label="Terms URL" placeholder="https://" {...field("termsUrl")} />
        <TextInput label="Privacy statement URL" placeholder="https://" {...field("privacyUrl")} />
        <Textarea
          label="What happens next"
          description="Shown below a purchase: who will contact the purchaser and when, and what the purchaser needs."
          autosize
          minRows={3}
          maxRows={10}
          maxLength={1_000}
          {...field("nextSteps")}
        />
        {isAdmin && (
          <Textarea
            label="Reason"
            description="Stored in the audit trail."
            autosize
            minRows={2}
            maxLength={500}
            {...field("reason")}
          />
        )}
        <SubmitStatus problem={problem} isSending={set.isPending} />
        <div>
          <GuardedButton
            whyNot={isAdmin ? null : "Only an admin can set the branding."}
            loading={set.isPending}
            onClick={() => save()}
          >
            Save
          </GuardedButton>
        </div>
      </form>
      <BrandingPreview values={form.values} logoUrl={logo.url} />
    </div>
  );
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(typeof reader.result === "string" ? reader.result : ""));
    reader.addEventListener("error", () => reject(reader.error ?? new Error("The file could not be read.")));
    reader.readAsDataURL(file);
  });
}
