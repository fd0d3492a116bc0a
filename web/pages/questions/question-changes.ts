/** New questions and answers with IDs of their own. */
import type { Language } from "../../../shared/languages.ts";
import type { LocalizedText, Question, QuestionKind } from "../../../shared/questions.ts";

function freeId(prefix: string, taken: readonly { id: string }[]): string {
  for (let number = 1; ; number += 1) {
    const id = `${prefix}${number}`;
    if (!taken.some((other) => other.id === id)) return id;
  }
}

export function newQuestion(questions: readonly Question[]): Question {
  const id = freeId("question_", questions);
  return { id, kind: "text", isRequired: false, label: { en: "" }, help: {}, min: null, max: null, options: [] };
}

export function newOption(options: Question["options"]): Question["options"][number] {
  return { id: freeId("answer_", options), label: { en: "" } };
}

/** Limits and answers of another kind do not fit. */
export function withKind(question: Question, kind: QuestionKind): Question {
  const options = kind === "choice" ? [newOption([]), newOption([{ id: "answer_1", label: {} }])] : [];
  return { ...question, kind, min: null, max: null, options };
}

/** The text in one language; empty removes it, except in English, which must be there. */
export function withText(texts: LocalizedText, language: Language, text: string): LocalizedText {
  const { [language]: _, ...others } = texts;
  return text === "" && language !== "en" ? others : { ...others, [language]: text };
}
