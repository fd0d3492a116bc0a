/** Colleagues that a text mentions: an @ and the whole name. */

type Colleague = { id: string; name: string };

/** More would cover the page. */
const maxOffered = 6;

/** The ids of the colleagues that the text mentions. */
export function mentionedIn(text: string, colleagues: readonly Colleague[]): string[] {
  // If one name is the beginning of another, the longer one is meant.
  const byLength = colleagues.toSorted((one, other) => other.name.length - one.name.length);
  let rest = text;
  return byLength.flatMap(({ id, name }) => {
    if (!rest.includes(`@${name}`)) return [];
    rest = rest.replaceAll(`@${name}`, "");
    return [id];
  });
}

/** The name that is being typed after an @ before the caret; null if there is no such name. */
export function typedMention(text: string, caret: number): { from: number; name: string } | null {
  const from = text.lastIndexOf("@", caret - 1);
  if (from < 0 || (from > 0 && /[\p{L}\p{N}]/u.test(text[from - 1] ?? ""))) return null;
  const name = text.slice(from + 1, caret);
  return name.includes("\n") || name.length > 60 ? null : { from, name };
}

/** Colleagues with a word in their name that begins with the typed text. */
export function offeredColleagues(typed: string, colleagues: readonly Colleague[]): Colleague[] {
  const wanted = typed.toLocaleLowerCase();
  return colleagues
    .filter(({ name }) => {
      const lower = name.toLocaleLowerCase();
      return lower !== wanted.trimEnd() && (lower.startsWith(wanted) || lower.includes(` ${wanted}`));
    })
    .slice(0, maxOffered);
}
