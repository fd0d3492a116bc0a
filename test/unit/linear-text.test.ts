/** What reads a person's text takes time in proportion to its length, whatever it is made of. */
import { describe, expect, test } from "vitest";
import { codeIdOf } from "../../shared/reason-codes.ts";
import { contactInput, tag } from "../../shared/inputs.ts";
import { isolated, withoutTurning } from "../../shared/foreign-text.ts";
import { foldText } from "../../shared/fold-text.ts";
import { createNumberReader } from "../../shared/whole-number.ts";
import { ownPath } from "../../server/auth/own-path.ts";
import { csvLine } from "../../server/domain/csv.ts";
import { alternativesIn, readPasted, supportCodeIn, uuidRange } from "../../server/domain/pasted.ts";
import { parseWebhookBody, readDate, readDay, readQuantity } from "../../server/marketplace/shapes.ts";
import { capitalise, formatTerm, formatValue, prettyJson } from "../../web/words/format.ts";
import { parseSearch } from "../../web/url-search.ts";

const readNumber = createNumberReader("en");
const readers: Record<string, (text: string) => unknown> = {
  foldText,
  isolated,
  withoutTurning,
  readNumber,
  readPasted,
  alternativesIn,
  supportCodeIn,
  uuidRange,
  ownPath,
  codeIdOf,
  readDate,
  readDay,
  readQuantity,
  capitalise,
  formatTerm,
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
const short = 8_000;
const long = 16 * short;
const maxGrowth = 2.5 ** 4;

/** The quickest of some runs in milliseconds of this process's own work, whatever else the machine does. */
function quickest(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 3; time += 1) {
    const start = process.cpuUsage();
    run();
    best = Math.min(best, process.cpuUsage(start).user / 1_000);
  }
  return best;
}

describe.each(Object.entries(readers))("A7: %s", (_name, read) => {
  test("takes at most 2.5 times as long for twice as much of any character, four times over", () => {
    for (const unit of units) {
      for (const [head, tail] of [
        ["", ""],
        ["a", "!"],
      ]) {
        const text = (count: number) => head + unit.repeat(count / unit.length) + tail;
        const [once, often] = [text(short), text(long)];
        read(once);
        const [before, after] = [quickest(() => read(once)), quickest(() => read(often))];
        // The clock of the processor is too coarse for less, and nothing that quick is slow.
        expect(after, `${JSON.stringify(unit)}: ${before} ms, then ${after} ms`).toBeLessThan(
          Math.max(before * maxGrowth, 40),
        );
      }
    }
  }, 60_000);
});
