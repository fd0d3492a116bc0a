/** Validation errors as sentences. */
import type { z } from "zod";

/** Zod's own messages begin so. Messages of our schemas are sentences already. */
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
      return `This call does not accept ${issue.keys.join(", ")}. Remove it and try again.`;
    case "too_big":
      return `${name} is too large. The maximum is ${String(issue.maximum)}${unitOf(issue.origin)}.`;
    case "too_small":
      return `${name} is too small. The minimum is ${String(issue.minimum)}${unitOf(issue.origin)}.`;
    default:
      return `${name} has the wrong format.`;
  }
}

function unitOf(origin: string): string {
  return origin === "string" ? " characters" : origin === "array" ? " entries" : "";
}
