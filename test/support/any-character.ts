import fc from "fast-check";

/** Any code point, lone surrogates included: what fast-check calls `binary`, whose first use takes seconds. */
export const anyCharacter = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
