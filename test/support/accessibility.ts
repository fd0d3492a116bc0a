/** Whether everyone can read and use a page: axe-core in both color schemes, and no horizontal scrolling from phone width to 4k. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { becomes } from "./desk.ts";

declare global {
  interface Window {
    axe: { run(context: Document | Element, options: RunOptions): Promise<AxeResults> };
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wide = { width: 1280, height: 900 };
/** As wide as 4k, but not as high: only the width decides about horizontal scrolling, and drawing the full height took longer than the check. */
const ultraWide = { width: 3840, height: 200 };
const phone = { width: 360, height: 740 };

/** Checks what the page shows now: light and dark, wide and as on a phone. Leaves it wide. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.setViewportSize(wide);
  await page.emulateMedia({ colorScheme: "light" });
  expect(await findings(page, {}), "light").toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  // Phones show everything that a dialog has.
  if (!(await page.evaluate(hasDialog))) expect(await findings(page, onlyColors), "dark").toEqual([]);
  await page.setViewportSize(phone);
  await becomes(() => excessWidth(page), 0);
  expect(await findings(page, {}), "dark, on a phone").toEqual([]);
  await page.setViewportSize(ultraWide);
  await becomes(() => excessWidth(page), 0);
  await page.setViewportSize(wide);
}

/** Checks what the page shows now, light and dark, without a change of its size. */
export async function expectAccessibleInThisSize(page: Page): Promise<void> {
  for (const [colorScheme, options] of [
    ["light", {}],
    ["dark", onlyColors],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await findings(page, options), colorScheme).toEqual([]);
  }
}

/** The rules that a color scheme can break. */
const onlyColors: RunOptions = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } };

/** Runs in the page. */
const hasDialog = () => document.querySelector("[role=dialog][aria-modal=true]") !== null;

async function findings(page: Page, options: RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    // Reading all style sheets and media again beforehand took a third of the time: it serves sounds that start on their own, which
    // no page has, and a rule that is off.
    (given) => {
      // What a dialog covers cannot be used, and is looked at by the tests of its page: both together took twice as long.
      const dialog = [...document.querySelectorAll("[role=dialog][aria-modal=true]")].at(-1);
      return window.axe.run(dialog ?? document, { ...given, resultTypes: ["violations"], preload: false });
    },
    options,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
  );
}

/** By how many pixels the page is wider than its window. */
function excessWidth(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
