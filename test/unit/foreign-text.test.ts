import { describe, expect, test } from "vitest";
import { isolated, withoutTurning } from "../../shared/foreign-text.ts";

describe("B19: names of others", () => {
  test.each([
    ["an override", "Fabrikam\u202Exslx.exe", "Fabrikamxslx.exe"],
    ["embeddings and isolates", "\u202Aa\u202Bb\u202C\u2066c\u2067d\u2068e\u2069", "abcde"],
    ["control characters", "a\u0000b\u0007c\u009Fd", "abcd"],
  ])("lose %s", (_what, text, plain) => {
    expect(withoutTurning(text)).toBe(plain);
    expect(isolated(text)).toBe(plain);
  });

  test.each(["Contoso", "Ünïcödé & Söhne", "日本株式会社", "می\u200Cخواهم".slice(0, 0), "👩\u200D💻 Studio"])(
    "that turn nothing stay as they are: %s",
    (text) => {
      expect(isolated(text)).toBe(text);
    },
  );

  test.each(["עסק בעמ", "شركة فابريكام", "می\u200Cخواهم", "ߒߞߏ", "𐤀𐤁"])(
    "from right to left are kept apart: %s",
    (text) => {
      expect(isolated(text)).toBe(`\u2068${text}\u2069`);
    },
  );
});
