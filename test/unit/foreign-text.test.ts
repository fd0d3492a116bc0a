import { describe, expect, test } from "vitest";
import { isolated, isolatedIn, isolatedInHtml, withoutControlCharacters } from "../../shared/foreign-text.ts";

describe("B19: names from others", () => {
  test.each([
    ["an override", "Fabrikam\u202Exslx.exe", "Fabrikamxslx.exe"],
    ["embeddings and isolates", "\u202Aa\u202Bb\u202C\u2066c\u2067d\u2068e\u2069", "abcde"],
    ["control characters", "a\u0000b\u0007c\u009Fd", "abcd"],
  ])("lose %s", (_what, text, plain) => {
    expect(withoutControlCharacters(text)).toBe(plain);
    expect(isolated(text)).toBe(plain);
  });

  test.each(["Contoso", "Ünïcödé & Söhne", "日本株式会社", "می\u200Cخواهم".slice(0, 0), "👩\u200D💻 Studio"])(
    "that do not change the direction are unchanged: %s",
    (text) => {
      expect(isolated(text)).toBe(text);
    },
  );

  test.each(["עסק בעמ", "شركة فابريكام", "می\u200Cخواهم", "ߒߞߏ", "𐤀𐤁"])(
    "from right to left are isolated: %s",
    (text) => {
      expect(isolated(text)).toBe(`\u2068${text}\u2069`);
    },
  );
});

describe("B19: a sentence with names from others", () => {
  const name = "חברת פבריקם";
  test.each([
    ["at its beginning", `${name} looks after it`, `\u2068${name}\u2069 looks after it`],
    ["before a number", `${name} 5 seats`, `\u2068${name}\u2069 5 seats`],
    ["before punctuation", `Owner: ${name}.`, `Owner: \u2068${name}\u2069.`],
    ["in quotes", `View “${name}” shared`, `View “\u2068${name}\u2069” shared`],
    ["twice with words between", `${name} and שלום`, `\u2068${name}\u2069 and \u2068שלום\u2069`],
    ["with a number inside", `${name} 24 ${name} Ltd`, `\u2068${name} 24 ${name}\u2069 Ltd`],
    ["kept apart already", `Owner: \u2068${name}\u2069, 5`, `Owner: \u2068${name}\u2069, 5`],
    ["in two lines", `${name}\n${name}`, `\u2068${name}\u2069\n\u2068${name}\u2069`],
    ["and the one that an arrow leads to", `${name} → ${name}`, `\u2068${name}\u2069 → \u2068${name}\u2069`],
    ["with Arabic digits on both sides of an arrow", "١١ → ٤٠ seats", "\u2068١١\u2069 → \u2068٤٠\u2069 seats"],
    ["of no such script", "Müller → 日本株式会社 (5)", "Müller → 日本株式会社 (5)"],
  ])("isolates a name %s", (_where, sentence, wanted) => {
    expect(isolatedIn(sentence)).toBe(wanted);
    expect(isolatedIn(wanted)).toBe(wanted);
  });

  test("is formatted in linear time", () => {
    const long = `${name} ${"5 ".repeat(50_000)}`;
    const startedAt = performance.now();
    expect(isolatedIn(long.repeat(4)).length).toBe(long.length * 4 + 2);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test("isolates it in a page, and leaves attributes, fields and scripts unchanged", () => {
    const page = `<p title="${name} 5">${name} 5</p><bdi>${name} 5</bdi><textarea>${name} 5</textarea><script>"${name}"</script><b>${name}</b>`;
    expect(isolatedInHtml(page)).toBe(
      `<p title="${name} 5">\u2068${name}\u2069 5</p><bdi>${name} 5</bdi><textarea>${name} 5</textarea><script>"${name}"</script><b>\u2068${name}\u2069</b>`,
    );
  });
});
