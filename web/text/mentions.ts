/** Colleagues that a text mentions: an @ and the whole name. */

type Colleague = { id: string; name: string };

/** More would cover the page. */
const maxOffered = 6;

/** The ids of those who the text mentions. */
export function mentionedIn(text: string, colleagues: readonly Colleague[]): string[] {
  // Of two names of which one begins like the other, the longer one is meant.
  const byLength = colleagues.toSorted((one, other) => other.name.length - one.name.length);
  let rest = text;
  return byLength.flatMap(({ id, name }) => {
    if (!rest.includes(`@${name}`)) return [];
    rest = rest.replaceAll(`@${name}`, "");
    return [id];
  });
}

/** What is being typed after an @ before the caret; null if nothing is. */
export function typedMention(text: string, caret: number): { from: number; name: string } | null {
  const from = text.lastIndexOf("@", caret - 1);
  if (from < 0 || (from > 0 && /[\p{L}\p{N}]/u.test(text[from - 1] ?? ""))) return null;
  const name = text.slice(from + 1, caret);
  return name.includes("\n") || name.length > 60 ? null : { from, name };
}

/** Those of whose name a word begins with what was typed. */
export function offeredColleagues(typed: string, colleagues: readonly Colleague[]): Colleague[] {
  const wanted = typed.toLocaleLowerCase();
  return colleagues
    .filter(({ name }) => {
      const lower = name.toLocaleLowerCase();
      return lower !== wanted.trimEnd() && (lower.startsWith(wanted) || lower.includes(` ${wanted}`));
    })
    .slice(0, maxOffered);
}
