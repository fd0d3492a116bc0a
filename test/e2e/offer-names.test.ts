/** An admin names and brands an offer, and asks its purchasers; open pages of colleagues show the name without a reload. */
// cspell:words Willkommen Bestätigen Ihren Kauf Abonnement aktivieren Deutsch Teamgröße
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "../support/accessibility.ts";
import { becomes, type Desk, hasCount, seen, startDesk } from "../support/desk.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk?.stop());

describe("an admin", () => {
  test("names an offer by keyboard, and a colleague's open page shows the name", async () => {
    const id = await desk.buyActive("Fabrikam");
    const colleague = await desk.openPageAs("viewer", `/subscriptions/${id}`);
    await seen(colleague.getByText("Purchase discovered: insight, Team, 5 seats, Subscribed"));
    await colleague.evaluate(() => Object.assign(window, { wasNotReloaded: true }));

    const admin = await desk.openPageAs("admin", "/settings/offers");
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
    const admin = await desk.openPageAs("admin", "/settings/offers");
    await admin.getByRole("button", { name: "Rename… Contoso Insight" }).click();
    const dialog = admin.getByRole("dialog", { name: "Rename offer" });
    await seen(dialog);
    await desk.as("admin").offers.name({ offerId: "insight", name: "Insight Cloud", seenName: "Contoso Insight" });
    await dialog.getByLabel("Name").fill("Mine");
    await dialog.getByRole("button", { name: "Rename offer" }).click();
    await seen(dialog.getByText("has changed this name. Close this dialog and try again."));
  });

  test("sees the real landing page of an offer in another language and scheme before the branding is saved", async () => {
    await desk.buyActive("Northwind");
    const admin = await desk.openPageAs("admin", "/settings/branding?offer=insight");
    const frame = admin.locator("main iframe").contentFrame();
    await seen(frame.getByRole("heading", { level: 1, name: "Confirm your purchase" }));
    await admin.getByLabel("Language of the texts and the preview").selectOption("de");
    await admin.getByLabel("Introduction (Deutsch)").fill("Willkommen bei Insight.");
    await admin.getByLabel("Button and link color").fill("#ffd500");
    await seen(admin.getByText(/The preview shows the last valid values.*4\.5 to 1/));
    await admin.getByLabel("Button and link color").fill("#8a1c5c");
    await seen(frame.getByRole("heading", { level: 1, name: "Bestätigen Sie Ihren Kauf" }));
    await seen(frame.getByText("Willkommen bei Insight."));
    const button = frame.getByRole("button", { name: "Abonnement aktivieren" });
    await becomes(() => button.evaluate((one) => getComputedStyle(one).backgroundColor), "rgb(138, 28, 92)");
    await admin.getByLabel("Color scheme of the preview").selectOption("dark");
    await becomes(
      () => frame.locator("main").evaluate((one) => getComputedStyle(one).backgroundColor),
      "rgb(27, 35, 38)",
    );
    await expectAccessible(admin);
    await admin.getByLabel("Support email").fill("help@contoso.example");
    await admin.getByLabel("Reason").fill("Its own look");
    await admin.getByRole("button", { name: "Save" }).click();
    await seen(admin.getByText(/^Version 1 by Amira Dawson/));
    const [, own] = await desk.as("viewer").branding.list();
    expect(own?.own).toMatchObject({ introduction: { de: "Willkommen bei Insight." }, accent: "#8a1c5c" });
    expect(desk.complaints).toEqual([]);
  });

  test("sees a question as purchasers will, before it is saved, and staff answer it where the purchaser did not", async () => {
    const id = await desk.buyActive("Adatum");
    const admin = await desk.openPageAs("admin", "/settings/questions");
    await admin.getByRole("button", { name: /^Edit the questions for all plans of / }).click();
    const dialog = admin.getByRole("dialog");
    await dialog.getByLabel(/^Questions of all plans of /).selectOption("own");
    await dialog.getByRole("button", { name: "Add question" }).click();
    await seen(dialog.getByText(/The preview shows the last valid values/));
    await dialog.getByLabel("Question", { exact: true }).fill("Team size");
    await dialog.getByLabel("Kind").selectOption("number");
    const frame = dialog.locator("iframe").contentFrame();
    await seen(frame.getByRole("spinbutton", { name: "Team size" }));
    await dialog.getByLabel("Language of the texts and the preview").selectOption("de");
    await dialog.getByLabel("Question (Deutsch)").fill("Teamgröße");
    await seen(frame.getByRole("spinbutton", { name: "Teamgröße" }));
    await expectAccessible(admin);
    await dialog.getByLabel("Reason").fill("For the first call");
    await dialog.getByRole("button", { name: "Save" }).click();
    await seen(admin.getByText("Team size", { exact: true }));

    const operator = await desk.openPageAs("operator", `/subscriptions/${id}`);
    await seen(operator.getByText("No answer yet"));
    await operator.getByRole("button", { name: "Enter answers…" }).click();
    const answers = operator.getByRole("dialog", { name: "Enter answers" });
    await answers.getByLabel("Team size").fill("12");
    await answers.getByLabel("Reason").fill("Heard on the phone");
    await answers.getByRole("button", { name: "Save" }).click();
    await seen(operator.getByRole("button", { name: "Edit answers…" }));
    await hasCount(operator.getByText("No answer yet"), 0);
    expect((await desk.find(id))?.answers).toMatchObject([{ question: "Team size", answer: 12 }]);
    expect(desk.complaints).toEqual([]);
  });
});
