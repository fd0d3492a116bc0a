/** Reading a person's text takes time in proportion to its length, for any characters. */
import { describe, expect, test } from "vitest";
import { codeIdOf } from "../../shared/reason-codes.ts";
import { contactInput } from "../../shared/inputs/landing.ts";
import { tag } from "../../shared/inputs/subscriptions.ts";
import { isolated, withoutControlCharacters } from "../../shared/foreign-text.ts";
import { normalizeText } from "../../shared/normalize-text.ts";
import { createDecimalReader } from "../../shared/decimal-number.ts";
import { createNumberReader } from "../../shared/whole-number.ts";
import { pricePeriod, termInWords } from "../../shared/term.ts";
import { ownPath } from "../../server/auth/own-path.ts";
import { csvLine } from "../../server/domain/csv.ts";
import { alternativesIn, parseSearchInput, supportCodeIn, uuidRange } from "../../server/domain/search-input.ts";
import { parseWebhookBody } from "../../server/marketplace/read-webhook-body.ts";
import { readDate, readDay, readQuantity } from "../../server/marketplace/read-values.ts";
import { capitalize, formatValue, prettyJson } from "../../web/text/format.ts";
import { parseSearch } from "../../web/url-search.ts";

const readNumber = createNumberReader("en");
const readers: Record<string, (text: string) => unknown> = {
  normalizeText,
  isolated,
  withoutControlCharacters,
  readNumber,
  readDecimal: createDecimalReader("en"),
  parseSearchInput,
  alternativesIn,
  supportCodeIn,
  uuidRange,
  ownPath,
  codeIdOf,
  readDate,
  readDay,
  readQuantity,
  capitalise: capitalize,
  termInWords,
  pricePeriod,
  formatValue,
  prettyJson,
  parseSearch,
  csvLine: (text) => csvLine([text, text]),
  contact: (text) => contactInput.safeParse({ name: text, email: text, company: text, phone: text }),
  tag: (text) => tag.safeParse(text),
  parseWebhookBody: (text) => parseWebhookBody(Buffer.from(text)),
  "parseWebhookBody, in a string": (text) => parseWebhookBody(Buffer.from(`{"id":"${text}"}`)),
};
const units = [
  "@",
  ".",
  " ",
  "-",
  "/",
  "\\",
  "<",
  '"',
  "'",
  "+",
  "%",
  "_",
  ",",
  "a",
  "a@",
  "a.",
  "1",
  "1,",
  "\n",
  "\u0301",
  "e\u0301",
  "\u202E",
  "[",
  "{",
  "é",
];
/** Four doublings. */
const shortLength = 8_000;
const longLength = 16 * shortLength;
/** A reader of quadratic time needs 256 times as long for the long text, one of linear time 16 times. */
const maxGrowth = 2.5 ** 4;
/** Quadratic time takes seconds for the long text. Below this bound a busy machine is the likelier cause. */
const minNoticeableMs = 2_000;

/** The least wall-clock milliseconds of up to ten runs: it stops at the first one within `enoughMs`. */
function minMs(run: () => unknown, enoughMs: number): number {
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 10 && fastestMs > enoughMs; attempt += 1) {
    const startedAt = performance.now();
    run();
    fastestMs = Math.min(fastestMs, performance.now() - startedAt);
  }
  return fastestMs;
}

describe.each(Object.entries(readers))("A7: %s", (_name, read) => {
  test("takes at most 2.5 times as long for text of twice the length, four times in a row", () => {
    for (const unit of units) {
      for (const [head, tail] of [
        ["", ""],
        ["a", "!"],
      ]) {
        const text = (count: number) => head + unit.repeat(count / unit.length) + tail;
        const [short, long] = [text(shortLength), text(longLength)];
        read(short);
        const shortMs = minMs(() => read(short), 0);
        const boundMs = Math.max(shortMs * maxGrowth, minNoticeableMs);
        const longMs = minMs(() => read(long), boundMs);
        expect(longMs, `${JSON.stringify(unit)}: ${shortMs} ms, then ${longMs} ms`).toBeLessThanOrEqual(boundMs);
      }
    }
  }, 60_000);
});
