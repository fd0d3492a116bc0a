import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isConfirmation, namesSubscription, shortIdOf } from "../../shared/typed-confirmation.ts";

const id = "37f9dea2-4345-438f-b0bd-03d40d28c7e0";

describe("B11: a typed name confirms as people type it", () => {
  test.each([
    ["Munson’s Pickles", "munson's pickles"],
    ["Munson's Pickles", "Munson’s  Pickles "],
    ["Contoso\u00A0Cloud", "Contoso Cloud"],
    ["Contoso \u200B\u200DCloud", "contoso cloud"],
    ["\u202EosotnoC", "osotnoC"],
    ["Cafe\u0301 Luna", "Café Luna"],
    ["Ｆａｂｒｉｋａｍ", "fabrikam"],
    ["Fabrikam – East", "fabrikam - east"],
    ["“Litware” Ltd.", '"litware" ltd.'],
    ["Straße 7", "straße 7"],
    [" Adatum\tCorp ", "Adatum Corp"],
  ])("%j is confirmed by %j", (name, typed) => {
    expect(namesSubscription(typed, { id, name })).toBe(true);
  });

  test.each(["Contoso", "Contoso Cloud 2", "Contoso-Cloud", "", " ", "\u200B"])(
    "and “Contoso Cloud” is not confirmed by %j",
    (typed) => {
      expect(namesSubscription(typed, { id, name: "Contoso Cloud" })).toBe(false);
    },
  );

  test("and a name that no keyboard has is confirmed by the start of the id, or the whole id", () => {
    const subscription = { id, name: "🏔️𓀀" };
    expect(shortIdOf(subscription)).toBe("37f9dea2");
    for (const typed of ["37f9dea2", " 37F9DEA2 ", id, id.toUpperCase()])
      expect(namesSubscription(typed, subscription)).toBe(true);
    expect(namesSubscription("37f9dea", subscription)).toBe(false);
  });

  test.each(["", " ", "\u200B\u202E"])("and a name of invisible characters is not confirmed by %j", (typed) => {
    expect(namesSubscription(typed, { id, name: "\u200B" })).toBe(false);
    expect(namesSubscription(typed, { id, name: "" })).toBe(false);
  });

  test("and any visible name is confirmed by the same name, in uppercase and between spaces", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        const name = `x${text}`;
        for (const typed of [name, ` ${name} `, name.normalize("NFD")])
          expect(namesSubscription(typed, { id, name })).toBe(true);
      }),
    );
  });

  test.each([
    ["cancel 12 subscriptions", "Cancel 12 Subscriptions", true],
    ["cancel 1200 subscriptions", "cancel 1,200 subscriptions", true],
    ["cancel 1200 subscriptions", "cancel 1.200  subscriptions", true],
    ["cancel 12 subscriptions", "cancel 1.2 subscriptions", false],
    ["cancel 12 subscriptions", "cancel 13 subscriptions", false],
    ["cancel 12 subscriptions", "", false],
  ])("%j is confirmed by %j: %s", (wanted, typed, isRight) => {
    expect(isConfirmation(typed, wanted)).toBe(isRight);
  });
});
