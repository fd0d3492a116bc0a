/** Uses a dialog or a menu by keyboard: finds mistakes in where the focus goes and in which input is kept. */
import type { Locator, Page } from "playwright-core";
import { becomes, hasCount } from "./desk.ts";
import { focusOn, isFocused } from "./keyboard.ts";
import { walkWithTab } from "./tab-walk.ts";

const modal = "[role=dialog][aria-modal=true]";
const menu = ":popover-open:not([role=tooltip])";
const drawer = "aside";
const dialogs = { modal, menu, drawer };
export type DialogKind = keyof typeof dialogs;

/** Addresses of channels and endpoints are never kept, because anyone who has one can post to it. */
const textFields =
  ":is(textarea, input:is([type=text], [type=email], :not([type]))):not([readonly], :disabled, [inputmode=url])";
const kept = "Typed by keys";

/** Presses the button and waits until the dialog has the focus, or until the menu is open. */
export async function openByKey(page: Page, opener: Locator, kind: DialogKind, key = "Enter"): Promise<Locator> {
  const before = await page.locator(dialogs[kind]).count();
  await focusOn(opener);
  await page.keyboard.press(key);
  await hasCount(page.locator(dialogs[kind]), before + 1);
  const opened = page.locator(dialogs[kind]).last();
  await hasCount(opened.locator("[aria-busy=true]"), 0);
  // The dialog gives itself the focus twice.
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 1_000 })));
  if (kind === "modal") await becomes(() => opened.evaluate(hasFocusInside), true);
  return opened;
}

/** Runs in the page: whether the focus is on the first element of the dialog. */
function hasFocusInside(dialog: Element): boolean {
  const first = dialog.querySelector("[data-autofocus]");
  const { activeElement } = document;
  return first ? activeElement === first : activeElement !== dialog && dialog.contains(activeElement);
}

/** Closes it with Escape and waits until the focus is back. */
export async function leaveByKey(page: Page, opener: Locator, kind: DialogKind): Promise<void> {
  const before = await page.locator(dialogs[kind]).count();
  // The focus is already on what follows the menu.
  const inside = page.locator(dialogs[kind]).last().locator(":is(a[href], button, input):not(:disabled)");
  if (kind !== "modal") await ((await inside.count()) > 0 ? inside.first() : opener).focus();
  await page.keyboard.press("Escape");
  await hasCount(page.locator(dialogs[kind]), before - 1);
  await becomes(() => isFocused(opener), true);
}

/** @returns what is wrong, in sentences */
export async function walkThrough(page: Page, kind: DialogKind, key: "Tab" | "Shift+Tab"): Promise<string[]> {
  const root = dialogs[kind];
  const problems = await walkWithTab(page, key, { root, isModal: kind === "modal" });
  const unnamed = await page.locator(root).last().evaluate(findUnnamed);
  return [...new Set([...problems, ...unnamed])];
}

/** Runs in the page: fields without a label, and buttons without a name. */
function findUnnamed(root: Element): string[] {
  const nameOf = (element: HTMLElement) => {
    const labels = "labels" in element ? [...((element as HTMLInputElement).labels ?? [])] : [];
    const ids = (element.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
    const parts = [...labels, ...ids.map((id) => document.getElementById(id))].map((one) => one?.textContent ?? "");
    const own = element.matches("button, a") ? (element.textContent ?? "") : "";
    return [element.getAttribute("aria-label") ?? "", ...parts, own].join("").trim();
  };
  return [...root.querySelectorAll<HTMLElement>("input, select, textarea, button, a[href]")]
    .filter((element) => element.checkVisibility() && nameOf(element) === "")
    .map((element) => `Without a name: ${element.outerHTML.slice(0, 80)}`);
}

/** Types into the last field for text, if there is one. */
export async function typeByKeys(page: Page, opened: Locator): Promise<boolean> {
  const field = opened.locator(textFields).last();
  if ((await field.count()) === 0) return false;
  await field.focus();
  await page.keyboard.type(kept);
  return true;
}

/** Whether a field has what was typed. */
export async function hasTyped(opened: Locator): Promise<boolean> {
  const values = await opened
    .locator(textFields)
    .evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
  return values.some((value) => value.includes(kept));
}
