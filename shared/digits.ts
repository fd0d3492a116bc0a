/** Decimal digits of all scripts, and characters that a locale uses as digits although they are words, such as `一`. */

/** Direction marks that `Intl` writes around signs in Arabic, Hebrew and Persian. */
export const directionMarks = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** The value of a digit, and the code point of its script's zero; -1 for ASCII and the locale's own digits. */
type Digit = { value: number; script: number };

/** Creates a function that reads one character; null if it is no digit. */
export function createDigitReader(locale?: string): (sign: string) => Digit | null {
  const ownDigits = new Map(
    Array.from(new Intl.NumberFormat(locale, { useGrouping: false }).format(9_876_543_210)).map((digit, at) => [
      digit,
      9 - at,
    ]),
  );
  return (sign) => (ownDigits.has(sign) ? { value: ownDigits.get(sign) ?? 0, script: -1 } : digitOf(sign));
}

function digitOf(sign: string): Digit | null {
  const code = sign.codePointAt(0) ?? 0;
  if (code >= 0x30 && code <= 0x39) return { value: code - 0x30, script: -1 };
  if (!/^\p{Nd}$/u.test(sign)) return null;
  let start = code;
  // The mathematical digit sets are adjacent; all other scripts stand alone.
  while (code - start < 50 && /^\p{Nd}$/u.test(String.fromCodePoint(start - 1))) start -= 1;
  const value = (code - start) % 10;
  return { value, script: code - value };
}
