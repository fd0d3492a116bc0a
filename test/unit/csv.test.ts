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

  test.each([
    ["Contoso;=1+1", "Contoso;'=1+1"],
    ["Contoso; =1+1", "Contoso; '=1+1"],
    ["a\t=1", "a\t'=1"],
    ["a|@sum(1)", "a|'@sum(1)"],
    ["a\n+1", '"a\n\'+1"'],
    ["a\r-1", '"a\r\'-1"'],
    [";=cmd|'/c calc'!A1", ";'=cmd|'/c calc'!A1"],
    ["  =1", "  '=1"],
    ["\u00A0\u200B=1", "\u00A0\u200B'=1"],
    ["\uFEFF=1", "\uFEFF'=1"],
    ["﹦1", "'﹦1"],
    ["a;＝1", "a;'＝1"],
    ['a;"=1"', '"a;""\'=1"""'],
    ["\u202E=1", "'=1"],
  ])("C12: %j is no formula, whatever ends a cell where it is opened", (text, line) => {
    expect(csvLine([text])).toBe(`${line}\r\n`);
  });

  test("C12: what is no formula stays as it is", () => {
    const texts = ["a - b", "one; two", "x|y", "ada@example.com", "1-2", "a=b;c=d", "'quoted'", "Nuñez & Søn"];
    expect(csvLine(texts)).toBe(`${texts.join(",")}\r\n`);
  });

  test("leaves numbers below zero and signs within a text alone", () => {
    expect(csvLine([-5, "a=b", "ada@example.com"])).toBe("-5,a=b,ada@example.com\r\n");
  });
});
