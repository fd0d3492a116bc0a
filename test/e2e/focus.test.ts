/** The focus stays where the person works: on a button that waits for its answer, and near one that is gone (WCAG 2.4.3). */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays, utcDayOf } from "../../shared/day.ts";
import { becomes, type Desk, hasAttribute, hasCount, hasValue, seen, startDesk } from "../support/desk.ts";
import { focusOn, isFocused } from "../support/keyboard.ts";

let desk: Desk;
let id: string;
beforeAll(async () => {
  desk = await startDesk();
  id = await desk.buyActive("Fabrikam focus");
});
afterAll(() => desk?.stop());

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent);
const isLost = (page: Page) => page.evaluate(() => document.activeElement === document.body);

const hasLoadedKeepFocus = () =>
  performance.getEntriesByType("resource").some(({ name }) => name.includes("/keep-focus-"));

/** Runs in the page: a button goes, a field has the focus, and is left. @returns whether the focus is still lost afterwards */
async function loseTheFocusTwice(): Promise<boolean> {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const main = document.querySelector("main")!;
  const [button, field] = [document.createElement("button"), document.createElement("input")];
  main.append(button, field);
  button.focus();
  button.remove();
  await wait(0);
  field.focus();
  field.blur();
  await wait(300);
  field.remove();
  return document.activeElement === document.body;
}

/** Runs in the page: from now on, frames come 300 ms late. */
function delayFrames(): void {
  const nextFrame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => window.setTimeout(() => nextFrame(callback), 300);
}

/** Holds the answers of a procedure until they are released. */
async function hold(page: Page, procedure: string): Promise<{ asked: () => number; release(): void }> {
  let asked = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(new RegExp(String.raw`/trpc/[^?]*${procedure}`), async (route) => {
    asked += 1;
    await promise;
    await route.continue();
  });
  return { asked: () => asked, release: () => resolve() };
}

