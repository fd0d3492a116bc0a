/** A letter as a browser notification: a title, some lines, and where a click leads. */
import type { PushNotification } from "../../outbox/push-channel.ts";
import type { Letter } from "./letter.ts";

/** Browsers show less; the encrypted message may have 4 kB. */
const maxTitleCharacters = 120;
const maxBodyCharacters = 400;

export function pushOf(letter: Letter, { publicUrl, tag }: { publicUrl: string; tag: string }): PushNotification {
  const [first, ...others] = letter.items;
  const lines =
    first && others.length === 0
      ? [...first.facts.map(({ label, value }) => `${label}: ${value}`), first.text]
      : letter.items.map(({ title }) => title);
  const href = letter.button?.href ?? first?.links[0]?.href ?? `${publicUrl}/`;
  return {
    title: cut(letter.subject, maxTitleCharacters),
    body: cut(lines.join("\n"), maxBodyCharacters),
    path: href.startsWith(`${publicUrl}/`) ? href.slice(publicUrl.length) : "/",
    tag,
    isUrgent: letter.items.some(({ isUrgent }) => isUrgent),
  };
}

function cut(text: string, maxCharacters: number): string {
  const characters = Array.from(text);
  return characters.length <= maxCharacters ? text : `${characters.slice(0, maxCharacters - 1).join("")}…`;
}
