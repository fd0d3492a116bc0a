/** Values that a need's words quote travel as JSON in one text. */
import { expect, test } from "vitest";
import { mention } from "../../server/needs/kinds/mention.ts";
import { readQuoted } from "../../server/needs/quoted-fields.ts";

test("values with line breaks and quotation marks stay in their field", () => {
  const quoted = JSON.stringify({ name: 'A\n"B"', count: 2, missing: null });
  expect(readQuoted(quoted)).toEqual({ name: 'A\n"B"', count: "2" });
});

test.each([null, "", "plain text", "null", "[]"])("%j has no values", (quoted) => {
  expect(readQuoted(quoted)).toEqual({});
});

test("a mention names its note and person, even if a name contains a line break", () => {
  const quoted = JSON.stringify({ noteId: "n", forId: "t:o", byName: "Ada\nMoreau", customerId: null, text: "a\n b" });
  expect(mention.noteOf?.({ quoted })).toEqual({ id: "n", forId: "t:o", customerId: null });
});
