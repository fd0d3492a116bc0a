/** Finds and erases the personal data of one person. */

/** Replaces an erased value. */
export const erasedWord = "[erased]";

/** A shorter value would also match parts of unrelated words. */
export const minValueLength = 3;

const special = /[\\^$.*+?()[\]{}|]/g;

/** The values as text, and as they appear in JSON. */
function spellingsOf(values: readonly string[]): string[] {
  return [...new Set(values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]))];
}

/** A PostgreSQL regular expression that matches any of the values, in text and in JSON as text. */
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

/** The value without the person: all texts in it are erased, ignoring case; property names stay. */
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
