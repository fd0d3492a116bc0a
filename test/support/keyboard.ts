/** A page without a mouse. */
import type { Page } from "playwright-core";

/** Presses Tab until what has the focus has this text. */
export async function tabTo(page: Page, text: string): Promise<void> {
  await tabUntil(page, `text “${text}”`, (wanted) => document.activeElement?.textContent?.trim() === wanted, text);
}

/** Presses Tab until the field with this label has the focus. */
export async function tabToLabel(page: Page, label: string): Promise<void> {
  const isThere = (wanted: string) => {
    const { labels } = document.activeElement as HTMLInputElement;
    return labels?.[0]?.textContent?.startsWith(wanted) ?? false;
  };
  await tabUntil(page, `label “${label}”`, isThere, label);
}

async function tabUntil(page: Page, what: string, isThere: (wanted: string) => boolean, wanted: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.evaluate(isThere, wanted)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`80 presses of Tab did not lead to what has the ${what}.`);
}
