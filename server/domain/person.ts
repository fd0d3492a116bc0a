/** Finds and erases the personal data of one person. */
// cspell:words Hira Laoo Mymr

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
  const found = new RegExp(values.map(literally).join("|"), "giu");
  return withTexts(value, (text) => text.replace(found, erasedWord));
}

/**
 * The same, but only where a value stands as words of its own: no one has looked at these values, and a company "Art"
 * must not damage "start". Two characters also have to match in case; a single one is not erased.
 */
export function withoutWords<Value>(value: Value, values: readonly string[]): Value {
  const words = values.map((one) => one.trim()).filter((one) => one.length >= minWordLength);
  const isLong = (one: string) => one.length >= minValueLength;
  const patterns = [
    { ones: words.filter(isLong), flags: "giu" },
    { ones: words.filter((one) => !isLong(one)), flags: "gu" },
  ].flatMap(({ ones, flags }) => (ones.length > 0 ? [new RegExp(ones.map(asWords).join("|"), flags)] : []));
  return withTexts(value, (text) => patterns.reduce((rest, pattern) => rest.replace(pattern, erasedWord), text));
}

const minWordLength = 2;
/** Scripts that write words without spaces, or attach particles to a name. */
const withoutSpaces = String.raw`\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}`;
const wordCharacter = String.raw`[\p{L}\p{M}\p{N}]`;
const startsWithWord = new RegExp(`^(?![${withoutSpaces}])${wordCharacter}`, "u");
const endsWithWord = new RegExp(`(?![${withoutSpaces}])${wordCharacter}$`, "u");

function asWords(value: string): string {
  const before = startsWithWord.test(value) ? `(?<!${wordCharacter})` : "";
  const after = endsWithWord.test(value) ? `(?!${wordCharacter})` : "";
  return before + literally(value) + after;
}

function literally(value: string): string {
  return value.replace(special, String.raw`\$&`);
}

function withTexts<Value>(value: Value, change: (text: string) => string): Value {
  const clean = (part: unknown): unknown => {
    if (typeof part === "string") return change(part);
    if (Array.isArray(part)) return part.map(clean);
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, clean(one)]));
  };
  return clean(value) as Value;
}
