/** Names and texts of others inside our sentences: keeps them from reordering or hiding our text. */

/**
 * Around the ids of marks for names (`server/domain/name-marks.ts`). Unicode reserves these noncharacters for a program's
 * own use, and they are removed from or refused in all text of others: no one else can write a mark.
 */
export const markStart = "\uFDD0";
export const markEnd = "\uFDD1";

/**
 * Directional embeddings, overrides and isolates, control characters other than tab and line breaks, and noncharacters.
 */
const controlCharacters = /[\u202A-\u202E\u2066-\u2069\uFDD0-\uFDEF]|(?![\t\n\r])\p{Cc}/gu;
/** Hebrew, Arabic, Syriac, Thaana, N’Ko and the other right-to-left scripts. */
const rightToLeft =
  /[\u0590-\u08FF\u200F\uFB1D-\uFDCF\uFDF0-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** The text without characters that change its direction or mark names; what languages need within words stays. */
export function withoutControlCharacters(text: string): string {
  return text.replaceAll(controlCharacters, "");
}

/** Raw text of others as it is shown: what would be a mark for a name is replaced. */
export function withoutMarks(text: string): string {
  return text.replaceAll(/[\uFDD0\uFDD1]/g, "\uFFFD");
}

/**
 * The text for a sentence, title or label: right-to-left text is isolated (U+2068, U+2069), so that the words
 * around it keep their order. In markup `<bdi>` does the same.
 */
export function isolated(text: string): string {
  const plain = withoutControlCharacters(text);
  return rightToLeft.test(plain) ? `\u2068${plain}\u2069` : plain;
}

/** Arrows are ours, between two values: in a run they would point from the second to the first. */
const endsRun = /[\p{L}→]/u;
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
    } else if (stretch !== "" && character !== "\n" && !endsRun.test(character)) {
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
