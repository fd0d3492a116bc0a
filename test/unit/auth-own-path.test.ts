import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownPath } from "../../server/auth/own-path.ts";

describe("ownPath (probe 58)", () => {
  test.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "",
  ])("replaces %j with the home page", (wish) => {
    expect(ownPath(wish)).toBe("/");
  });

  test.each(["/", "/subscriptions", "/subscriptions?status=Suspended&q=a%20b", "/activity#top", "/landing"])(
    "keeps %s",
    (wish) => {
      expect(ownPath(wish)).toBe(wish);
    },
  );

  test("returns the home page without a path", () => {
    expect(ownPath(undefined)).toBe("/");
  });

  test("keeps only the path of an address that is too long for a cookie", () => {
    expect(ownPath(`/subscriptions?q=${"a".repeat(5_000)}`)).toBe("/subscriptions");
    expect(ownPath(`/${"a".repeat(5_000)}`)).toBe("/");
  });

  test("never leads to another site", () => {
    const pieces = fc.constantFrom(
      "/",
      "\\",
      ".",
      "..",
      "evil.example",
      "@",
      ":",
      "?",
      "#",
      "%2f",
      "%5c",
      "\t",
      " ",
      "a",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join("")),
        ),
        (wish) => {
          for (const base of ["http://localhost:3000/auth/callback", "https://desk.example/"]) {
            expect(new URL(ownPath(wish), base).origin).toBe(new URL(base).origin);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
