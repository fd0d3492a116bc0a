import type { ContactInput } from "../../../shared/inputs/landing.ts";
import { answerPrefix } from "./answer-fields.ts";
import { typedContact } from "./contact-form.ts";
import { typedText } from "./form-values.ts";

/** The values of a submitted form, as the form shows them again. Answers are by question. */
export type TypedForm = { contact: ContactInput; answers: Record<string, string> };

export function typedForm(form: Record<string, unknown>): TypedForm {
  const answers = Object.entries(form)
    .filter(([name]) => name.startsWith(answerPrefix))
    .map(([name, value]) => [name.slice(answerPrefix.length), typedText(value)]);
  return { contact: typedContact(form), answers: Object.fromEntries(answers) as Record<string, string> };
}
