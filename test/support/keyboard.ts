/** Uses a page by keyboard. */
import type { Locator, Page } from "playwright-core";
import { becomes } from "./desk.ts";

/** Presses Tab until the focused element has this text. */
export async function tabTo(page: Page, text: string): Promise<void> {
  await tabUntil(page, `text “${text}”`, (expected) => document.activeElement?.textContent?.trim() === expected, text);
}

/** Presses Tab until the field with this label has the focus. */
export async function tabToLabel(page: Page, label: string): Promise<void> {
  const isThere = (expected: string) => {
    const { labels } = document.activeElement as HTMLInputElement;
    return labels?.[0]?.textContent?.startsWith(expected) ?? false;
  };
  await tabUntil(page, `label “${label}”`, isThere, label);
}

async function tabUntil(
  page: Page,
  what: string,
  isThere: (expected: string) => boolean,
  expected: string,
): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.evaluate(isThere, expected)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`After 80 presses of Tab, the focus is not on an element with the ${what}.`);
}

export const isFocused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);

/** Focuses it once it is enabled: a disabled button would leave the focus where it is. */
export async function focusOn(locator: Locator): Promise<void> {
  await becomes(() => locator.isEnabled(), true);
  await locator.focus();
}
