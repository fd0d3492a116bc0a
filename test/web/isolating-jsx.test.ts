/** B19: the dashboard keeps names from right to left apart wherever they become text, without its sentences thinking of it. */
import { readFileSync } from "node:fs";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { createElement } from "../../web/isolating-jsx/create-element.ts";
import { Fragment, jsx, jsxs } from "../../web/isolating-jsx/jsx-runtime.ts";

const name = "חברת פבריקם";
const apart = `\u2068${name}\u2069`;

describe("B19: the text of an element", () => {
  test.each([
    ["one text", () => jsx("p", { children: `${name} may sign in` }), `<p>${apart} may sign in</p>`],
    ["a name next to words", () => jsxs("p", { children: ["By ", name, " 5"] }), `<p>By ${apart} 5</p>`],
    [
      "an element of ours around it",
      () => jsx(({ children }: { children: string }) => jsx("b", { children }), { children: name }),
      `<b>${apart}</b>`,
    ],
    ["a fragment", () => jsx(Fragment, { children: name }), apart],
    ["bdi", () => jsx("bdi", { children: name }), `<bdi>${name}</bdi>`],
    ["an element whose key follows its props", () => createElement("p", {}, "By ", name), `<p>By ${apart}</p>`],
    ["no such name", () => jsxs("p", { children: ["Contoso", 5, null] }), "<p>Contoso5</p>"],
  ])("is isolated: %s", (_what, element, wanted) => {
    expect(renderToStaticMarkup(element())).toBe(wanted);
  });

  test("is created by this runtime in the build and for the compiler", () => {
    for (const file of ["vite.config.ts", "tsconfig.json"]) {
      expect(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")).toMatch(
        /jsxImportSource"?: "#isolating-jsx"/,
      );
    }
  });
});
