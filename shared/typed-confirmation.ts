/** What a person types before an action that cannot be undone, compared tolerantly. */
import { normalizeText } from "./normalize-text.ts";

type Named = { id: string; name: string };

/** The start of the id: short enough to type if the name cannot be typed. */
export function shortIdOf({ id }: Named): string {
  return id.slice(0, 8);
}

/** Whether the text names the subscription: its name, its id, or the start of its id. */
export function namesSubscription(typed: string, subscription: Named): boolean {
  return isOneOf(typed, [subscription.name, subscription.id, shortIdOf(subscription)]);
}

/** Whether the text is the requested one. Numbers may contain separators. */
export function isConfirmation(typed: string, wanted: string): boolean {
  return isOneOf(withoutSeparators(typed), [withoutSeparators(wanted)]);
}

function isOneOf(typed: string, accepted: string[]): boolean {
  const normalized = normalizeText(typed);
  // A name of only invisible characters must not be confirmed by empty input.
  return normalized !== "" && accepted.some((words) => normalizeText(words) === normalized);
}

function withoutSeparators(text: string): string {
  return text.replaceAll(/(?<=\d)[.,'’\s](?=\d{3})/g, "");
}
