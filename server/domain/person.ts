/** Finds and erases the personal data of one person. */
// cspell:words bfnrt Hira Laoo Moreaus Mymr

/** Replaces an erased value. */
export const erasedWord = "[erased]";

/** A shorter value would also match parts of unrelated words. */
export const minValueLength = 3;

const special = /[\\^$.*+?()[\]{}|]/g;

/** Scripts that write words without spaces, or attach particles to a name. */
const withoutSpaces = String.raw`\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}`;

/** How a regular expression is written for JavaScript, and for PostgreSQL. */
type Dialect = {
  /** Text as a part of the expression. */
  literal(text: string): string;
  /**
   * A character inside a word. PostgreSQL's idea of a letter depends on its locale, so it may find texts in which nothing
   * has to be erased.
   */
  wordCharacter: string;
  /** Matches where none of these characters comes before. */
  before(characters: string): string;
  /** Matches where a word ends. */
  afterWord: string;
  afterAddress: string;
};

/** An escape of JSON or of bytes, which ends with a letter or digit and is not part of the text. */
const escape = String.raw`\\[bfnrt]|\\u[0-9A-Fa-f]{4}|\\[0-7]{3}`;

const wordCharacter = String.raw`(?![${withoutSpaces}])[\p{L}\p{M}\p{N}]`;

const inScript: Dialect = {
  literal: (text) => text.replace(special, String.raw`\$&`),
  wordCharacter,
  before: (characters) => `(?:(?<!${characters})|(?<=${escape}))`,
  afterWord: `(?!${wordCharacter})`,
  afterAddress: "(?![A-Za-z0-9]|[.-][A-Za-z0-9])",
};

/** Only whether a text matches counts here, so the match includes what is around: PostgreSQL looks around 20 times slower. */
const inDatabase: Dialect = {
  literal: inScript.literal,
  wordCharacter: "[A-Za-z0-9]",
  before: (characters) => `(?:^|${characters.replace("[", "[^")}|${escape})`,
  afterWord: "(?:$|[^A-Za-z0-9])",
  afterAddress: "(?:$|[^A-Za-z0-9.-]|[.-](?:$|[^A-Za-z0-9]))",
};

/** Bytes as PostgreSQL's `encode(…, 'escape')` writes them. */
const inBytes: Dialect = {
  ...inDatabase,
  literal: (text) =>
    [...Buffer.from(text, "utf8")]
      .map((byte) =>
        byte > 0x7e || byte < 0x20
          ? String.raw`\\` + byte.toString(8).padStart(3, "0")
          : inScript.literal(String.fromCharCode(byte).replace("\\", "\\\\")),
      )
      .join(""),
};

/** JSON always has these as they are. */
const plain = /^[A-Za-z0-9 .,@_-]$/;

/**
 * A character as it is and as JSON may have it: each program decides which ones it writes as `\u00EB`. In both cases,
 * because PostgreSQL ignores the case of few alphabets.
 */
function spelled(character: string, { literal }: Dialect): string {
  if (plain.test(character)) return literal(character);
  const forms = [character, character.toLowerCase(), character.toUpperCase()].flatMap((form) => [
    Array.from({ length: form.length }, (_, at) => String.raw`\u` + hex(form.charCodeAt(at))).join(""),
    JSON.stringify(form).slice(1, -1),
    form === "/" ? String.raw`\/` : form,
    form,
  ]);
  return `(?:${[...new Set(forms)].map(literal).join("|")})`;
}

const hex = (unit: number) => unit.toString(16).padStart(4, "0");

/** The value with both ways to write a letter with an accent, as one character or two. */
const formsOf = (value: string) => [...new Set([value, value.normalize("NFC"), value.normalize("NFD")])];

const addressCharacter = "[A-Za-z0-9._+-]";

/**
 * Another person's address can end or begin with this one: `joann@contoso.com` and `ann@contoso.com.au` are not
 * `ann@contoso.com`.
 */
function asAddress(pattern: string, { before, afterAddress }: Dialect): string {
  return before(addressCharacter) + pattern + afterAddress;
}

/** Only as words of their own: "Ann" is a part of "annual" and "planned". */
function asWords(pattern: string, value: string, dialect: Dialect): string {
  const before = startsWithWord.test(value) ? dialect.before(dialect.wordCharacter) : "";
  return before + pattern + (endsWithWord.test(value) ? dialect.afterWord : "");
}

/** Longer values are found with endings, too: "Moreaus". */
const maxWordLength = 5;

/** Regular expressions that ignore case. */
function patternsOf(values: readonly string[], dialect: Dialect): string[] {
  return values.flatMap(formsOf).map((value) => {
    const pattern = Array.from(value, (character) => spelled(character, dialect)).join("");
    if (value.includes("@")) return asAddress(pattern, dialect);
    return value.length > maxWordLength ? pattern : asWords(pattern, value, dialect);
  });
}

/** A PostgreSQL regular expression that finds all texts, and JSON as text, with any of the values. */
export function patternOf(values: readonly string[]): string {
  return patternsOf(values, inDatabase).join("|");
}

/** The same for bytes. */
export function bytePatternOf(values: readonly string[]): string {
  return patternsOf(values, inBytes).join("|");
}

/** The value without the person: all texts in it are erased, ignoring case; property names stay. */
export function withoutValues<Value>(value: Value, values: readonly string[]): Value {
  const found = patternsOf(values, inScript).map((pattern) => new RegExp(pattern, "giu"));
  return withTexts(value, (text) => withoutMatches(text, found));
}

/**
 * The same, but only where a value stands as words of its own: no one has looked at these values, and a company "Art"
 * must not damage "start". Two characters also have to match in case; a single one is not erased.
 */
export function withoutWords<Value>(value: Value, values: readonly string[]): Value {
  const words = values.map((one) => one.trim()).filter((one) => one.length >= minWordLength);
  const found = words.map((one) => new RegExp(asWhole(one), one.length >= minValueLength ? "giu" : "gu"));
  return withTexts(value, (text) => withoutMatches(text, found));
}

/** Values can overlap, such as a name and a company with it: what any of them covers is erased. */
function withoutMatches(text: string, patterns: readonly RegExp[]): string {
  const matches = patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map(({ index, 0: match }) => ({ from: index, to: index + match.length }))
    .toSorted((one, other) => one.from - other.from || other.to - one.to);
  let [clean, at] = ["", 0];
  for (const { from, to } of matches) {
    if (from >= at) clean += text.slice(at, from) + erasedWord;
    at = Math.max(at, to);
  }
  return clean + text.slice(at);
}

const minWordLength = 2;
const startsWithWord = new RegExp(`^${inScript.wordCharacter}`, "u");
const endsWithWord = new RegExp(`${inScript.wordCharacter}$`, "u");

function asWhole(value: string): string {
  const pattern = inScript.literal(value);
  return value.includes("@") ? asAddress(pattern, inScript) : asWords(pattern, value, inScript);
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
