/** Questions of the landing page, in versions for all offers, an offer or a plan; and their answers. */
import { z } from "zod";
import { isDay } from "./day.ts";
import { withoutControlCharacters } from "./foreign-text.ts";
import { defaultLanguage, type Language, languages } from "./languages.ts";
import type { ScopedVersion } from "./scope.ts";

export const questionKinds = ["text", "number", "date", "choice", "consent"] as const;
export type QuestionKind = (typeof questionKinds)[number];

export const maxQuestions = 12;
export const maxAnswerLength = 500;
const maxOptions = 30;

const text = (max: number) =>
  z.string().overwrite(withoutControlCharacters).trim().max(max, `Keep this text under ${max} characters.`);

/** A text in several languages. Readers of a language without a text see the English one. */
export const localizedText = (max: number, missing: string | null) =>
  z.partialRecord(z.enum(languages), text(max)).refine((texts) => missing === null || Boolean(texts.en), missing ?? "");

const limit = z.union([z.number(), z.string().refine((day): boolean => isDay(day), "Choose a day.")], "Enter a limit.");

const id = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "Use lowercase letters, digits and _ for the ID, starting with a letter.");

export const questionInput = z
  .strictObject({
    /** Names the answer for the product; stays the same when the text changes. */
    id,
    kind: z.enum(questionKinds),
    isRequired: z.boolean(),
    label: localizedText(200, "Enter the question in English."),
    help: localizedText(300, null),
    /** The smallest number, the earliest day or the shortest text; null: no limit. */
    min: limit.nullable(),
    max: limit.nullable(),
    /** Of a choice. */
    options: z
      .array(z.strictObject({ id, label: localizedText(100, "Enter the answer in English.") }))
      .max(maxOptions, `Use at most ${maxOptions} answers.`),
  })
  .superRefine(({ kind, min, max, options }, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const isOfKind = (limit: unknown) =>
      limit === null ||
      (kind === "date"
        ? typeof limit === "string"
        : typeof limit === "number" && kind !== "choice" && kind !== "consent");
    if (!isOfKind(min)) issue("min", "This limit does not fit the kind of question.");
    if (!isOfKind(max)) issue("max", "This limit does not fit the kind of question.");
    if (min !== null && max !== null && min > max) issue("max", "The maximum must not be less than the minimum.");
    if (kind === "choice" && options.length < 2) issue("options", "Enter at least two answers.");
    if (kind !== "choice" && options.length > 0) issue("options", "Only a choice has answers.");
    if (new Set(options.map((option) => option.id)).size < options.length)
      issue("options", "Two answers have the same ID.");
  });
export type Question = z.infer<typeof questionInput>;

export const questionList = z
  .array(questionInput)
  .max(maxQuestions, `Ask at most ${maxQuestions} questions. Each additional question makes some purchasers give up.`)
  .refine(
    (questions) => new Set(questions.map((question) => question.id)).size === questions.length,
    "Two questions have the same ID.",
  );

/** One version of a scope's questions. Without any version: no questions. */
export type QuestionSet = ScopedVersion & {
  /** In the order of the form; null exactly if the scope inherits. */
  questions: Question[] | null;
};

/** An answer with the question as it was asked, in English: questions change, answers stay readable. */
export type Answer = { id: string; question: string; answer: string | number | boolean };

export type LocalizedText = Partial<Record<Language, string>>;

export function textIn(texts: LocalizedText, language: Language): string {
  return texts[language] || texts[defaultLanguage] || "";
}
