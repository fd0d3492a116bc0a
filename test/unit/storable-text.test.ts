import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findUnstorableText, isStorable, urlProblem } from "../../server/domain/storable-text.ts";

/** Any code point, often ASCII or a lone surrogate. fast-check's own unit "binary" takes seconds to set up. */
const codePoint = fc
  .oneof(fc.nat(0x7f), fc.integer({ min: 0xd700, max: 0xe0ff }), fc.nat(0x10_ffff))
  .map((point) => String.fromCodePoint(point));

describe("C14: text that PostgreSQL cannot store", () => {
  test("is reported at its field, in values and keys", () => {
    expect(findUnstorableText({ a: { b: ["x", "y\u0000"] } })).toBe("a");
    expect(findUnstorableText({ a: "\ud800" })).toBe("a");
    expect(findUnstorableText({ a: { "\udc00": 1 } })).toBe("a");
    expect(findUnstorableText("\u0000")).toBe("");
    expect(findUnstorableText({ a: "\uFDD0" })).toBe("a");
  });

  test("does not include any other value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: codePoint }), (value) => {
        const text = JSON.stringify(value);
        const isBad = /\\u(?:0000|d[89a-f])|[\uFDD0\uFDD1]/i.test(text.replaceAll("\\\\", ""));
        expect(findUnstorableText(value) !== null).toBe(isBad);
      }),
    );
    expect(isStorable("\u{1F600}")).toBe(true);
  });

  test("is found at any depth of a body", () => {
    let deep: unknown = "\u0000";
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(findUnstorableText(deep)).not.toBeNull();
  });

  test("does not include an address in UTF-8 without NUL", () => {
    expect(urlProblem("http://desk/a%20b?q=%E2%82%AC+1%25")).toBeNull();
    for (const bad of ["/%00", "/?q=%00", "/?q=%EF%B7%90", "/%ff", "/?q=%ed%a0%80", "/%zz", "/?q=%"]) {
      expect(urlProblem(`http://desk${bad}`), bad).toMatch(/^The address /);
    }
  });
});