describe("a button that waits for its answer", () => {
  test("keeps the focus, says that it is busy, and sends once", async () => {
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
    const note = page.getByLabel("Note for colleagues");
    const button = page.getByRole("button", { name: "Add note" });
    const answer = await hold(page, "subscriptions.addNote");
    await note.fill("Their buyer is away");
    await focusOn(button);
    await page.keyboard.press("Enter");
    await hasAttribute(button, "aria-busy", "true");
    expect(await focused(page)).toBe("Add note");
    await page.keyboard.press("Enter");
    await button.click({ force: true });
    await note.press("Enter");
    expect(answer.asked()).toBe(1);
    await button.focus();
    answer.release();
    await hasValue(note, "");
    expect(await focused(page)).toBe("Add note");
    await hasCount(page.getByRole("region", { name: "Timeline" }).getByText("Their buyer is away"), 1);
  });

  test("keeps it in a dialog whose change is refused", async () => {
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
    await page.getByRole("group", { name: "Actions" }).getByRole("button", { name: "Suspend" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Note (optional)").fill("Agreed by phone");
    const answer = await hold(page, "subscriptions.suspend");
    const button = dialog.getByRole("button", { name: "Suspend access" });
    await focusOn(button);
    await page.keyboard.press("Enter");
    await hasAttribute(button, "aria-busy", "true");
    // A colleague was faster.
    await desk.as("operator").subscriptions.suspend({ subscriptionId: id, reason: "Asked" });
    answer.release();
    await seen(dialog.getByRole("alert"));
    expect(await isLost(page)).toBe(false);
    await desk.as("operator").subscriptions.reinstate({ subscriptionId: id, reason: "Asked" });
  });
});

describe("a button that is gone when its action is done", () => {
  test("leaves the focus to what is around it", async () => {
    const on = addDays(utcDayOf(Date.now()), 20);
    const planned = { subscriptionId: id, action: "changeQuantity" as const, on, reason: "Agreed" };
    await desk.as("operator").plannedChanges.plan({ ...planned, quantity: 9 });
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
    const region = page.getByRole("region", { name: "Planned changes" });
    const button = region.getByRole("button", { name: /^Undo/ });
    // Fetched once the first page is there.
    await becomes(() => page.evaluate(hasLoadedKeepFocus), true);
    await focusOn(button);
    await page.keyboard.press("Enter");
    await region.waitFor({ state: "detached" });
    await becomes(() => isLost(page), false);
    expect(await page.evaluate(loseTheFocusTwice)).toBe(true);
  });

  test.each(["Enter", "the button"])("leaves it there after a view is saved with %s", async (how) => {
    const page = await desk.openPageAs("operator", `/subscriptions?q=${how.slice(0, 3)}`);
    await becomes(() => page.evaluate(hasLoadedKeepFocus), true);
    const open = page.getByRole("button", { name: "Save view" });
    await focusOn(open);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Save view" }).getByLabel("Name").fill(`View by ${how}`);
    if (how !== "Enter") await focusOn(page.getByRole("button", { name: "Save", exact: true }));
    await page.keyboard.press("Enter");
    await open.waitFor({ state: "detached" });
    await becomes(() => isLost(page), false);
  });
});

describe("the focus returns", () => {
  test.each([
    ["/subscriptions", "Export"],
    ["/subscriptions", "Columns"],
    ["/customers", "Export"],
    ["/activity", "Export"],
    ["/subscriptions", /Your account/],
  ])("on %s to %s when its menu is closed with Escape", async (path, name) => {
    const page = await desk.openPageAs("operator", path);
    await seen(page.locator("[data-row]").first());
    const button = page.getByRole("button", { name }).first();
    await focusOn(button);
    await page.keyboard.press("Enter");
    await hasCount(page.locator(":popover-open, [role=dialog]:visible"), 1);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Escape");
    await hasCount(page.locator(":popover-open, [role=dialog]:visible"), 0);
    await becomes(() => isFocused(button), true);
  });

  test("to the row when the list of shortcuts is closed, and stays in the search when its results are closed", async () => {
    const page = await desk.openPageAs("operator", "/subscriptions");
    await seen(page.locator("[data-row]").first());
    await page.keyboard.press("j");
    const row = page.locator("[data-row]").first();
    await becomes(() => isFocused(row), true);
    await page.keyboard.press("?");
    await seen(page.getByRole("dialog", { name: "Keyboard shortcuts" }).getByText("Send the form or the note"));
    await page.keyboard.press("Escape");
    await becomes(() => isFocused(row), true);
    await page.keyboard.press("/");
    const search = page.getByRole("search").getByRole("combobox");
    await becomes(() => isFocused(search), true);
    await hasAttribute(search, "aria-expanded", "true");
    await page.keyboard.press("Escape");
    await hasAttribute(search, "aria-expanded", "false");
    expect(await isFocused(search)).toBe(true);
  });

  test("to the button of a dialog that is left, on pages and in settings", async () => {
    const page = await desk.openPageAs("admin", `/subscriptions/${id}`);
    const actions = page.getByRole("group", { name: "Actions" });
    const write = page.getByRole("button", { name: /^Write/ }).first();
    for (const button of [actions.getByRole("button", { name: "Change seats" }), write]) {
      await seen(button);
      await focusOn(button);
      await page.keyboard.press("Enter");
      await seen(page.getByRole("dialog"));
      await page.keyboard.press("Escape");
      await hasCount(page.getByRole("dialog"), 0);
      await becomes(() => isFocused(button), true);
    }
    await page.goto(`${desk.url}/settings/reasons`);
    const add = page.getByRole("button", { name: /^Add reason/ }).first();
    await seen(add);
    await focusOn(add);
    await page.keyboard.press("Enter");
    await seen(page.getByRole("dialog"));
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).press("Enter");
    await hasCount(page.getByRole("dialog"), 0);
    await becomes(() => isFocused(add), true);
  });

  test("to the row from a dialog without fields, on a machine whose next frame comes late", async () => {
    const page = await desk.openPageAs("operator", "/subscriptions");
    await becomes(() => page.evaluate(hasLoadedKeepFocus), true);
    await seen(page.locator("[data-row]").first());
    await page.keyboard.press("j");
    const row = page.locator("[data-row]").first();
    await becomes(() => isFocused(row), true);
    await page.keyboard.press("?");
    const close = page.getByRole("dialog").getByRole("button", { name: "Close" });
    await becomes(() => isFocused(close), true);
    await page.evaluate(delayFrames);
    await page.keyboard.press("Escape");
    await hasCount(page.getByRole("dialog"), 0);
    await becomes(() => isFocused(row), true);
  });

  test("to where it was before a message that is undone or closed", async () => {
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
    const staff = page.getByRole("region", { name: "Staff" });
    const before = page.getByText("Technical details");
    for (const name of ["Undo", "Close message"]) {
      await staff.getByRole("button", { name: "Assign to me" }).press("Enter");
      const button = page.getByRole("status").getByRole("button", { name }).first();
      await seen(button);
      await before.focus();
      await focusOn(button);
      await page.keyboard.press("Enter");
      await becomes(() => isFocused(before), true);
      if (name === "Undo") await seen(staff.getByRole("button", { name: "Assign to me" }));
    }
  });
});
