/** Requests and answers as they are kept for staff: short, without signatures, and without the purchaser's contact. */
import { withoutMarks } from "../../shared/foreign-text.ts";
import type { SentRequest } from "../../shared/views/messages.ts";

const maxStoredCharacters = 2_000;

/** Copies of personal data would outlive its retention, and erasure could not find them once they are cut. */
const omittedKeys = new Set([
  "beneficiary",
  "purchaser",
  "contact",
  "contactName",
  "contactEmail",
  "contactCompany",
  "contactPhone",
]);

export function storedRequest(headers: Record<string, string>, change: object, body: string): SentRequest {
  const isContact = "type" in change && change.type === "subscription.contact_given";
  const shown = JSON.stringify(change, (key: string, value: unknown) =>
    value !== null && (omittedKeys.has(key) || (isContact && (key === "before" || key === "after")))
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
