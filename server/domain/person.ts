/** Finding and erasing what is kept about one person. Pure. */

/** What stands in the place of a value that was erased. */
export const erasedWord = "[erased]";

/** A shorter value would be found in the middle of unrelated words. */
export const minValueLength = 3;

const special = /[\\^$.*+?()[\]{}|]/g;

/** The values as they are, and as JSON writes them. */
function spellingsOf(values: readonly string[]): string[] {
  return [...new Set(values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]))];
}

/** A regular expression of PostgreSQL that any of the values matches, in text and in JSON as text. */
export function patternOf(values: readonly string[]): string {
  return spellingsOf(values)
    .map((value) => value.replace(special, String.raw`\$&`))
    .join("|");
}

/** The same for bytes as PostgreSQL's `encode(…, 'escape')` writes them. */
export function bytePatternOf(values: readonly string[]): string {
  const escape = (value: string) =>
    [...Buffer.from(value, "utf8")]
      .map((byte) =>
        byte > 0x7e || byte < 0x20
          ? String.raw`\\` + byte.toString(8).padStart(3, "0")
          : String.fromCharCode(byte)
              .replace("\\", "\\\\")
              .replaceAll(special, String.raw`\$&`),
      )
      .join("");
  return spellingsOf(values).map(escape).join("|");
}

/** The same value without the person: every text in it, whatever the case of its letters. Names of properties stay. */
export function withoutValues<Value>(value: Value, values: readonly string[]): Value {
  const found = new RegExp(values.map((one) => one.replace(special, String.raw`\$&`)).join("|"), "giu");
  const clean = (part: unknown): unknown => {
    if (typeof part === "string") return part.replace(found, erasedWord);
    if (Array.isArray(part)) return part.map(clean);
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, clean(one)]));
  };
  return clean(value) as Value;
}
