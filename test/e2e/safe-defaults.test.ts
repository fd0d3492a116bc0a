/** A2: what a form has chosen before a person does is harmless or nothing, and what destroys is never one key press away. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findPersona } from "../../sandbox/personas.ts";
import { becomes, type Desk, hasValue, seen, startDesk } from "../support/desk.ts";

let desk: Desk;
let active: string;
let pending: string;
beforeAll(async () => {
  desk = await startDesk();
  active = await desk.buyActive("Fabrikam defaults");
  pending = await desk.buy({ name: "Fabrikam pending defaults" });
  await desk.buyActive("Fabrikam defaults two");
});
afterAll(() => desk?.stop());

const dialog = (page: Page) => page.getByRole("dialog");

/** What the open dialog has chosen, and where the focus is. That the change is made now is no answer in someone's name. */
function presets(page: Page) {
  return dialog(page).evaluate((element) => ({
    selects: [...element.querySelectorAll("select")].map(({ value }) => value).filter((value) => value !== ""),
    chosen: [...element.querySelectorAll("[role=radio][aria-checked=true], input[type=radio]:checked")].filter(
      (radio) => !radio.matches("input[value=now]"),
    ).length,
    texts: [...element.querySelectorAll("textarea")].map(({ value }) => value).filter((value) => value !== ""),
    focusedConfirm: document.activeElement?.matches("button[type=submit]") ?? false,
  }));
}
const nothing = { selects: [], chosen: 0, texts: [], focusedConfirm: false };

async function openAction(page: Page, action: string) {
  await page.getByRole("group", { name: "Actions" }).getByRole("button", { name: action, exact: true }).click();
  await seen(dialog(page));
  // The focus has gone into the dialog.
  await becomes(() => dialog(page).evaluate((element) => element.contains(document.activeElement)), true);
}

