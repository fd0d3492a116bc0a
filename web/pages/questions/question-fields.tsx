import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { type Language, languageNames } from "../../../shared/languages.ts";
import { type Question, type QuestionKind, questionKinds } from "../../../shared/questions.ts";
import { AnswerFields } from "./answer-fields.tsx";
import { withKind, withText } from "./question-changes.ts";
import { Button } from "../../components/button.tsx";
import * as styles from "./questions.module.css";

const kindLabels: Record<QuestionKind, string> = {
  text: "Text",
  number: "Number",
  date: "Date",
  choice: "Choice",
  consent: "Consent (checkbox)",
};

const limitLabels: Partial<Record<QuestionKind, [min: string, max: string]>> = {
  text: ["Minimum characters", "Maximum characters"],
  number: ["Minimum number", "Maximum number"],
  date: ["Earliest day", "Latest day"],
};

type Props = {
  question: Question;
  language: Language;
  position: { index: number; count: number };
  errorOf(field: string): ReactNode;
  change(question: Question): void;
  move(by: -1 | 1): void;
  remove(): void;
};

export function QuestionFields({ question, language, position, errorOf, change, move, remove }: Props) {
  const { id, kind, label, help, isRequired } = question;
  const inLanguage = language === "en" ? "" : ` (${languageNames[language]})`;
  const number = position.index + 1;
  return (
    <fieldset className={styles.question}>
      <legend>Question {number}</legend>
      <TextInput
        label={`Question${inLanguage}`}
        placeholder={language === "en" ? undefined : label.en}
        lang={language}
        maxLength={200}
        value={label[language] ?? ""}
        error={errorOf("label")}
        onChange={(event) => change({ ...question, label: withText(label, language, event.currentTarget.value) })}
      />
      <TextInput
        label={`Help${inLanguage}`}
        placeholder={language === "en" ? undefined : help.en}
        lang={language}
        maxLength={300}
        value={help[language] ?? ""}
        error={errorOf("help")}
        onChange={(event) => change({ ...question, help: withText(help, language, event.currentTarget.value) })}
      />
      <div className={styles.questionRow}>
        <NativeSelect
          label="Kind"
          value={kind}
          data={questionKinds.map((value) => ({ value, label: kindLabels[value] }))}
          onChange={(event) => change(withKind(question, event.currentTarget.value as QuestionKind))}
        />
        <TextInput
          label="ID for your product"
          maxLength={40}
          value={id}
          error={errorOf("id")}
          onChange={(event) => change({ ...question, id: event.currentTarget.value })}
        />
        <Limits question={question} errorOf={errorOf} change={change} />
      </div>
      {kind === "choice" && (
        <AnswerFields question={question} language={language} number={number} errorOf={errorOf} change={change} />
      )}
      <Checkbox
        label="Required"
        checked={isRequired}
        onChange={(event) => change({ ...question, isRequired: event.currentTarget.checked })}
      />
      <div className={styles.questionButtons}>
        <Button variant="default" size="compact-sm" disabled={position.index === 0} onClick={() => move(-1)}>
          Move up<span className="sr-only"> question {number}</span>
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          disabled={position.index === position.count - 1}
          onClick={() => move(1)}
        >
          Move down<span className="sr-only"> question {number}</span>
        </Button>
        <Button variant="default" size="compact-sm" onClick={remove}>
          Remove<span className="sr-only"> question {number}</span>
        </Button>
      </div>
    </fieldset>
  );
}

function Limits({ question, errorOf, change }: Pick<Props, "question" | "errorOf" | "change">) {
  const labels = limitLabels[question.kind];
  if (!labels) return null;
  const isDate = question.kind === "date";
  const read = (text: string) => (text === "" ? null : isDate ? (text as Question["min"]) : Number(text));
  return (["min", "max"] as const).map((limit, index) => (
    <TextInput
      key={limit}
      label={labels[index]}
      type={isDate ? "date" : "number"}
      step={isDate ? undefined : "any"}
      value={question[limit] ?? ""}
      error={errorOf(limit)}
      onChange={(event) => change({ ...question, [limit]: read(event.currentTarget.value) })}
    />
  ));
}
