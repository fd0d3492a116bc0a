import { NativeSelect, Skeleton, Textarea, TextInput } from "@mantine/core";
import { skipToken, useMutation, useQuery } from "@tanstack/react-query";
import { isolated } from "../../../shared/foreign-text.ts";
import { type WriteToCustomerInput, writeToCustomerInput } from "../../../shared/customer-mails.ts";
import { mailto } from "../../../shared/email.ts";
import { languageNames, languages } from "../../../shared/languages.ts";
import { purchaserMailKindLabels } from "../../../shared/notifications.ts";
import type { MailDraftView } from "../../../shared/views/customer-mails.ts";
import { trpc } from "../../trpc.ts";
import { useActionForm } from "../action-form.tsx";
import { RestoredDraftLine } from "../drafted-form.tsx";
import { Dialog } from "../dialog.tsx";
import { FormFooter } from "../form-footer.tsx";
import { Button } from "../button.tsx";
import * as formStyles from "../form.module.css";
import { Problem } from "../problem.tsx";
import { ReceiverField } from "./receiver-field.tsx";
import { type MailText, useTemplate } from "./use-template.ts";

/** A text to begin with, in English. */
type Opening = MailText & { to: string };
type Props = {
  subscriptionId: string;
  name: string;
  /** The need whose draft the email begins with. */
  need?: { kind: string; id: string };
  onClose(): void;
};

/** An email to the customer: from a template, sent by Marketdesk or in the person's email app, and recorded on the timeline. */
export function WriteDialog({ subscriptionId, name, need, onClose }: Props) {
  const draft = useQuery(trpc.customerMails.draft.queryOptions({ subscriptionId }, { staleTime: 0 }));
  const opening = useQuery(
    trpc.needs.mail.queryOptions(need ? { kind: need.kind, id: need.id } : skipToken, { staleTime: 0 }),
  );
  const isOpened = need === undefined || (opening.data !== undefined && opening.isFetchedAfterMount);
  const failed = [draft, opening].find(({ error }) => error);
  return (
    <Dialog title={`Write to customer: ${isolated(name)}`} size="lg" onClose={onClose}>
      {(close) =>
        draft.data && draft.isFetchedAfterMount && isOpened ? (
          <WriteForm
            subscriptionId={subscriptionId}
            draft={draft.data}
            opening={opening.data ?? undefined}
            close={close}
          />
        ) : failed ? (
          <Problem error={failed.error} onRetry={() => void failed.refetch()} />
        ) : (
          <Skeleton height={320} />
        )
      }
    </Dialog>
  );
}

type FormProps = { subscriptionId: string; draft: MailDraftView; opening: Opening | undefined; close(): void };

function WriteForm({ subscriptionId, draft, opening, close }: FormProps) {
  const { addresses, templates, sendBlockedReason } = draft;
  const action = useWriteAction({ subscriptionId, draft, opening, close });
  const { form } = action;

  const { template, offered, choose, fill } = useTemplate({ form, draft, opening });
  if (addresses.length === 0) {
    return <p>Microsoft has not reported an address of this customer, and no contact was provided.</p>;
  }
  return (
    <form
      onSubmit={(event) => {
        const { submitter } = event.nativeEvent;
        const isProgram = submitter instanceof HTMLButtonElement && submitter.value === "program";
        form.setFieldValue("via", isProgram ? "program" : "desk");
        action.submit(event);
      }}
      noValidate
      className={formStyles.form}
    >
      <RestoredDraftLine of={action.restored} />
      <ReceiverField addresses={addresses} to={form.values.to} field={form.getInputProps("to")} />
      <NativeSelect
        label="Template"
        value={template}
        onChange={(event) => choose(event.currentTarget.value, form.values.language)}
        data={[
          { value: "", label: "None" },
          ...templates.map(({ kind }) => ({ value: kind, label: purchaserMailKindLabels[kind] })),
        ]}
      />
      <div>
        <NativeSelect
          label="Language"
          data={languages.map((one) => ({ value: one, label: languageNames[one] }))}
          value={form.values.language}
          onChange={(event) => choose(template, event.currentTarget.value)}
        />
        <div role="status">
          {offered && (
            <p className={`dim ${formStyles.belowField}`}>
              Your text was kept.{" "}
              <Button variant="default" size="compact-sm" onClick={() => fill(offered)}>
                Replace it with the template
              </Button>
            </p>
          )}
        </div>
      </div>
      <TextInput label="Subject" maxLength={200} {...form.getInputProps("subject")} />
      <Textarea label="Text" autosize minRows={8} maxRows={18} {...form.getInputProps("body")} />
      <p className="dim">
        Marketdesk adds the facts of the subscription and a link to it. The email and its text are stored on the
        timeline.
      </p>
      <FormFooter
        problem={action.problem}
        submitLabel="Send email"
        isSending={action.isSending}
        blockedReason={sendBlockedReason}
        close={close}
      />
      <Button type="submit" value="program" variant="default" disabled={action.isSending}>
        Open in email app
      </Button>
    </form>
  );
}

/** What is entered, and how it is sent. */
function useWriteAction({ subscriptionId, draft: { addresses, language }, opening, close }: FormProps) {
  const write = useMutation(trpc.customerMails.write.mutationOptions());
  return useActionForm<WriteToCustomerInput, Pick<WriteToCustomerInput, "via">>({
    subject: `write ${subscriptionId} ${opening?.subject ?? ""}`,
    schema: writeToCustomerInput,
    initialValues: {
      subscriptionId,
      to: addresses.find(({ email }) => email === opening?.to)?.email ?? addresses[0]?.email ?? "",
      language: opening ? "en" : language,
      subject: opening?.subject ?? "",
      body: opening?.body ?? "",
      via: "desk",
    },
    async send(input) {
      await write.mutateAsync(input);
      if (input.via === "program") window.location.assign(mailtoUrl(input));
      return input;
    },
    successMessage: ({ via }) => (via === "desk" ? "Email is being sent" : "Opened in your email app"),
    close,
  });
}

function mailtoUrl({ to, subject, body }: WriteToCustomerInput): string {
  return `${mailto(to)}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}
