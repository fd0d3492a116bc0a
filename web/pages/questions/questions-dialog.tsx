import { NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { setQuestionsInput } from "../../../shared/inputs/landing.ts";
import { defaultLanguage, type Language, languageNames, languages } from "../../../shared/languages.ts";
import { maxQuestions, type Question, questionList } from "../../../shared/questions.ts";
import type { QuestionScopeView } from "../../../shared/views/questions.ts";
import { Button } from "../../components/button.tsx";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { LandingPreview } from "../../components/landing-preview.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { NarrowerScopes } from "../../components/narrower-scopes.tsx";
import { ScopeHistory } from "../../components/scope-dialogs.tsx";
import { scopeLabelInFull, type ScopeView } from "../../components/scopes.tsx";
import { trpc } from "../../trpc.ts";
import { QuestionFields } from "./question-fields.tsx";
import { newQuestion } from "./question-changes.ts";

type FormProps = { scope: QuestionScopeView; scopes: readonly QuestionScopeView[] };
type Props = FormProps & { view: ScopeView; onClose(): void };

export function QuestionsDialog({ scope, scopes, view, onClose }: Props) {
  const title = `${view === "edit" ? "Questions" : "History of the questions"} for ${scopeLabelInFull(scope)}`;
  return (
    <Dialog title={title} size="lg" onClose={onClose}>
      {(close) =>
        view === "edit" ? <QuestionsForm scope={scope} scopes={scopes} close={close} /> : <History scope={scope} />
      }
    </Dialog>
  );
}

function QuestionsForm({ scope, scopes, close }: FormProps & { close(): void }) {
  const { offerId, planId } = scope;
  const isForAll = offerId === null;
  const [language, setLanguage] = useState<Language>(defaultLanguage);
  const action = useQuestionsAction(scope, close);
  const { form } = action;
  const { questions } = form.values;
  const read = questionList.safeParse(questions ?? []);
  const change = (changed: Question[] | null) => form.setFieldValue("questions", changed);
  return (
    <ActionForm
      action={action}
      consequence={<p>Existing answers do not change. Each answer is stored with the question as it was asked.</p>}
      submitLabel="Save"
      reason={form.getInputProps("reason")}
      close={close}
    >
      <NarrowerScopes
        scope={scope}
        scopes={scopes}
        hasOwn={({ own }) => own !== null && own.questions !== null}
        own={["questions of its own", "questions of their own"]}
      />
      {!isForAll && (
        <NativeSelect
          label={`Questions of ${scopeLabelInFull(scope)}`}
          value={questions === null ? "inherit" : "own"}
          onChange={(event) => change(event.currentTarget.value === "own" ? (scope.active?.questions ?? []) : null)}
          data={[
            { value: "inherit", label: `Inherit from ${planId === null ? "all offers" : "the offer"}` },
            { value: "own", label: "Own questions" },
          ]}
        />
      )}
      {questions !== null && (
        <>
          <NativeSelect
            label="Language of the texts and the preview"
            description="English is shown where a language is missing."
            value={language}
            onChange={(event) => setLanguage(event.currentTarget.value as Language)}
            data={languages.map((value) => ({ value, label: languageNames[value] }))}
          />
          {questions.map((question, index) => (
            <QuestionFields
              key={`${index} of ${questions.length}`}
              question={question}
              language={language}
              position={{ index, count: questions.length }}
              errorOf={(field) => form.errors[`questions.${index}.${field}`]}
              change={(changed) => change(questions.map((other, at) => (at === index ? changed : other)))}
              move={(by) => change(moved(questions, index, by))}
              remove={() => change(questions.filter((_, at) => at !== index))}
            />
          ))}
          {form.errors["questions"] && <p className="trouble">{form.errors["questions"]}</p>}
          <div>
            <Button
              variant="default"
              disabled={questions.length >= maxQuestions}
              onClick={() => change([...questions, newQuestion(questions)])}
            >
              Add question
            </Button>
          </div>
          <LandingPreview
            input={{ offerId, planId, language, branding: null, logo: "saved", questions: read.data ?? null }}
            invalidReason={read.success ? null : (read.error.issues[0]?.message ?? "")}
          />
        </>
      )}
    </ActionForm>
  );
}

/** What is entered, and how it is saved. */
function useQuestionsAction({ offerId, planId, own }: QuestionScopeView, close: () => void) {
  const queryClient = useQueryClient();
  const set = useMutation(
    trpc.questions.set.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.questions.pathFilter()),
    }),
  );
  const [seenVersion] = useState(own?.version ?? 0);
  return useActionForm({
    subject: `questions ${offerId} ${planId}`,
    schema: setQuestionsInput,
    initialValues: {
      offerId,
      planId,
      questions: (own ? own.questions : offerId === null ? [] : null) as Question[] | null,
      seenVersion,
      reason: "",
    },
    send: set.mutateAsync,
    successMessage: "Saved. The landing page asks the new questions.",
    close,
  });
}

function moved(questions: Question[], index: number, by: -1 | 1): Question[] {
  const question = questions[index];
  if (!question) return questions;
  return questions.toSpliced(index, 1).toSpliced(index + by, 0, question);
}

function History({ scope: { offerId, planId } }: { scope: QuestionScopeView }) {
  const history = useQuery(trpc.questions.history.queryOptions({ offerId, planId }));
  return (
    <ScopeHistory
      query={history}
      summary={({ questions }) =>
        questions === null ? "Inherited" : questions.map(({ label }) => label.en).join(" · ") || "No questions"
      }
    />
  );
}
