/** Text that PostgreSQL can store and that has no marks for names. */
import { markEnd, markStart } from "../../shared/foreign-text.ts";

const reserved = ["\u0000", markStart, markEnd];

/** PostgreSQL rejects NUL and unpaired surrogates in all text and JSON values; marks are written by Marketdesk only. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !reserved.some((character) => text.includes(character));
}

/** The path of the first text that cannot be stored, empty for the value itself; null if all of it can be. */
export function findUnstorableText(value: unknown): string | null {
  // Not recursive, because a body can be nested as deeply as it is long.
  const waiting: { field: string; value: unknown }[] = [{ field: "", value }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { field, value: current } = next;
    if (typeof current === "string" && !isStorable(current)) return field;
    if (typeof current !== "object" || current === null) continue;
    for (const [key, inner] of Object.entries(current)) {
      if (!isStorable(key)) return field;
      waiting.push({ field: field || key, value: inner });
    }
  }
  return null;
}

/** The message to the sender of text that cannot be stored. */
export const unstorableTextMessage =
  "The text contains a character that cannot be stored: a NUL, half of a surrogate pair or a noncharacter. Remove it and try again.";

/** Why the path and query of an address cannot be read; null if they can. */
export function urlProblem(url: string): string | null {
  const { pathname, search } = new URL(url);
  try {
    const decoded = decodeURIComponent(pathname) + decodeURIComponent(search.replaceAll("+", " "));
    return isStorable(decoded) ? null : "The address contains a NUL or a noncharacter. Remove it and try again.";
  } catch {
    return "The address is not valid percent-encoded UTF-8. Correct it and try again.";
  }
}
