/** What the forms of all actions share: checking, sending, saying what went wrong, and the reason. */
import { Textarea } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import type { z } from "zod";
import { announce } from "../shell/announce.tsx";
import { fieldProblems, type FormProblem, problemOf } from "../text/call-errors.ts";
import type { ReasonedAction } from "../../shared/reason-codes.ts";
import { trpc } from "../trpc.ts";
import { ReasonChoice } from "./reason-choice.tsx";
import "./action-form.css";
import { FormFooter } from "./form-footer.tsx";

type FormOptions<Input, Answer> = {
  schema: z.ZodType<Input>;
  initialValues: Input;
  send(input: Input): Promise<Answer>;
  /** Said when the desk has taken it: what happens now. */
  successMessage: string | ((answer: Answer) => string);
  close(): void;
};

/** A form whose values the schema of the procedure checks; what the server then refuses is shown at the fields it names. */
export function useActionForm<Input extends object, Answer>(options: FormOptions<Input, Answer>) {
  const { schema, initialValues, send, successMessage, close } = options;
  const queryClient = useQueryClient();
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [isSending, setSending] = useState(false);
  const form = useForm<Input>({ initialValues, validate: schemaResolver(schema, { sync: true }) });

  async function sendValues(values: Input) {
    setSending(true);
    setProblem(null);
    try {
      const answer = await send(values);
      announce(typeof successMessage === "string" ? successMessage : successMessage(answer));
      close();
      await queryClient.invalidateQueries(trpc.subscriptions.pathFilter());
      await queryClient.invalidateQueries(trpc.operations.pathFilter());
    } catch (error) {
      form.setErrors(fieldProblems(error));
      setProblem(problemOf(error));
    } finally {
      setSending(false);
    }
  }

  return { form, submit: form.onSubmit((values) => void sendValues(values)), isSending, problem };
}

type FrameProps = {
  action: {
    submit: React.SubmitEventHandler<HTMLFormElement>;
    isSending: boolean;
    problem: FormProblem | null;
  };
  /** What will happen, to billing too. */
  consequence: ReactNode;
  submitLabel: string;
  isDangerous?: boolean;
  /** The action whose reason codes are offered, with the field's properties as the form gives them. */
  reasonFor?: ReasonedAction;
  reasonCode?: object;
  /** The field's properties as the form gives them. */
  reason: object;
  close(): void;
  children?: ReactNode;
};

/** The frame of a form: consequence, own fields, reason, problem, buttons. */
export function ActionForm(props: FrameProps) {
  const {
    action,
    consequence,
    submitLabel,
    isDangerous = false,
    reasonFor,
    reasonCode,
    reason,
    close,
    children,
  } = props;
  return (
    <form onSubmit={action.submit} noValidate className="action-form">
      <div className="consequence">{consequence}</div>
      {children}
      {reasonFor && <ReasonChoice action={reasonFor} field={reasonCode ?? {}} />}
      <Textarea
        label="Reason"
        description={`${reasonFor ? "In your own words, if the choice does not say it all. " : ""}Kept on the record, for colleagues; the customer does not see it.`}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
        {...reason}
      />
      <FormFooter
        problem={action.problem}
        submitLabel={submitLabel}
        isSending={action.isSending}
        isDangerous={isDangerous}
        close={close}
      />
    </form>
  );
}
