import { describe, expect, test } from "vitest";
import { csvLine } from "../../server/domain/csv.ts";

describe("csvLine", () => {
  test("writes texts, numbers, booleans and empty values", () => {
    expect(csvLine(["Ada", 25, true, false, null])).toBe("Ada,25,yes,no,\r\n");
  });

  test("quotes characters that would end a cell or a line", () => {
    expect(csvLine(["a,b", 'say "hi"', "two\r\nlines", "two\nlines"])).toBe(
      '"a,b","say ""hi""","two\r\nlines","two\nlines"\r\n',
    );
  });

  test.each(["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"])(
    "prevents a spreadsheet from treating %j as a formula",
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
  ])("C12: %j is not a formula, even if a cell ends earlier than intended", (text, line) => {
    expect(csvLine([text])).toBe(`${line}\r\n`);
  });

  test("C12: other text is unchanged", () => {
    const texts = ["a - b", "one; two", "x|y", "ada@example.com", "1-2", "a=b;c=d", "'quoted'", "Nuñez & Søn"];
    expect(csvLine(texts)).toBe(`${texts.join(",")}\r\n`);
  });

  test("does not change negative numbers and signs within a text", () => {
    expect(csvLine([-5, "a=b", "ada@example.com"])).toBe("-5,a=b,ada@example.com\r\n");
  });
});
