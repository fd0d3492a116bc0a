/** Reads whole numbers as people write them in a locale; refuses ambiguous ones instead of misreading them. */
import { createDigitReader, directionMarks } from "./digits.ts";

export type WholeNumber =
  | { kind: "number"; value: number }
  | { kind: "empty" }
  /** `words`: why, and what to enter instead. */
  | { kind: "refused"; words: string };

const minusSigns = new Set(["-", "\u2212", "\uFE63", "\uFF0D"]);
const plusSigns = new Set(["+", "\uFF0B"]);
const apostrophes = new Set(["'", "\u2019", "\u02BC"]);
/** Spaces and apostrophes group digits in some languages and are a decimal sign in none. */
const harmlessSeparator = (sign: string) => (/\s/u.test(sign) ? " " : apostrophes.has(sign) ? "'" : null);

/**
 * Creates a function that reads what `Intl.NumberFormat` writes in this locale and what people type there. Linear
 * in the text's length.
 */
export function createNumberReader(locale?: string): (text: string) => WholeNumber {
  const format = new Intl.NumberFormat(locale);
  const parts = format.formatToParts(-123_456_789_012);
  const group = parts.find(({ type }) => type === "group")?.value ?? null;
  const groups = parts.filter(({ type }) => type === "integer").map(({ value }) => Array.from(value).length);
  const primary = group === null ? 3 : (groups.at(-1) ?? 3);
  const secondary = group === null ? 3 : (groups.at(-2) ?? primary);
  const example = format.format(12_345);
  const digitOf = createDigitReader(locale);
  const refused = (words: string): WholeNumber => ({ kind: "refused", words });

  return (typed) => {
    const text = typed.replaceAll(directionMarks, "").trim();
    if (text === "") return { kind: "empty" };
    const signs = Array.from(text);
    const isNegative = minusSigns.has(signs[0] ?? "");
    if (isNegative || plusSigns.has(signs[0] ?? "")) signs.shift();
    let digits = "";
    let script: number | null = null;
    let separator: string | null = null;
    /** The number of digits in each group. */
    const lengths = [0];
    for (const sign of signs) {
      const digit = digitOf(sign);
      if (digit !== null) {
        script ??= digit.script;
        if (script !== digit.script) return refused(`Use one kind of digits, as in ${example}.`);
        digits += String(digit.value);
        lengths[lengths.length - 1]! += 1;
        continue;
      }
      const found = sign === group ? (harmlessSeparator(sign) ?? sign) : harmlessSeparator(sign);
      if (found === null || (separator !== null && separator !== found)) {
        return refused(
          /[.,\u066B\u066C\uFF0C\uFF0E]/u.test(sign)
            ? `“${short(text)}” is not a whole number in your language. Enter it without separators, or as in ${example}.`
            : `Enter digits only, as in ${example}.`,
        );
      }
      separator = found;
      lengths.push(0);
    }
    if (digits === "") return refused(`Enter digits only, as in ${example}.`);
    if (lengths.length > 1 && (digits.startsWith("0") || !areGroups(lengths, primary, secondary))) {
      return refused(
        `The digits of “${short(text)}” are not grouped as in ${example}. Enter the number without separators.`,
      );
    }
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) return refused("This number is too large.");
    return { kind: "number", value: isNegative && value !== 0 ? -value : value };
  };
}

/**
 * From the left: 1 or more digits, then groups, the last of the primary length. Groups of three are always
 * accepted.
 */
function areGroups(lengths: readonly number[], primary: number, secondary: number): boolean {
  const first = lengths[0] ?? 0;
  const isSplit = (last: number, others: number) =>
    lengths.at(-1) === last &&
    lengths.slice(1, -1).every((length) => length === others) &&
    first >= 1 &&
    first <= Math.max(others, last);
  return isSplit(primary, secondary) || isSplit(3, 3);
}

const short = (text: string) => (text.length > 20 ? `${text.slice(0, 20)}…` : text);
