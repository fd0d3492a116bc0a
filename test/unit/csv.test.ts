import { describe, expect, test } from "vitest";
import { csvLine } from "../../server/domain/csv.ts";

describe("csvLine", () => {
  test("writes texts, numbers, truths and nothing", () => {
    expect(csvLine(["Ada", 25, true, false, null])).toBe("Ada,25,yes,no,\r\n");
  });

  test("puts what would end a cell or a line into quotes", () => {
    expect(csvLine(["a,b", 'say "hi"', "two\r\nlines", "two\nlines"])).toBe(
      '"a,b","say ""hi""","two\r\nlines","two\nlines"\r\n',
    );
  });

  test.each(["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"])(
    "keeps a spreadsheet from taking %j for a formula",
    (text) => {
      expect(csvLine([text]).replace(/^"/, "")).toMatch(/^'/);
    },
  );

  test("leaves numbers below zero and signs within a text alone", () => {
    expect(csvLine([-5, "a=b", "ada@example.com"])).toBe("-5,a=b,ada@example.com\r\n");
  });
});
