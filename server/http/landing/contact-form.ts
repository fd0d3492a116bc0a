/** The landing page's form: the person the publisher should contact. Validated on the server; works without script. */
import { html } from "hono/html";
import { z } from "zod";
import { contactInput } from "../../../shared/inputs.ts";
import type { ContactInput } from "../../../shared/inputs.ts";
import type { Html } from "../html.ts";

type FieldName = keyof ContactInput;
export type ContactErrors = Partial<Record<FieldName, string>>;

type Field = {
  name: FieldName;
  label: string;
  hint?: string;
  type: string;
  inputmode?: string;
  autocomplete: string;
  max: number;
};

// Not `type="email"`: browsers reject or rewrite internationalized addresses there.
const fields: Field[] = [
  { name: "name", label: "Contact name", type: "text", autocomplete: "name", max: 200 },
  { name: "email", label: "Email", type: "text", inputmode: "email", autocomplete: "email", max: 320 },
  { name: "company", label: "Company", type: "text", autocomplete: "organization", max: 200 },
  { name: "phone", label: "Phone", hint: "optional", type: "tel", autocomplete: "tel", max: 50 },
];

/** Maximum length of each field. */
export const contactLimits = Object.fromEntries(fields.map(({ name, max }) => [name, max])) as Record<
  FieldName,
  number
>;

/** The submitted values, as the form shows them again. */
export function typedContact(form: Record<string, unknown>): ContactInput {
  return Object.fromEntries(fields.map(({ name }) => [name, cleaned(form[name])])) as ContactInput;
}

/** Validates the submitted values. Control characters become blanks: PostgreSQL rejects some of them. */
export function readContact(
  form: Record<string, unknown>,
): { contact: ContactInput } | { values: ContactInput; errors: ContactErrors } {
  const values = typedContact(form);
  const parsed = contactInput.safeParse(values);
  if (parsed.success) return { contact: parsed.data };
  const messages = z.flattenError(parsed.error).fieldErrors;
  const errors = Object.fromEntries(Object.entries(messages).map(([name, [first]]) => [name, first]));
  return { values, errors };
}

export function contactForm(options: {
  subscriptionId: string;
  formToken: string;
  values: ContactInput;
  errors?: ContactErrors;
  button: string;
}): Html {
  const { values, errors = {} } = options;
  return html`<form method="post" action="/landing/activate" novalidate>
    <input type="hidden" name="subscriptionId" value="${options.subscriptionId}" />
    <input type="hidden" name="formToken" value="${options.formToken}" />
    ${fields.map((field) => contactField(field, values[field.name], errors[field.name]))}
    <p class="actions"><button>${options.button}</button></p>
  </form>`;
}

/** Lists all errors at the top of the page; each links to its field. */
export function errorSummary(errors: ContactErrors): Html {
  const wrong = fields.filter(({ name }) => errors[name] !== undefined);
  return html`<div class="summary" role="alert" tabindex="-1" autofocus aria-labelledby="wrong">
    <h2 id="wrong">Correct these entries, then send the form again</h2>
    <ul>
      ${wrong.map(({ name }) => html`<li><a href="#${name}">${errors[name]}</a></li>`)}
    </ul>
  </div>`;
}

function contactField(field: (typeof fields)[number], value: string, error: string | undefined): Html {
  const { name, label, hint, type, inputmode, autocomplete, max } = field;
  const wrong = error !== undefined ? html` aria-invalid="true" aria-describedby="${name}-wrong"` : "";
  return html`<div class="field">
    <label for="${name}">${label}${hint ? html` <span>(${hint})</span>` : ""}</label>
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
      ${hint ? "" : html` required`}${wrong}
    />
  </div>`;
}

function cleaned(value: unknown): string {
  return typeof value === "string" ? value.replaceAll(/\p{Cc}/gu, " ").trim() : "";
}
