/** Names and texts of others inside our sentences: keeps them from reordering or hiding our text. */

/** Directional embeddings, overrides and isolates, and control characters other than tab and line breaks. */
const turning = /[\u202A-\u202E\u2066-\u2069]|(?![\t\n\r])\p{Cc}/gu;
/** Hebrew, Arabic, Syriac, Thaana, N’Ko and the other right-to-left scripts. */
const rightToLeft = /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** The text without characters that change its direction; marks that languages need within words stay. */
export function withoutTurning(text: string): string {
  return text.replaceAll(turning, "");
}

/**
 * The text for a sentence, title or label: right-to-left text is isolated (U+2068, U+2069), so that the words
 * around it keep their order. In markup `<bdi>` does the same.
 */
export function isolated(text: string): string {
  const plain = withoutTurning(text);
  return rightToLeft.test(plain) ? `\u2068${plain}\u2069` : plain;
}

const letter = /\p{L}/u;
const opens = /[\u2066-\u2068]/;

/**
 * Isolates each right-to-left run of a sentence, so that numbers and punctuation after it keep their place.
 * Isolated runs stay as they are.
 */
export function isolatedIn(sentence: string): string {
  if (!rightToLeft.test(sentence)) return sentence;
  let out = "";
  let stretch = "";
  /** Belongs to the run only if more right-to-left text follows. */
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

/** The same for the text of an HTML page, except in `bdi`, fields, styles and scripts. */
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
