/** What is erased of a person's values in the texts of the record. */
// cspell:words Føre øres Moreaus
import { expect, test } from "vitest";
import { withoutValues, withoutWords } from "../../server/domain/person.ts";

test.each([
  ["IT", "quantity: 5, it stays; IT Ltd", "quantity: 5, it stays; [erased] Ltd"],
  ["Art", "The start for ART, not for artists", "The start for [erased], not for artists"],
  ["12345", "Order 9123456; call 12345.", "Order 9123456; call [erased]."],
  ["Øre", "Føre, øre and øres", "Føre, [erased] and øres"],
  ["東京", "株式会社東京花子", "株式会社[erased]花子"],
  ["김철수", "김철수는", "[erased]는"],
  ["A", "A change of A", "A change of A"],
  ["C++ (old)", "From C++ (old), 2026", "From [erased], 2026"],
])("a contact's value %j is erased only as words of its own", (value, text, expected) => {
  expect(withoutWords({ text: [text], value: 5 }, [value])).toEqual({ text: [expected], value: 5 });
});

test("a contact without values changes nothing", () => {
  expect(withoutWords("Seats: 5", [])).toBe("Seats: 5");
});

test("the value of a person who asked to be erased is erased in inflected forms too", () => {
  expect(withoutValues("Moreaus contract", ["moreau"])).toBe("[erased]s contract");
});
