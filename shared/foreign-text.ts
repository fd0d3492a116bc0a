/** Names and words of others inside our sentences: they must not turn our text around, nor hide what they say. */

/** Embeddings, overrides and isolates of direction, and control characters other than tab and line breaks. */
const turning = /[\u202A-\u202E\u2066-\u2069]|(?![\t\n\r])\p{Cc}/gu;
/** Hebrew, Arabic, Syriac, Thaana, N’Ko and the other scripts that are written from right to left. */
const rightToLeft = /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** The text without what turns its own direction around; marks that a language needs within words stay. */
export function withoutTurning(text: string): string {
  return text.replaceAll(turning, "");
}

/**
 * The text for a sentence, a title or a label: what is written from right to left is kept apart (U+2068, U+2069), so that the
 * words around it stay in their order. In markup `<bdi>` does the same.
 */
export function isolated(text: string): string {
  const plain = withoutTurning(text);
  return rightToLeft.test(plain) ? `\u2068${plain}\u2069` : plain;
}
