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

const letter = /\p{L}/u;
const opens = /[\u2066-\u2068]/;

/**
 * A sentence with names in it, as a whole: each stretch that is written from right to left is kept apart, so that numbers and
 * punctuation after it stay where they belong. What is kept apart already stays as it is.
 */
export function isolatedIn(sentence: string): string {
  if (!rightToLeft.test(sentence)) return sentence;
  let out = "";
  let stretch = "";
  /** What follows the stretch, and is part of it only if more of it comes. */
  let between = "";
  let depth = 0;
  const end = () => {
    out += (stretch === "" ? "" : `\u2068${stretch}\u2069`) + between;
    stretch = between = "";
  };
  for (const character of sentence) {
    const isOpening = opens.test(character);
    if (depth > 0 || isOpening) {
      if (depth === 0) end();
      if (isOpening) depth += 1;
      else if (character === "\u2069") depth -= 1;
      out += character;
    } else if (rightToLeft.test(character)) {
      stretch += between + character;
      between = "";
    } else if (stretch !== "" && character !== "\n" && !letter.test(character)) {
      between += character;
    } else {
      end();
      out += character;
    }
  }
  end();
  return out;
}

/** The same for the text of a page of HTML: what stands between tags, except in `bdi`, fields, styles and scripts. */
export function isolatedInHtml(page: string): string {
  if (!rightToLeft.test(page)) return page;
  let isText = true;
  return page
    .split(/(<[^<>]*>)/)
    .map((part) => {
      if (!part.startsWith("<")) return isText ? isolatedIn(part) : part;
      const tag = /^<(\/?)(bdi|script|style|textarea)\b/i.exec(part);
      if (tag) isText = tag[1] === "/";
      return part;
    })
    .join("");
}
