import { Checkbox, NativeSelect, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { editAnswersInput } from "../../../shared/inputs/landing.ts";
import type { Answer, Question } from "../../../shared/questions.ts";
import type { SubscriptionAnswersView } from "../../../shared/views/questions.ts";
import { ActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Problem } from "../../components/problem.tsx";
import { DraftStatusLine, useSettingsForm } from "../../components/settings-form.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { answerText } from "./answer-text.ts";

type Props = { title: string; subscriptionId: string; onClose(): void };

/** Staff correct the purchaser's answers, and add missing ones. */
export function AnswersDialog({ title, subscriptionId, onClose }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      {(close) => <LoadedForm subscriptionId={subscriptionId} close={close} />}
    </Dialog>
  );
}

function LoadedForm({ subscriptionId, close }: { subscriptionId: string; close(): void }) {
  const found = useQuery(trpc.questions.ofSubscription.queryOptions({ id: subscriptionId }));
  if (found.error && !found.data) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton height={240} />;
  if (found.data.questions.length === 0) return <p>This plan no longer has questions, so there is nothing to edit.</p>;
  return <AnswersForm subscriptionId={subscriptionId} of={found.data} close={close} />;
}

/** A field for each answer, named as the server names it in errors. */
const nameOf = (id: string) => `answers.${id}`;
const { seenVersion, reason } = editAnswersInput.shape;
const formInput = z.object({ seenVersion, reason }).catchall(z.string());

type FormProps = { subscriptionId: string; of: SubscriptionAnswersView; close(): void };

function AnswersForm({ subscriptionId, of: { questions, answers, version, changed }, close }: FormProps) {
  const queryClient = useQueryClient();
  const edit = useMutation(
    trpc.questions.answer.mutationOptions({
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries(trpc.questions.ofSubscription.queryFilter({ id: subscriptionId })),
          queryClient.invalidateQueries(trpc.subscriptions.pathFilter()),
        ]),
    }),
  );
  const given = new Map(answers.map(({ id, answer }) => [id, answer === false ? "" : String(answer)]));
  const { form, draftStatus, problem, isSending, submit } = useSettingsForm<z.infer<typeof formInput>, unknown>({
    subject: `answers ${subscriptionId}`,
    schema: formInput,
    stored: {
      ...Object.fromEntries(questions.map(({ id }) => [nameOf(id), given.get(id) ?? ""])),
      seenVersion: version,
      reason: "",
    },
    changedByName: changed?.byName,
    changedAt: changed?.at,
    send: (values) =>
      edit.mutateAsync({
        subscriptionId,
        answers: Object.fromEntries(questions.map(({ id }) => [id, values[nameOf(id)] ?? ""])),
        seenVersion: values.seenVersion,
        reason: values.reason,
      }),
    onSaved() {
      announce("Answers saved");
      close();
    },
    failedTitle: "The answers were not changed",
  });
  return (
    <ActionForm
      action={{ submit, isSending, problem, restored: draftStatus.restored }}
      inputLine={<DraftStatusLine of={draftStatus} what="these answers" />}
      consequence={
        <p>
          Your product receives the answers as an event.{" "}
          {answers.length === 0
            ? "You can leave questions unanswered."
            : "The earlier answers stay in the audit trail."}
        </p>
      }
      submitLabel="Save"
      reason={form.getInputProps("reason")}
      close={close}
    >
      {questions.map((question) => {
        const name = nameOf(question.id);
        const value = form.values[name] ?? "";
        const stored = given.get(question.id) ?? "";
        return (
          <AnswerField
            key={question.id}
            question={question}
            value={value}
            storedNow={draftStatus.outdated && value !== stored ? storedText(question, answers) : undefined}
            error={form.errors[name]}
            onChange={(next) => {
              form.setValues({ [name]: next });
              form.clearFieldError(name);
            }}
          />
        );
      })}
    </ActionForm>
  );
}

/** The stored answer, next to the input that would replace it. */
function storedText({ id, options }: Question, answers: Answer[]): string {
  const stored = answers.find((answer) => answer.id === id)?.answer;
  if (stored === undefined) return "Stored now: no answer";
  const chosen = options.find((option) => option.id === stored)?.label.en;
  return `Stored now: ${chosen ?? answerText(stored)}`;
}

type FieldProps = {
  question: Question;
  value: string;
  storedNow: string | undefined;
  error: React.ReactNode;
  onChange(value: string): void;
};

function AnswerField({ question: { id, kind, label, options }, value, storedNow, error, onChange }: FieldProps) {
  const field = { label: label.en ?? id, description: storedNow, error };
  if (kind === "consent") {
    return (
      <Checkbox
        {...field}
        checked={value !== ""}
        onChange={(event) => onChange(event.currentTarget.checked ? "yes" : "")}
      />
    );
  }
  if (kind === "choice") {
    const choices = options.map((option) => ({ value: option.id, label: option.label.en ?? option.id }));
    return (
      <NativeSelect
        {...field}
        data={[{ value: "", label: "No answer" }, ...choices]}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...field}
      type={kind === "number" || kind === "date" ? kind : "text"}
      step={kind === "number" ? "any" : undefined}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
