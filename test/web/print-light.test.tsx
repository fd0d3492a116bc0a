import { expect, test } from "vitest";
import { printLight } from "../../web/shell/print-light.ts";

test("a page in dark colors is printed in light ones, also if the event comes twice", () => {
  const page = document.documentElement;
  printLight();
  for (const scheme of ["dark", "light"]) {
    page.dataset["mantineColorScheme"] = scheme;
    for (const event of ["beforeprint", "beforeprint"]) {
      window.dispatchEvent(new Event(event));
      expect(page.dataset["mantineColorScheme"]).toBe("light");
    }
    window.dispatchEvent(new Event("afterprint"));
    expect(page.dataset["mantineColorScheme"]).toBe(scheme);
  }
  delete page.dataset["mantineColorScheme"];
});