describe("A2: a form", () => {
  test.each([
    { action: "Change plan", on: () => active },
    { action: "Change seats", on: () => active },
    { action: "Suspend", on: () => active },
    { action: "Cancel subscription", on: () => active },
    { action: "Activate", on: () => pending },
  ])("for $action has no preselected reason, and the focus is not on its submit button", async ({ action, on }) => {
    const page = await desk.openPageAs("admin", `/subscriptions/${on()}`);
    await openAction(page, action);
    expect(await presets(page)).toEqual(nothing);
  });

  test("for a bulk action asks for the owner, and does not remove follow-ups if the day is empty", async () => {
    const page = await desk.openPageAs("admin", "/subscriptions?q=Fabrikam");
    await seen(page.getByRole("row").filter({ hasText: "Fabrikam defaults two" }));
    const choose = page.getByRole("checkbox", { name: /all/i }).first();
    await choose.check({ force: true });
    const bar = page.getByRole("region", { name: "Bulk actions" });
    await bar.getByRole("button", { name: "Owner" }).click();
    await seen(dialog(page));
    expect(await presets(page)).toEqual(nothing);
    await seen(dialog(page).getByRole("button", { name: "Unassigned" }));
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });

    await bar.getByRole("button", { name: "Follow-up" }).click();
    await seen(dialog(page));
    expect(await presets(page)).toEqual(nothing);
    await dialog(page).getByRole("button", { name: "Dry run" }).click();
    await seen(dialog(page).getByRole("alert"));
    expect((await desk.as("admin").bulk.list({})).rows).toEqual([]);
    await dialog(page).getByLabel("Remove the follow-up").check();
    await dialog(page).getByRole("button", { name: "Dry run" }).click();
    await page.waitForURL(/\/bulk\//);
  });

  test("for a bulk action makes one dry run if its button is pressed twice", async () => {
    const before = (await desk.as("admin").bulk.list({})).rows.length;
    const page = await desk.openPageAs("admin", "/subscriptions?q=Fabrikam");
    await seen(page.getByRole("row").filter({ hasText: "Fabrikam defaults two" }));
    await page.getByRole("checkbox", { name: /all/i }).first().check({ force: true });
    await page.getByRole("region", { name: "Bulk actions" }).getByRole("button", { name: "Owner" }).click();
    await dialog(page).getByRole("button", { name: "Unassigned" }).dblclick();
    await page.waitForURL(/\/bulk\//);
    await seen(page.getByText("Nothing has been changed yet."));
    expect((await desk.as("admin").bulk.list({})).rows.length).toBe(before + 1);
  });

  test("to merge a customer shows the other one as long as it is chosen, and never restores it", async () => {
    await desk.buyActive("Northwind defaults", { purchaser: "cleo" });
    const { customer } = await desk.as("viewer").subscriptions.get({ id: active });
    const page = await desk.openPageAs("admin", `/customers/${customer.id}`);
    const open = async () => {
      await page.getByRole("button", { name: "Merge into another customer…" }).click();
      await seen(dialog(page));
    };
    await open();
    const search = dialog(page).getByLabel("Other customer");
    const choice = dialog(page).getByRole("radio", { name: /northwind/i });
    await search.fill("northwind");
    await choice.check();
    await dialog(page).getByLabel("Reason").fill("The same company");
    await search.fill("another text");
    await choice.waitFor({ state: "detached" });
    await dialog(page).getByRole("button", { name: "Merge", exact: true }).click();
    await seen(dialog(page).getByText("Choose the other customer."));
    await search.fill("northwind");
    await choice.check();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    await open();
    await hasValue(dialog(page).getByLabel("Reason"), "The same company");
    await dialog(page).getByRole("button", { name: "Merge", exact: true }).click();
    await seen(dialog(page).getByText("Choose the other customer."));
    expect((await desk.as("viewer").subscriptions.get({ id: active })).customer.id).toBe(customer.id);
  });

  test("to block, revoke or decline starts empty", async () => {
    await (await desk.openAsStaff("viewer", "/")).context().close();
    const page = await desk.openPageAs("admin", "/settings/staff");
    await page.getByRole("button", { name: `Block… ${findPersona("viewer")?.name}` }).click();
    await seen(dialog(page));
    expect(await presets(page)).toEqual(nothing);
    await dialog(page).getByRole("button", { name: "Block" }).click();
    await seen(dialog(page).getByText(/at least 3 characters/));
  });
});

describe("B11: a typed name", () => {
  test("confirms a cancellation without the marks that no one can type", async () => {
    const id = await desk.buyActive("Munson\u2019s \u202EPickles\u200B  \u2013 East");
    const page = await desk.openPageAs("admin", `/subscriptions/${id}`);
    await openAction(page, "Cancel subscription");
    await dialog(page).getByLabel("Note (optional)").fill("They asked");
    await dialog(page).getByLabel("Type the name").fill("munsons pickles");
    await dialog(page).getByRole("button", { name: "Cancel subscription" }).click();
    await seen(dialog(page).getByText("The name does not match."));
    await dialog(page).getByLabel("Type the name").fill("munson's pickles - east");
    await dialog(page).getByRole("button", { name: "Cancel subscription" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await becomes(async () => (await desk.find(id))?.status, "Unsubscribed");
  });

  test("can be replaced by the start of the id if no keyboard has its characters", async () => {
    const id = await desk.buyActive("\u{1F3D4}\uFE0F");
    const page = await desk.openPageAs("admin", `/subscriptions/${id}`);
    await openAction(page, "Cancel subscription");
    await dialog(page).getByLabel("Note (optional)").fill("They asked");
    await seen(dialog(page).getByText(id.slice(0, 8)));
    await dialog(page)
      .getByLabel("Type the name")
      .fill(` ${id.slice(0, 8).toUpperCase()} `);
    await dialog(page).getByRole("button", { name: "Cancel subscription" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await becomes(async () => (await desk.find(id))?.status, "Unsubscribed");
  });
});
