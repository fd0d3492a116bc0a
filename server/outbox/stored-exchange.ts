/** Requests and responses as they are kept for staff: short, without signatures, and without what the purchaser entered. */
import { withoutMarks } from "../../shared/foreign-text.ts";
import type { SentRequest } from "../../shared/views/messages.ts";

const maxStoredCharacters = 2_000;

/** Copies of personal data would outlive its retention, and an erasure could not find them in truncated text. */
const omittedKeys = new Set([
  "beneficiary",
  "purchaser",
  "contact",
  "contactName",
  "contactEmail",
  "contactCompany",
  "contactPhone",
  "answers",
]);

/** Events whose values the purchaser entered. */
const personalTypes = new Set<unknown>(["subscription.contact_given", "subscription.answers_given"]);

export function storedRequest(headers: Record<string, string>, change: object, body: string): SentRequest {
  const isPersonal = "type" in change && personalTypes.has(change.type);
  const shown = JSON.stringify(change, (key: string, value: unknown) =>
    value !== null && (omittedKeys.has(key) || (isPersonal && (key === "before" || key === "after")))
      ? "(not kept)"
      : value,
  );
  return {
    headers: { ...headers, "webhook-signature": "(not kept)" },
    body: shorten(shown),
    bytes: Buffer.byteLength(body),
  };
}

/** Text that PostgreSQL can store, without marks for names; null for an empty answer. */
export function storedAnswer(body: Buffer): string | null {
  const text = withoutMarks(body.toString("utf8")).replaceAll("\0", "\uFFFD");
  return text === "" ? null : shorten(text);
}

/** Cut between characters, because half of a surrogate pair cannot be stored. */
function shorten(text: string): string {
  return text.length <= maxStoredCharacters
    ? text
    : `${text
        .slice(0, maxStoredCharacters)
        .toWellFormed()
        .replace(/\uFFFD$/, "")}…`;
}
