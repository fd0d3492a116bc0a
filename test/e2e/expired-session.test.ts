/** B7: a session that ends while someone types does not lose the input. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sessions } from "../../server/database/schema/staff.ts";
import { becomes, chooseAccount, type Desk, hasValue, seen, startDesk } from "../support/desk.ts";

let desk: Desk;
let id: string;
beforeAll(async () => {
  desk = await startDesk();
  id = await desk.buyActive("Fabrikam signed out");
});
afterAll(() => desk?.stop());

const line = (page: Page) => page.getByRole("alert").filter({ hasText: "You are signed out." });
const dialog = (page: Page) => page.getByRole("dialog");

/** Signs in in the tab that the page offers. */
async function signInElsewhere(page: Page, key: string): Promise<void> {
  const [tab] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "Sign in in a new tab" }).last().click(),
  ]);
  await chooseAccount(tab, key);
  await seen(tab.getByRole("navigation", { name: "Main" }));
  await tab.close();
}

describe("what is typed", () => {
  test("survives Escape and a reload, is forgotten once it is sent, and can be discarded", async () => {
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
    const open = () =>
      page.getByRole("group", { name: "Actions" }).getByRole("button", { name: "Change seats" }).click();
    await open();
    await dialog(page).getByLabel("Seats").fill("9");
    await dialog(page).getByLabel("Note (optional)").fill("Agreed by phone");
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    await page.getByLabel("Note for colleagues").fill("Half a thought");
    await page.reload();
    await hasValue(page.getByLabel("Note for colleagues"), "Half a thought");
    await page.getByRole("button", { name: "Add note" }).click();
    await becomes(() => page.getByLabel("Note for colleagues").inputValue(), "");
    await open();
    await seen(dialog(page).getByText("Your earlier input was restored."));
    await hasValue(dialog(page).getByLabel("Note (optional)"), "Agreed by phone");
    await dialog(page).getByRole("button", { name: "Discard" }).click();
    await hasValue(dialog(page).getByLabel("Note (optional)"), "");
    await page.reload();
    await seen(page.getByRole("region", { name: "Timeline" }).getByText("Half a thought"));
    await hasValue(page.getByLabel("Note for colleagues"), "");
  });
});

describe("B7: a session that ends while a form is open", () => {
  test("keeps a dialog with its input, and sends it after the person has signed in again", async () => {
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
    await page.getByRole("group", { name: "Actions" }).getByRole("button", { name: "Change seats" }).click();
    await dialog(page).getByLabel("Seats").fill("7");
    await dialog(page).getByLabel("Note (optional)").fill("A long reason that is tedious to type twice");
    await desk.db.delete(sessions);
    await seen(line(page));
    await dialog(page).getByRole("button", { name: "Change seats" }).click();
    await seen(dialog(page).getByRole("alert"));
    await hasValue(dialog(page).getByLabel("Note (optional)"), "A long reason that is tedious to type twice");
    expect((await desk.find(id))?.quantity).toBe(5);
    // The dialog covers the page: the way back in is in it, too.
    await signInElsewhere(page, "operator");
    await line(page).last().waitFor({ state: "hidden" });
    await dialog(page).getByRole("button", { name: "Change seats" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await becomes(async () => (await desk.find(id))?.quantity, 7);
  });

  test("keeps a note and a settings form", async () => {
    const page = await desk.openPageAs("admin", `/subscriptions/${id}`);
    await page.getByLabel("Note for colleagues").fill("Their buyer is away until Monday");
    await desk.db.delete(sessions);
    await seen(line(page));
    await page.getByRole("button", { name: "Add note" }).click();
    await hasValue(page.getByLabel("Note for colleagues"), "Their buyer is away until Monday");
    await signInElsewhere(page, "admin");
    await line(page).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Add note" }).click();
    await becomes(() => page.getByLabel("Note for colleagues").inputValue(), "");

    await page.goto(`${desk.url}/settings/cancellations`);
    await page.getByLabel("Hours until a request expires").fill("31");
    await desk.db.delete(sessions);
    await seen(line(page));
    await hasValue(page.getByLabel("Hours until a request expires"), "31");
  });

  test("goes to the sign-in page and back if nothing was entered", async () => {
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
    await page.evaluate(() => sessionStorage.clear());
    await desk.db.delete(sessions);
    await chooseAccount(page, "operator");
    await page.waitForURL(`${desk.url}/subscriptions/${id}`);
    await seen(page.getByRole("heading", { level: 1, name: "Fabrikam signed out" }));
  });
});
