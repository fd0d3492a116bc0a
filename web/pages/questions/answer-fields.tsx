import { TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { type Language, languageNames } from "../../../shared/languages.ts";
import type { Question } from "../../../shared/questions.ts";
import { newOption, withText } from "./question-changes.ts";
import { Button } from "../../components/button.tsx";
import * as styles from "./questions.module.css";

type Props = {
  question: Question;
  language: Language;
  /** Of the question, from 1. */
  number: number;
  errorOf(field: string): ReactNode;
  change(question: Question): void;
};

/** The answers that a purchaser can choose from. */
export function AnswerFields({ question, language, number, errorOf, change }: Props) {
  const { options } = question;
  const inLanguage = language === "en" ? "" : ` (${languageNames[language]})`;
  return (
    <>
      {options.map((option, index) => (
        <div key={option.id} className={styles.questionRow}>
          <TextInput
            label={`Answer ${index + 1}${inLanguage}`}
            placeholder={language === "en" ? undefined : option.label.en}
            lang={language}
            maxLength={100}
            value={option.label[language] ?? ""}
            error={errorOf(`options.${index}.label`)}
            onChange={(event) => {
              const changed = { ...option, label: withText(option.label, language, event.currentTarget.value) };
              change({ ...question, options: options.with(index, changed) });
            }}
          />
          <div>
            <Button
              variant="default"
              aria-label={`Remove answer ${index + 1} of question ${number}`}
              onClick={() => change({ ...question, options: options.toSpliced(index, 1) })}
            >
              Remove answer
            </Button>
          </div>
        </div>
      ))}
      {errorOf("options") && <p className="trouble">{errorOf("options")}</p>}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => change({ ...question, options: [...options, newOption(options)] })}
        >
          Add answer
        </Button>
      </div>
    </>
  );
}
