/** Reads answers to the questions of the landing page as they were typed. */
import type { Answer, Question } from "../../shared/questions.ts";
import { maxAnswerLength, textIn } from "../../shared/questions.ts";
import { isDay } from "../../shared/day.ts";

/** What is wrong with an answer; `limit` is the number or day that it violates. */
export type AnswerProblem = {
  kind:
    | "missing"
    | "numberWrong"
    | "tooSmall"
    | "tooLarge"
    | "dateWrong"
    | "tooEarly"
    | "tooLate"
    | "choiceWrong"
    | "consentMissing"
    | "tooShort"
    | "tooLong";
  limit: string | number | null;
};

export type ReadAnswers = { answers: Answer[]; problems: Map<string, AnswerProblem> };

/** @param typed by question; a consent is given by any text */
export function readAnswers(questions: readonly Question[], typed: Readonly<Record<string, string>>): ReadAnswers {
  const problems = new Map<string, AnswerProblem>();
  const answers = questions.flatMap((question): Answer[] => {
    const read = readAnswer(question, typedAnswer(typed, question.id));
    if (read !== null && typeof read === "object") {
      problems.set(question.id, read);
      return [];
    }
    return read === null ? [] : [{ id: question.id, question: textIn(question.label, "en"), answer: read }];
  });
  return { answers, problems };
}

/**
 * Answers as staff enter them: an unanswered question can stay open, even if it is required, and a consent that was
 * not given is no answer.
 * @param earlier the stored answers
 */
export function readAnswersByStaff(
  questions: readonly Question[],
  typed: Readonly<Record<string, string>>,
  earlier: readonly Answer[],
): ReadAnswers {
  const { answers, problems } = readAnswers(questions, typed);
  const wasAnswered = (id: string) => earlier.some((answer) => answer.id === id);
  const isOpen = (id: string) => typedAnswer(typed, id) === "" && !wasAnswered(id);
  return {
    answers: answers.filter(({ id }) => !isOpen(id)),
    problems: new Map([...problems].filter(([id]) => !isOpen(id))),
  };
}

/** What was typed for a question; its ID can be the name of a property that all objects have, such as `constructor`. */
export function typedAnswer(typed: Readonly<Record<string, string>>, id: string): string {
  return Object.hasOwn(typed, id) ? (typed[id] ?? "") : "";
}

function readAnswer(question: Question, typed: string): Answer["answer"] | AnswerProblem | null {
  const { kind, isRequired, min, max, options } = question;
  if (kind === "consent") {
    if (typed !== "") return true;
    return isRequired ? { kind: "consentMissing", limit: null } : false;
  }
  if (typed === "") return isRequired ? { kind: "missing", limit: null } : null;
  if (kind === "choice") {
    return options.some(({ id }) => id === typed) ? typed : { kind: "choiceWrong", limit: null };
  }
  if (kind === "text") {
    if (typeof min === "number" && typed.length < min) return { kind: "tooShort", limit: min };
    const maxLength = typeof max === "number" ? Math.min(max, maxAnswerLength) : maxAnswerLength;
    return typed.length > maxLength ? { kind: "tooLong", limit: maxLength } : typed;
  }
  const value = kind === "number" ? numberOf(typed) : isDay(typed) ? typed : null;
  if (value === null) return { kind: kind === "number" ? "numberWrong" : "dateWrong", limit: null };
  if (min !== null && value < min) return { kind: kind === "number" ? "tooSmall" : "tooEarly", limit: min };
  if (max !== null && value > max) return { kind: kind === "number" ? "tooLarge" : "tooLate", limit: max };
  return value;
}

/** Browsers send a field for numbers in this form in every locale. */
function numberOf(typed: string): number | null {
  return /^[-+]?\d{1,15}(\.\d{1,10})?$/.test(typed) ? Number(typed) : null;
}

/** The stored answers as the form shows them. */
export function typedFrom(answers: readonly Answer[] | null): Record<string, string> {
  return Object.fromEntries((answers ?? []).map(({ id, answer }) => [id, answer === false ? "" : String(answer)]));
}
