/** An admin names an offer, and open pages of colleagues show the name without a reload. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "../support/accessibility.ts";
import { type Desk, seen, startDesk } from "../support/desk.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk?.stop());

describe("an admin", () => {
  test("names an offer by keyboard, and a colleague's open page shows the name", async () => {
    const id = await desk.buyActive("Fabrikam");
    const colleague = await desk.openAsStaff("viewer", `/subscriptions/${id}`);
    await seen(colleague.getByText("Purchase discovered: insight, Team, 5 seats, Subscribed"));
    await colleague.evaluate(() => Object.assign(window, { wasNotReloaded: true }));

    const admin = await desk.openAsStaff("admin", "/settings/offers");
    await admin.getByRole("button", { name: "Name… insight" }).press("Enter");
    const dialog = admin.getByRole("dialog", { name: "Name offer" });
    await expect.poll(() => dialog.getByLabel("Name").evaluate((field) => field === document.activeElement)).toBe(true);
    await expectAccessible(admin);
    await admin.keyboard.type("Contoso Insight");
    await admin.keyboard.press("Enter");
    await seen(admin.getByRole("heading", { name: "Contoso Insight" }));
    await seen(admin.getByText("named by Amira Dawson"));
    await expectAccessible(admin);

    await seen(colleague.getByText("Purchase discovered: Contoso Insight, Team, 5 seats, Subscribed"));
    expect(await colleague.evaluate(() => "wasNotReloaded" in window)).toBe(true);
  });

  test("reads why a name that a colleague has just set is not replaced", async () => {
    const admin = await desk.openAsStaff("admin", "/settings/offers");
    await admin.getByRole("button", { name: "Rename… Contoso Insight" }).click();
    const dialog = admin.getByRole("dialog", { name: "Rename offer" });
    await seen(dialog);
    await desk.as("admin").offers.name({ offerId: "insight", name: "Insight Cloud", seenName: "Contoso Insight" });
    await dialog.getByLabel("Name").fill("Mine");
    await dialog.getByRole("button", { name: "Rename offer" }).click();
    await seen(dialog.getByText("has changed this name. Close this dialog and try again."));
  });
});
