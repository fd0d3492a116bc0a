/** Reads amounts as people write them in a locale; refuses what is not written like that instead of misreading it. */
import { createDigitReader, directionMarks } from "./digits.ts";
import { createNumberReader } from "./whole-number.ts";

export type DecimalNumber =
  /** `digits`: plain notation with a point, such as `1234.5`. */
  | { kind: "number"; digits: string }
  | { kind: "empty" }
  /** `words`: how to write it. */
  | { kind: "refused"; words: string };

/** Creates a function that reads what `Intl.NumberFormat` writes in this locale, without a sign. */
export function createDecimalReader(locale?: string): (text: string) => DecimalNumber {
  const format = new Intl.NumberFormat(locale);
  const decimalSign = format.formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? ".";
  const digitOf = createDigitReader(locale);
  const readWhole = createNumberReader(locale);
  const example = format.format(12_345.6);

  return (typed) => {
    const text = typed.replaceAll(directionMarks, "").trim();
    if (text === "") return { kind: "empty" };
    const refused = {
      kind: "refused" as const,
      words: `“${text.slice(0, 20)}” is not an amount in your language. Write it as in ${example}.`,
    };
    const [whole = "", fraction, ...others] = text.split(decimalSign);
    const scripts = new Set(Array.from(text).flatMap((sign) => digitOf(sign)?.script ?? []));
    if (others.length > 0 || scripts.size > 1 || whole !== whole.trim() || !digitOf(Array.from(whole)[0] ?? ""))
      return refused;
    const read = readWhole(whole);
    if (read.kind !== "number") return refused;
    if (fraction === undefined) return { kind: "number", digits: String(read.value) };
    const decimals = Array.from(fraction, (sign) => digitOf(sign)?.value ?? null);
    if (decimals.length === 0 || decimals.includes(null)) return refused;
    return { kind: "number", digits: `${read.value}.${decimals.join("")}` };
  };
}
