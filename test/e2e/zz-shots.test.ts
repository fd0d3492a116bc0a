import { sql } from "drizzle-orm";
import { test } from "vitest";
import { seen, signInAsStaff, startSampleDesk } from "../support/desk.ts";
import { lesserFindings, looksRight } from "../support/looks.ts";

test("shots", { timeout: 400_000 }, async () => {
  const desk = await startSampleDesk();
  console.log(Object.keys(desk));
  try {
    await signInAsStaff(await (await desk.openContext()).newPage(), `${desk.url}/`, "viewer");
    await signInAsStaff(await (await desk.openContext()).newPage(), `${desk.url}/`, "operator");
    for (const [name, options] of [
      ["light", { colorScheme: "light" }],
      ["dark", { colorScheme: "dark" }],
      ["narrow", { colorScheme: "light", viewport: { width: 390, height: 844 } }],
    ] as const) {
      const page = await (await desk.openContext(options)).newPage();
      await signInAsStaff(page, `${desk.url}/`, "admin");
      await seen(page.locator(".need .row-link"));
      await page.screenshot({ path: `/tmp/shots/home-${name}.png` });
      await page
        .getByRole("button", { name: /^Snooze/ })
        .first()
        .click();
      await seen(page.getByRole("dialog"));
      await page.waitForTimeout(300);
      await page.screenshot({ path: `/tmp/shots/snooze-${name}.png` });
      if (name === "light") {
        await page.getByRole("dialog").getByLabel("Reason").fill("The customer is on holiday until then");
        await page.getByRole("dialog").getByRole("button", { name: "Snooze" }).click();
        await page.getByRole("dialog").waitFor({ state: "hidden" });
      } else await page.keyboard.press("Escape");
      await page.goto(`${desk.url}/?snoozed=true`);
      await seen(page.locator(".need-snooze"));
      await page.screenshot({ path: `/tmp/shots/snoozed-${name}.png`, fullPage: true });
      await page.goto(`${desk.url}/settings/connection`);
      await seen(page.locator(".check"));
      await page.screenshot({ path: `/tmp/shots/connection-${name}.png`, fullPage: true });
      await page.goto(`${desk.url}/settings/staff`);
      await seen(page.locator(".person"));
      await page.screenshot({ path: `/tmp/shots/staff-${name}.png` });
      await page
        .getByRole("button", { name: /Shut out/ })
        .last()
        .click();
      await seen(page.getByRole("dialog"));
      await page.waitForTimeout(300);
      await page.screenshot({ path: `/tmp/shots/staffdialog-${name}.png` });
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      await page.keyboard.press("?");
      await seen(page.getByRole("dialog"));
      await page.waitForTimeout(300);
      await page.screenshot({ path: `/tmp/shots/keys-${name}.png` });
      await page.context().close();
    }
    console.log(desk.complaints);
    void sql;
    void looksRight;
    void lesserFindings;
  } finally {
    await desk.stop();
  }
});
