/** The landing page's form: the person the publisher should contact. Validated on the server; works without script. */
import { html } from "hono/html";
import { contactInput, personalContactInput } from "../../../shared/inputs/landing.ts";
import type { ContactInput } from "../../../shared/inputs/landing.ts";
import type { LandingTexts } from "../../texts/landing/landing-texts.ts";
import type { Question } from "../../../shared/questions.ts";
import { fill } from "../../texts/text.ts";
import type { Html } from "../html.ts";
import type { Reader } from "../reader.ts";
import { answerFields } from "./answer-fields.ts";
import { type FormErrors, typedText } from "./form-values.ts";

type FieldName = keyof ContactInput;

type Field = {
  name: FieldName;
  isOptional?: boolean;
  type: string;
  inputmode?: string;
  autocomplete: string;
  max: number;
  /** The text to show for an invalid value. */
  errorText: keyof LandingTexts["contact"];
};

// Not `type="email"`: browsers reject or rewrite internationalized addresses there.
const fields: Field[] = [
  { name: "name", type: "text", autocomplete: "name", max: 200, errorText: "nameMissing" },
  { name: "email", type: "text", inputmode: "email", autocomplete: "email", max: 320, errorText: "emailWrong" },
  { name: "company", type: "text", autocomplete: "organization", max: 200, errorText: "companyMissing" },
  { name: "phone", isOptional: true, type: "tel", autocomplete: "tel", max: 50, errorText: "phoneWrong" },
];

/** Maximum length of each field. */
export const contactLimits = Object.fromEntries(fields.map(({ name, max }) => [name, max])) as Record<
  FieldName,
  number
>;

/** The submitted values, as the form shows them again. */
export function typedContact(form: Record<string, unknown>): ContactInput {
  return Object.fromEntries(fields.map(({ name }) => [name, typedText(form[name])])) as ContactInput;
}

/** Validates the submitted values. @param isPersonal a personal account is not asked for a company */
export function readContact(
  reader: Reader,
  form: Record<string, unknown>,
  isPersonal: boolean,
): { contact: ContactInput } | { errors: FormErrors } {
  const parsed = (isPersonal ? personalContactInput : contactInput).safeParse(typedContact(form));
  if (parsed.success) return { contact: parsed.data };
  const { contact: texts } = reader.texts;
  const errors: FormErrors = {};
  for (const { path, code } of parsed.error.issues) {
    const field = fields.find(({ name }) => name === path[0]);
    if (!field || field.name in errors) continue;
    const max = reader.formats.number(field.max);
    errors[field.name] =
      code === "too_big" ? fill(texts.tooLong, { label: texts[field.name], max }) : texts[field.errorText];
  }
  return { errors };
}

export type FormOptions = {
  subscriptionId: string;
  formToken: string;
  /** The email address of the contact on record when the form was shown, so that no one is replaced unseen. */
  contactSeen: string;
  isPersonal: boolean;
  values: ContactInput;
  questions: readonly Question[];
  answers: Readonly<Record<string, string>>;
  errors?: FormErrors | undefined;
  button: string;
};

export function contactForm(reader: Reader, options: FormOptions): Html {
  const { texts } = reader;
  const { values, errors = {} } = options;
  return html`<form method="post" action="/landing/activate" novalidate>
    <input type="hidden" name="subscriptionId" value="${options.subscriptionId}" />
    <input type="hidden" name="formToken" value="${options.formToken}" />
    <input type="hidden" name="contactSeen" value="${options.contactSeen}" />
    ${fields
      .filter(({ name }) => !(options.isPersonal && name === "company"))
      .map((field) => contactField(field, texts.contact, values[field.name], errors[field.name]))}
    ${answerFields(reader, { questions: options.questions, typed: options.answers, errors })}
    <p class="actions"><button>${options.button}</button></p>
  </form>`;
}

/** Lists all errors at the top of the page; each links to its field. */
export function errorSummary({ texts }: Reader, errors: FormErrors): Html {
  return html`<div class="summary" role="alert" tabindex="-1" autofocus aria-labelledby="wrong">
    <h2 id="wrong">${texts.contact.correct}</h2>
    <ul>
      ${Object.entries(errors).map(([name, error]) => html`<li><a href="#${name}">${error}</a></li>`)}
    </ul>
  </div>`;
}

function contactField(field: Field, texts: LandingTexts["contact"], value: string, error: string | undefined): Html {
  const { name, isOptional, type, inputmode, autocomplete, max } = field;
  const wrong = error !== undefined ? html` aria-invalid="true" aria-describedby="${name}-wrong"` : "";
  return html`<div class="field">
    <label for="${name}">${texts[name]}${isOptional ? html` <span>(${texts.optional})</span>` : ""}</label>
    ${error !== undefined ? html`<p class="wrong" id="${name}-wrong">${error}</p>` : ""}
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      dir="auto"
      value="${value}"
      autocomplete="${autocomplete}"
      maxlength="${max}"
      ${inputmode ? html`inputmode="${inputmode}" autocapitalize="none" spellcheck="false"` : ""}
      ${isOptional ? "" : html` required`}${wrong}
    />
  </div>`;
}
