import { NativeSelect, Skeleton, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import { type Language, languageNames, languages } from "../../../shared/languages.ts";
import {
  type PurchaserMailKind,
  type PurchaserMailText,
  purchaserMailKindLabels,
  purchaserMailKinds,
  purchaserMailText,
  setPurchaserMailInput,
  staffMailKinds,
} from "../../../shared/notifications.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { PurchaserMailView } from "../../../shared/views/notifications.ts";
import { Button } from "../../components/button.tsx";
import { CheckBox } from "../../components/check-box.tsx";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { DraftStatusLine, useSettingsForm } from "../../components/settings-form.tsx";
import { Ago } from "../../components/time.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { MailPreview } from "./mail-preview.tsx";
import { useTestMail } from "./use-test-mail.ts";
import * as formStyles from "../../components/form.module.css";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./purchaser-mails.module.css";

export function PurchaserMailsPage() {
  const list = useQuery(trpc.purchaserMails.list.queryOptions());
  const [kind, setKind] = useState<PurchaserMailKind>("active");
  const [language, setLanguage] = useState<Language>("en");
  const mail = list.data?.find((one) => one.kind === kind);
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Purchaser emails"
        note="Emails to purchasers about their purchase and its payment, in the language in which they confirmed the purchase."
      />
      {list.error && !list.data ? (
        <Problem error={list.error} onRetry={() => void list.refetch()} />
      ) : !mail ? (
        <Skeleton height={480} />
      ) : (
        <>
          <div className={styles.mailChoice}>
            <NativeSelect
              label="Email"
              data={purchaserMailKinds.map((value) => ({
                value,
                label: `${purchaserMailKindLabels[value]}${list.data?.find((one) => one.kind === value)?.isEnabled ? "" : " (off)"}`,
              }))}
              value={kind}
              onChange={(event) => setKind(event.currentTarget.value as PurchaserMailKind)}
            />
            <NativeSelect
              label="Language"
              data={languages.map((value) => ({ value, label: languageNames[value] }))}
              value={language}
              onChange={(event) => setLanguage(event.currentTarget.value as Language)}
            />
          </div>
          <MailForm key={`${kind} ${language}`} mail={mail} language={language} />
        </>
      )}
    </div>
  );
}

const formInput = purchaserMailText.extend(setPurchaserMailInput.pick({ isEnabled: true, seenVersion: true }).shape);

const isSame = (one: PurchaserMailText, other: PurchaserMailText) =>
  one.subject === other.subject && one.body === other.body;

function MailForm({ mail, language }: { mail: PurchaserMailView; language: Language }) {
  const { kind, texts, defaults, changed } = mail;
  const me = useQuery(trpc.me.get.queryOptions());
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  const queryClient = useQueryClient();
  const set = useMutation(
    trpc.purchaserMails.set.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.purchaserMails.pathFilter()),
    }),
  );
  const inputOf = (text: PurchaserMailText) => ({
    kind,
    language,
    text: isSame(text, defaults[language]) ? null : text,
  });
  const { form, submit, isSending, problem, draftStatus } = useSettingsForm<z.infer<typeof formInput>, unknown>({
    subject: `purchaser mail ${kind} ${language}`,
    schema: formInput,
    stored: {
      isEnabled: mail.isEnabled,
      ...(texts[language] ?? defaults[language]),
      seenVersion: mail.versions[language],
    },
    changedByName: changed?.byName,
    send: ({ isEnabled, seenVersion, ...text }) => set.mutateAsync({ ...inputOf(text), isEnabled, seenVersion }),
    onSaved: () => announce("Saved. The change applies to future emails."),
    failedTitle: "The email was not changed",
  });
  const { subject, body } = form.values;
  const isDefault = isSame({ subject, body }, defaults[language]);
  const input = inputOf({ subject, body });

  const { result, isSending: isTesting, sendTest } = useTestMail(input);

  return (
    <div className={styles.mailEditor}>
      <form className={formStyles.form} noValidate onSubmit={submit}>
        {staffMailKinds.some((one) => one === kind) ? (
          <p className="dim">A template for Write. It is never sent automatically.</p>
        ) : (
          <CheckBox
            label="Send this email"
            note="For all languages."
            isChecked={form.values.isEnabled}
            isDisabled={!isAdmin}
            onChange={(isChecked) => form.setFieldValue("isEnabled", isChecked)}
          />
        )}
        <TextInput label="Subject" maxLength={200} readOnly={!isAdmin} {...form.getInputProps("subject")} />
        <Textarea
          label="Text"
          description="Plain text; a blank line starts a new paragraph. Placeholders: {name}, {subscription}, {plan}, {publisher} and {deadline}."
          autosize
          minRows={6}
          maxLength={4_000}
          readOnly={!isAdmin}
          {...form.getInputProps("body")}
        />
        <DraftStatusLine of={draftStatus} />
        <SubmitStatus problem={problem} isSending={isSending} />
        <div className={styles.mailButtons}>
          <GuardedButton
            type="submit"
            blockedReason={isAdmin ? null : "Only an admin can change emails to purchasers."}
            loading={isSending}
          >
            Save
          </GuardedButton>
          {isAdmin && (
            <>
              <Button variant="default" loading={isTesting} onClick={() => void sendTest()}>
                Send test to me
              </Button>
              {!isDefault && (
                <Button variant="default" onClick={() => form.setValues(defaults[language])}>
                  Use default text
                </Button>
              )}
            </>
          )}
        </div>
        <p role="status">{result}</p>
        {changed && (
          <p className="dim">
            Changed by {changed.byName}, <Ago at={changed.at} />
          </p>
        )}
      </form>
      <MailPreview input={input} />
    </div>
  );
}
