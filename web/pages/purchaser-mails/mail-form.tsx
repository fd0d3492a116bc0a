import { Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Language } from "../../../shared/languages.ts";
import { staffMailKinds } from "../../../shared/notifications.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { PurchaserMailView } from "../../../shared/views/notifications.ts";
import { Button } from "../../components/button.tsx";
import { CheckBox } from "../../components/check-box.tsx";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { DraftStatusLine } from "../../components/settings-form.tsx";
import { Ago } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import { MailPreview } from "./mail-preview.tsx";
import { isSame, useMailForm } from "./use-mail-form.ts";
import { useTestMail } from "./use-test-mail.ts";
import * as formStyles from "../../components/form.module.css";
import * as styles from "./purchaser-mails.module.css";

export function MailForm({ mail, language }: { mail: PurchaserMailView; language: Language }) {
  const { kind, defaults, changed } = mail;
  const me = useQuery(trpc.me.get.queryOptions());
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  const { form, submit, isSending, problem, draftStatus, inputOf } = useMailForm(mail, language);
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
