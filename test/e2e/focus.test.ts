/** The focus stays where the person works: on a button that waits for its answer, and near one that is gone (WCAG 2.4.3). */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays, utcDayOf } from "../../shared/day.ts";
import { becomes, type Desk, hasAttribute, hasCount, hasValue, seen, startDesk } from "../support/desk.ts";

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

/** Holds the answers of a procedure until they are released. */
async function hold(page: Page, procedure: string): Promise<{ asked: () => number; release(): void }> {
  let asked = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(`**/trpc/${procedure}**`, async (route) => {
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
    await button.focus();
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
    await button.focus();
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
    await button.focus();
    await page.keyboard.press("Enter");
    await region.waitFor({ state: "detached" });
    await becomes(() => isLost(page), false);
  });
});
