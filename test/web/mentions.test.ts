import { describe, expect, test } from "vitest";
import { mentionedIn, offeredColleagues, typedMention } from "../../web/text/mentions.ts";

const colleagues = [
  { id: "1", name: "Ann" },
  { id: "2", name: "Ann Lee" },
  { id: "3", name: "Zoë Lane" },
  { id: "4", name: "سارة" },
];

describe("who a text mentions", () => {
  test.each([
    ["@Ann Lee, please call", ["2"]],
    ["@Ann and @Ann Lee", ["2", "1"]],
    ["For @Zoë Lane: done", ["3"]],
    ["@سارة", ["4"]],
    ["ann@contoso.com asked Ann Lee", []],
    ["@ann lee", []],
  ])("%s", (text, ids) => {
    expect(mentionedIn(text, colleagues)).toEqual(ids);
  });
});

describe("what is typed after an @", () => {
  test.each([
    ["Ask @No", { from: 4, name: "No" }],
    ["@", { from: 0, name: "" }],
    ["@Ann L", { from: 0, name: "Ann L" }],
    ["ada@contoso", null],
    ["@Ann\nnext line", null],
    ["no one", null],
  ])("%s", (text, typed) => {
    expect(typedMention(text, text.length)).toEqual(typed);
  });

  test.each([
    ["", ["1", "2", "3", "4"]],
    ["lan", ["3"]],
    ["ANN L", ["2"]],
    ["Ann Lee ", []],
    ["nn", []],
  ])("offers those of whose name a word begins with “%s”", (typed, ids) => {
    expect(offeredColleagues(typed, colleagues).map(({ id }) => id)).toEqual(ids);
  });
});
