/** The questions of an offer or plan as fields of the landing page's form. */
import { html } from "hono/html";
import { maxAnswerLength, type Question, textIn } from "../../../shared/questions.ts";
import { type AnswerProblem, typedAnswer } from "../../domain/answers.ts";
import { answerProblem } from "../../texts/landing/answer-problem.ts";
import type { Html } from "../html.ts";
import type { Reader } from "../reader.ts";
import type { FormErrors } from "./form-values.ts";

/** Names of the fields of answers begin with this. */
export const answerPrefix = "answer-";

/** The problems of answers as the form shows them. @param problems by the id of the question */
export function answerErrors(
  { language, texts }: Reader,
  questions: readonly Question[],
  problems: ReadonlyMap<string, AnswerProblem>,
): FormErrors {
  const errors = questions.flatMap(({ id, label }) => {
    const problem = problems.get(id);
    return problem ? [[answerPrefix + id, answerProblem(language, texts, problem, textIn(label, language))]] : [];
  });
  return Object.fromEntries(errors) as FormErrors;
}

type Fields = { questions: readonly Question[]; typed: Readonly<Record<string, string>>; errors: FormErrors };

export function answerFields(reader: Reader, { questions, typed, errors }: Fields): Html | string {
  if (questions.length === 0) return "";
  return html`<h2>${reader.texts.answers.heading}</h2>
    ${questions.map((question) => answerField(reader, question, typedAnswer(typed, question.id), errors[answerPrefix + question.id]))}`;
}

function answerField(reader: Reader, question: Question, value: string, error: string | undefined): Html {
  const { language, texts } = reader;
  const { id, kind, isRequired, label, help } = question;
  const name = answerPrefix + id;
  const hint = textIn(help, language);
  const words = html`${textIn(label, language)}${isRequired ? "" : html` <span>(${texts.contact.optional})</span>`}`;
  const notes = [error === undefined ? "" : `${name}-wrong`, hint === "" ? "" : `${name}-help`]
    .filter(Boolean)
    .join(" ");
  const described = html`${notes ? html` aria-describedby="${notes}"` : ""}${error === undefined ? "" : html` aria-invalid="true"`}${isRequired ? html` required` : ""}`;
  const about = html`${hint ? html`<p class="hint" id="${name}-help">${hint}</p>` : ""}${
    error === undefined ? "" : html`<p class="wrong" id="${name}-wrong">${error}</p>`
  }`;
  if (kind === "consent") {
    return html`<div class="field">
      ${about}
      <label class="check"
        ><input
          type="checkbox"
          id="${name}"
          name="${name}"
          value="yes"
          ${value === "" ? "" : html`checked`}
          ${described}
        />
        <span>${words}</span></label
      >
    </div>`;
  }
  return html`<div class="field">
    <label for="${name}">${words}</label>
    ${about}
    ${kind === "choice" ? choice(reader, question, name, value, described) : input(question, name, value, described)}
  </div>`;
}

function choice(
  { language, texts }: Reader,
  { options }: Question,
  name: string,
  value: string,
  described: Html,
): Html {
  return html`<select id="${name}" name="${name}" ${described}>
    <option value="">${texts.answers.chooseOne}</option>
    ${options.map(({ id, label }) => html`<option value="${id}" ${id === value ? html`selected` : ""}>${textIn(label, language)}</option>`)}
  </select>`;
}

function input({ kind, min, max }: Question, name: string, value: string, described: Html): Html {
  if (kind === "text") {
    const length = typeof max === "number" ? Math.min(max, maxAnswerLength) : maxAnswerLength;
    return html`<input id="${name}" name="${name}" dir="auto" value="${value}" maxlength="${length}" ${described} />`;
  }
  const limits = html`${min === null ? "" : html` min="${min}"`}${max === null ? "" : html` max="${max}"`}`;
  const step = kind === "number" ? html` step="any" inputmode="decimal"` : "";
  return html`<input type="${kind}" id="${name}" name="${name}" value="${value}" ${limits}${step} ${described} />`;
}
