/** Values of a submitted form and what is wrong with them. */

/** What is wrong, by the name of the field, in the order of the form. */
export type FormErrors = Record<string, string>;

/** Control characters become blanks: PostgreSQL rejects some of them. */
export function typedText(value: unknown): string {
  return typeof value === "string" ? value.replaceAll(/\p{Cc}/gu, " ").trim() : "";
}
