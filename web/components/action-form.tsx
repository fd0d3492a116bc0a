/** Shared by all action forms: validation, sending, errors and the reason. */
import { Textarea } from "@mantine/core";
import { schemaResolver } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import type { z } from "zod";
import { onLateSuccess } from "../sending/late-success.ts";
import { announce } from "../shell/announcement.ts";
import { fieldProblems, type FormProblem, problemOf } from "../text/call-errors.ts";
import type { ReasonedAction } from "../../shared/reason-codes.ts";
import { trpc } from "../trpc.ts";
import { ReasonChoice, useOfferedReasons } from "./reason-choice.tsx";
import { FormFooter } from "./form-footer.tsx";
import { RestoredDraftLine, type RestoredDraft, useDraftedForm } from "./drafted-form.tsx";
import * as formStyles from "./form.module.css";

type FormOptions<Input, Answer> = {
  /** The form and what it is about, for its draft: `change seats ID`. */
  subject: string;
  schema: z.ZodType<Input>;
  initialValues: Input;
  send(input: Input): Promise<Answer>;
  /** The toast when the server has accepted the action. */
  successMessage: string | ((answer: Answer) => string);
  close(): void;
};

/** A form validated by the procedure's schema; errors from the server are shown at the fields that they name. */
export function useActionForm<Input extends object, Answer>(options: FormOptions<Input, Answer>) {
  const { subject, schema, initialValues, send, successMessage, close } = options;
  const queryClient = useQueryClient();
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [isSending, setSending] = useState(false);
  const { form, restored, forgetDraft } = useDraftedForm({
    subject,
    initialValues,
    validate: schemaResolver(schema, { sync: true }),
  });

  async function sendValues(values: Input) {
    if (isSending) return;
    setSending(true);
    setProblem(null);
    try {
      const answer = await send(values);
      forgetDraft();
      announce(typeof successMessage === "string" ? successMessage : successMessage(answer));
      close();
      await queryClient.invalidateQueries(trpc.subscriptions.pathFilter());
      await queryClient.invalidateQueries(trpc.operations.pathFilter());
    } catch (error) {
      onLateSuccess(error, forgetDraft);
      form.setErrors(fieldProblems(error));
      setProblem(problemOf(error));
    } finally {
      setSending(false);
    }
  }

  return {
    form,
    submit: form.onSubmit((values) => void sendValues(values)),
    isSending,
    problem,
    restored,
  };
}

type FrameProps = {
  action: {
    submit: React.SubmitEventHandler<HTMLFormElement>;
    isSending: boolean;
    problem: FormProblem | null;
    restored: RestoredDraft | null;
  };
  /** Fields that change the consequences: above them, because the length of a text must not move a field in use. */
  choices?: ReactNode;
  /** The consequences, including for billing. */
  consequence: ReactNode;
  /** Replaces the line that says that input was restored. */
  inputLine?: ReactNode;
  submitLabel: string;
  /** Label of the button that closes the dialog. */
  cancelLabel?: string;
  isDangerous?: boolean;
  /** Why the form cannot be sent yet, as a sentence; null if it can. */
  blockedReason?: string | null;
  /** The action whose reason codes are offered, and the form's properties of that field. */
  reasonFor?: ReasonedAction;
  reasonCode?: object;
  /** The form's properties of the field. */
  reason: object;
  close(): void;
  children?: ReactNode;
};

/**
 * Ctrl+Enter sends from any field; Enter alone would be a new line in a note. It presses the button, because without one the form
 * cannot be sent: its change is being made, or has been made.
 */
function submitOnKeys(event: React.KeyboardEvent<HTMLFormElement>) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
  // A field would also send the form.
  event.preventDefault();
  event.currentTarget.querySelector<HTMLButtonElement>("button[type=submit]")?.click();
}

/** The layout of a form: choices, consequences, other fields, reason, error, buttons. */
export function ActionForm(props: FrameProps) {
  const {
    action,
    choices,
    consequence,
    inputLine,
    submitLabel,
    cancelLabel,
    isDangerous = false,
    blockedReason = null,
    reasonFor,
    reasonCode,
    reason,
    close,
    children,
  } = props;
  const offered = useOfferedReasons(reasonFor);
  return (
    <form onSubmit={action.submit} onKeyDown={submitOnKeys} noValidate className={formStyles.form}>
      {inputLine ?? <RestoredDraftLine of={action.restored} />}
      {choices}
      <div className={formStyles.consequences}>{consequence}</div>
      {children}
      {reasonFor && <ReasonChoice action={reasonFor} field={reasonCode ?? {}} />}
      <Textarea
        label={offered.length > 0 ? "Note (optional)" : "Reason"}
        description="Stored in the audit trail. Customers do not see it."
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
        {...reason}
      />
      <FormFooter
        problem={action.problem}
        submitLabel={submitLabel}
        cancelLabel={cancelLabel}
        isSending={action.isSending}
        isDangerous={isDangerous}
        blockedReason={blockedReason}
        close={close}
      />
    </form>
  );
}
