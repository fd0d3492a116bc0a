/**
 * Text reduced to what people see and type, for comparing and searching: "Munson’s Pickles" equals "munson's
 * pickles".
 */

const apostrophes = /[\u0060\u00B4\u02B9\u02BB-\u02BD\u02C8\u2018-\u201B\u2032\u2035\u05F3\uA78C]/gu;
const quotationMarks = /[\u00AB\u00BB\u201C-\u201F\u2033\u2036\u2039\u203A\u300C-\u300F\u301D-\u301F\u05F4]/gu;
const dashes = /[\u058A\u05BE\u2010-\u2015\u2043\u2212\u301C\u3030\u30A0]/gu;
/** Invisible: controls, direction marks, joiners, soft hyphens, variation selectors, byte order marks. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Variation_Selector}\u115F\u1160\u3164]|\u034F/gu;

/**
 * Ignores case, Unicode form, width, the shape of quotes and dashes, white space and invisible characters, but not
 * accents. Idempotent. Linear in the length of the text.
 */
export function normalizeText(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/\s/gu, " ")
    .replaceAll(invisible, "")
    .replaceAll("ς", "σ")
    .replaceAll("i\u0307", "i")
    .normalize("NFKC")
    .replaceAll(apostrophes, "'")
    .replaceAll(quotationMarks, '"')
    .replaceAll(dashes, "-")
    .split(" ")
    .filter((word) => word !== "")
    .join(" ");
}

/** Whether a person would call the two texts equal. */
export function isSameText(one: string, other: string): boolean {
  return normalizeText(one) === normalizeText(other);
}
