/** What a person types before something that cannot be undone, compared as people type. */
import { normalizeText } from "./normalize-text.ts";

type Named = { id: string; name: string };

/** The start of the id: short enough to type, for a name that a keyboard does not have. */
export function shortIdOf({ id }: Named): string {
  return id.slice(0, 8);
}

/** Whether the words name the subscription: its name, its id, or the start of its id. */
export function namesSubscription(typed: string, subscription: Named): boolean {
  return isOneOf(typed, [subscription.name, subscription.id, shortIdOf(subscription)]);
}

/** Whether the words are those that were asked for. Numbers may be written with separators or without. */
export function isConfirmation(typed: string, wanted: string): boolean {
  return isOneOf(withoutSeparators(typed), [withoutSeparators(wanted)]);
}

function isOneOf(typed: string, accepted: string[]): boolean {
  const normalized = normalizeText(typed);
  // A name of invisible characters alone must not be confirmed by typing nothing.
  return normalized !== "" && accepted.some((words) => normalizeText(words) === normalized);
}

function withoutSeparators(text: string): string {
  return text.replaceAll(/(?<=\d)[.,'’\s](?=\d{3})/g, "");
}
