import { describe, expect, test } from "vitest";
import { generatedPages } from "../../docs/generate.ts";
import { settings } from "../../server/settings.ts";

describe("generated pages", async () => {
  test.each(await generatedPages())("$path match the code (else: npm run docs)", ({ wanted, found }) => {
    expect(found).toBe(wanted);
  });

  test("name every setting", async () => {
    for (const { path, wanted } of (await generatedPages()).filter(
      (page) => !/lifecycle|decisions|events/.test(page.path),
    )) {
      for (const name of Object.keys(settings)) expect(wanted, path).toMatch(new RegExp(`[\`#]${name}[\`=]`));
    }
  });
});
