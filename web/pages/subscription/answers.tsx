import { Checkbox, NativeSelect, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { editAnswersInput } from "../../../shared/inputs.ts";
import type { Answer, Question } from "../../../shared/questions.ts";
import { includesRole } from "../../../shared/roles.ts";
import { Button } from "../../components/button.tsx";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { DetailsItem } from "../../components/details-list.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Problem } from "../../components/problem.tsx";
import { formatNumber } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";

type Props = { subscriptionId: string; answers: Answer[] };

/** What the purchaser answered on the landing page; staff correct it, and answer what is still open. */
export function Answers({ subscriptionId, answers }: Props) {
  const me = useQuery(trpc.me.get.queryOptions());
  const [isOpen, setOpen] = useState(false);
  const canEdit = me.data !== undefined && includesRole(me.data.role, "operator");
  const found = useQuery(trpc.questions.ofSubscription.queryOptions({ id: subscriptionId }));
  const questions = found.data?.questions ?? [];
  const open = questions.filter(({ id }) => !answers.some((answer) => answer.id === id));
  const title = answers.length === 0 ? "Enter answers" : "Edit answers";
  if (answers.length === 0 && open.length === 0) return null;
  return (
    <>
      {answers.map(({ id, question, answer }) => (
        <DetailsItem key={id} label={question}>
          {answerText(answer)}
        </DetailsItem>
      ))}
      {open.map(({ id, label }) => (
        <DetailsItem key={id} label={label.en ?? id}>
          <span className="dim">No answer yet</span>
        </DetailsItem>
      ))}
      {canEdit && (
        <DetailsItem label="Answers">
          <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
            {title}…
          </Button>
        </DetailsItem>
      )}
      {isOpen && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          {(close) => <LoadedForm subscriptionId={subscriptionId} answers={answers} close={close} />}
        </Dialog>
      )}
    </>
  );
}

function answerText(answer: Answer["answer"]): string {
  if (typeof answer === "boolean") return answer ? "Yes" : "No";
  return typeof answer === "number" ? formatNumber(answer) : answer;
}

function LoadedForm({ subscriptionId, answers, close }: Props & { close(): void }) {
  const found = useQuery(trpc.questions.ofSubscription.queryOptions({ id: subscriptionId }));
  if (found.error && !found.data) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton height={240} />;
  if (found.data.questions.length === 0)
    return <p>This plan has no questions any more, so there is nothing to edit.</p>;
  return (
    <AnswersForm subscriptionId={subscriptionId} questions={found.data.questions} answers={answers} close={close} />
  );
}

type FormProps = Props & { questions: Question[]; close(): void };

function AnswersForm({ subscriptionId, questions, answers, close }: FormProps) {
  const edit = useMutation(trpc.questions.answer.mutationOptions());
  const typed = new Map(answers.map(({ id, answer }) => [id, answer === false ? "" : String(answer)]));
  const action = useActionForm({
    subject: `answers ${subscriptionId}`,
    schema: editAnswersInput,
    initialValues: {
      subscriptionId,
      answers: Object.fromEntries(questions.map(({ id }) => [id, typed.get(id) ?? ""])) as Record<string, string>,
      reason: "",
    },
    send: edit.mutateAsync,
    successMessage: "Answers saved",
    close,
  });
  const { form } = action;
  const field = (id: string) => form.getInputProps(`answers.${id}`);
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          Your product receives the answers as an event.{" "}
          {answers.length === 0 ? "You can leave a question open." : "The earlier ones stay in the audit trail."}
        </p>
      }
      submitLabel="Save"
      reason={form.getInputProps("reason")}
      close={close}
    >
      {questions.map(({ id, kind, label, options }) => {
        const text = label.en ?? id;
        if (kind === "consent") {
          return (
            <Checkbox
              key={id}
              label={text}
              checked={form.values.answers[id] !== ""}
              error={form.errors[`answers.${id}`]}
              onChange={(event) => form.setFieldValue(`answers.${id}`, event.currentTarget.checked ? "yes" : "")}
            />
          );
        }
        if (kind === "choice") {
          const choices = options.map((option) => ({ value: option.id, label: option.label.en ?? option.id }));
          return (
            <NativeSelect key={id} label={text} data={[{ value: "", label: "No answer" }, ...choices]} {...field(id)} />
          );
        }
        const type = kind === "number" || kind === "date" ? kind : "text";
        return (
          <TextInput key={id} label={text} type={type} step={kind === "number" ? "any" : undefined} {...field(id)} />
        );
      })}
    </ActionForm>
  );
}
