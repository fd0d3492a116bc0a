/** What is wrong with an input, in a sentence, where its schema says nothing itself. */
import type { z } from "zod";

/** How Zod's own messages begin; our schemas have sentences. */
const defaultMessage = /^(Invalid|Unrecognized|Too (big|small))\b/;

const typeWords: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

export function sentenceOf(issue: z.core.$ZodIssue): string {
  if (!defaultMessage.test(issue.message)) return issue.message;
  const name = issue.path.length > 0 ? issue.path.join(".") : "The input";
  switch (issue.code) {
    case "invalid_type":
      return issue.message.endsWith("received undefined")
        ? `${name} is missing.`
        : `${name} must be ${typeWords[issue.expected] ?? issue.expected}.`;
    case "invalid_value":
      return `${name} must be one of ${issue.values.map(String).join(", ")}.`;
    case "unrecognized_keys":
      return `This call has no ${issue.keys.join(", ")}. Leave it out.`;
    case "too_big":
      return `${name} is too large: at most ${String(issue.maximum)}${unitOf(issue.origin)}.`;
    case "too_small":
      return `${name} is too small: at least ${String(issue.minimum)}${unitOf(issue.origin)}.`;
    default:
      return `${name} has the wrong form.`;
  }
}

function unitOf(origin: string): string {
  return origin === "string" ? " characters" : origin === "array" ? " entries" : "";
}
