/** Every dialog and menu of the dashboard without a mouse: the focus goes in, stays in and comes back, and Escape keeps what was typed. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { deskDialogs, type DialogEntry, type Made, openerOf, prepareDialogs } from "../../support/desk-dialogs.ts";
import { hasTyped, leaveByKey, openByKey, typeByKeys, walkThrough } from "../../support/dialog-walk.ts";
import { becomes, type Desk, hasCount, seen, startDesk } from "../../support/desk.ts";
import { usualSize } from "../../support/staff-pages.ts";

const wide = { width: 1280, height: 720 };
const phone = { width: 360, height: 640 };

let desk: Desk;
let made: Made;
let page: Page;
beforeAll(async () => {
  desk = await startDesk();
  made = await prepareDialogs(desk);
  page = await desk.openAsStaff("admin", "/settings");
});
afterAll(() => desk?.stop());

/** As it is at first: without the dialog that another test may have left. */
async function open({ path: place, before }: DialogEntry): Promise<void> {
  const visit = (address: string) => page.evaluate((to) => history.pushState({}, "", to), address);
  await visit("/nowhere");
  await seen(page.getByRole("heading", { level: 1, name: "Page not found" }));
  await visit(typeof place === "string" ? place : place(made));
  await page.getByRole("heading", { level: 1, name: "Page not found" }).waitFor({ state: "hidden" });
  await hasCount(page.locator("main [aria-busy=true]"), 0);
  await becomes(() => page.evaluate(() => document.activeElement?.matches("h1, main") ?? false), true);
  await before?.(page, desk);
}

describe("without a mouse", () => {
  test.each(deskDialogs)("$file, opened by $button, is reached, used and left", async (entry) => {
    const { kind = "modal", key } = entry;
    onTestFinished(() => page.setViewportSize(usualSize));
    const opener = openerOf(page, entry);
    let isTyped = false;
    for (const size of entry.isOnPhonesOnly ? [phone] : [wide, phone]) {
      await page.setViewportSize(size);
      if (size === wide || entry.isOnPhonesOnly) await open(entry);
      await seen(opener);
      const opened = await openByKey(page, opener, kind, key);
      if (isTyped) await becomes(() => hasTyped(opened), true);
      const walkKey = kind === "modal" && size === phone ? "Shift+Tab" : "Tab";
      expect(await walkThrough(page, kind, walkKey), `${size.width} pixels`).toEqual([]);
      isTyped = await typeByKeys(page, opened);
      await leaveByKey(page, opener, kind);
    }
  });
});

test("each dialog and menu of the dashboard is in the table", () => {
  const web = path.resolve(import.meta.dirname, "../../../web");
  const missing = readdirSync(web, { recursive: true, encoding: "utf8" }).filter((file) => {
    if (!file.endsWith(".tsx") || file === "components/dropdown.tsx") return false;
    const found =
      readFileSync(path.join(web, file), "utf8").match(/<(Dialog|Dropdown|PeekPanel)\b|popover="auto"/g) ?? [];
    return found.length > deskDialogs.filter((entry) => entry.file === file).length;
  });
  expect(missing).toEqual([]);
});
