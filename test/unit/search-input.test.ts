import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSearchInput, supportCodeIn, uuidRange } from "../../server/domain/search-input.ts";
import { anyCharacter } from "../support/any-character.ts";

const id = "37f9dea2-4345-438f-b0bd-03d40d28c7e0";
const other = "529f53e1-c04b-49c8-881c-c49fb5e6b52f";

describe("parseSearchInput", () => {
  test.each([
    ["an id", id],
    ["an id in uppercase, with quotes and a full stop", ` "${id.toUpperCase()}".`],
    ["an id without its dashes", id.replaceAll("-", "")],
    ["an id in braces", `{${id}}`],
    ["a sentence with an id", `Please look at subscription ${id}, thanks`],
    [
      "an address, of which the last id is the particular one",
      `https://x.example/subscriptions/${other}/operations/${id}?a=b`,
    ],
  ])("finds the id in %s", (_, pasted) => {
    expect(parseSearchInput(pasted)).toEqual({
      text: id,
      id: { head: id, tail: "" },
      isEmail: false,
    });
  });

  test.each(["37f9dea2…28c7e0", "37f9dea2...28c7e0"])("reads an id in Marketdesk's short form: %s", (pasted) => {
    expect(parseSearchInput(pasted)).toMatchObject({
      text: "37f9dea2 28c7e0",
      id: { head: "37f9dea2", tail: "28c7e0" },
    });
  });

  test("finds the address in text copied from a mail program", () => {
    expect(parseSearchInput("Ada Lovelace <Ada@Fabrikam.example>;")).toEqual({
      text: "ada@fabrikam.example",
      id: null,
      isEmail: true,
    });
  });

  test.each([
    ["Support code: 1A2B3C4D", "1a2b3c4d"],
    ["“Company: Fabrikam Ltd”", "fabrikam ltd"],
    ["x-ms-correlationid: 37f9dea2", "37f9dea2"],
    ["https://www.fabrikam.example/about?x=1", "fabrikam.example"],
    ["mailto:ada@fabrikam.example", "ada@fabrikam.example"],
  ])("removes the decoration of %s", (pasted, text) => {
    expect(parseSearchInput(pasted).text).toBe(text);
  });

  test("keeps a text as words, and a single word also as the start of an id", () => {
    expect(parseSearchInput("  Fabrikam   Ltd. ")).toEqual({ text: "fabrikam ltd", id: null, isEmail: false });
    expect(parseSearchInput("Fabrikam")).toEqual({
      text: "fabrikam",
      id: { head: "fabrikam", tail: "" },
      isEmail: false,
    });
  });

  test.each(["fabrikam.example", "ada@fab"])(
    "treats “%s” as an email address, or as the start or end of one",
    (text) => {
      expect(parseSearchInput(text).isEmail).toBe(true);
    },
  );

  test.each(["", "  ", "ab", "---", "%%%", "a b c", "_._._"])("finds too little to search for in “%s”", (pasted) => {
    expect(parseSearchInput(pasted)).toEqual({ text: "", id: null, isEmail: false });
  });

  test("accepts any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (pasted) => typeof parseSearchInput(pasted).text === "string"),
    );
  });
});

describe("uuidRange", () => {
  test("covers all ids with this prefix", () => {
    expect(uuidRange("37f9dea2-4")).toEqual({
      from: "37f9dea2-4000-0000-0000-000000000000",
      to: "37f9dea2-4fff-ffff-ffff-ffffffffffff",
    });
    expect(uuidRange(id)).toEqual({ from: id, to: id });
  });

  test.each(["37f9de", "37f9dea2x", "", `${id}0`])("does not exist for “%s”", (head) => {
    expect(uuidRange(head)).toBeNull();
  });
});

describe("supportCodeIn", () => {
  test("recognizes the codes that the landing page creates", () => {
    expect(supportCodeIn("2k7wm9qz")).toBe("2K7WM9QZ");
    for (const none of ["2k7wm9q", "2k7wm9qzz", "ilou0000", ""]) expect(supportCodeIn(none)).toBeNull();
  });
});
