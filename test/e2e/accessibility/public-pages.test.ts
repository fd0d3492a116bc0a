/** How the pages look that work without script: landing, sign-in and sandbox. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseAccount, seen } from "../../support/desk.ts";
import { heading, openPublicPagesDesk, type PublicPagesDesk } from "../../support/accessibility-desk.ts";
import { expectAccessible } from "../../support/accessibility.ts";

let desk: PublicPagesDesk;
beforeAll(async () => {
  desk = await openPublicPagesDesk();
});
afterAll(() => desk?.stop());

describe("a page without script", () => {
  test("of the landing page is accessible in all states", async () => {
    const page = await (await desk.openContext()).newPage();
    await page.goto(`${desk.url}/landing`);
    await seen(heading(page, "Open your subscription from Microsoft"));
    await expectAccessible(page);

    const purchase = await desk.buy("A look at the landing page");
    await page.goto(purchase.landingUrl);
    await seen(heading(page, "Set up your subscription"));
    await expectAccessible(page);
    await page.getByRole("link", { name: "Sign in with Microsoft" }).click();
    await seen(heading(page, "Sign in"));
    await expectAccessible(page);
    await chooseAccount(page, "cleo");
    await seen(heading(page, "This purchase belongs to another account"));
    await expectAccessible(page);
    await page.getByRole("link", { name: "Sign in with another account" }).click();
    await chooseAccount(page, "ada");
    await seen(heading(page, "Confirm your purchase"));
    await expectAccessible(page);
    await page.getByRole("button", { name: "Activate subscription" }).click();
    await seen(page.getByRole("alert"));
    await expectAccessible(page);

    await desk.control("settings", { activationDelayMs: 3_600_000 });
    await page.getByLabel("Company").fill("Fabrikam");
    await page.getByRole("button", { name: "Activate subscription" }).click();
    await page.getByRole("link", { name: "Turn off automatic refresh" }).click();
    await page.waitForURL(/update=off/);
    await expectAccessible(page);
    await desk.control("clock", { advanceMs: 3_600_000 });
    await desk.control("settings", { activationDelayMs: 0 });
    await page.goto(purchase.landingUrl);
    await seen(heading(page, "Your subscription is active"));
    await expectAccessible(page);
    for (const [act, title] of [
      ["suspend", "Your subscription is suspended"],
      ["unsubscribe", "This subscription has ended"],
    ] as const) {
      await desk.control(`subscriptions/${purchase.subscriptionId}/${act}`, {});
      await expect
        .poll(() => page.reload().then(() => page.getByRole("heading", { level: 1 }).innerText()), { timeout: 30_000 })
        .toBe(title);
      await expectAccessible(page);
    }
    await page.goto(`${desk.url}/landing?token=unknown`);
    await seen(heading(page, "This link can no longer be used"));
    await expectAccessible(page);
    await page.context().close();
  });

  test("for staff without a role and after signing out is accessible", async () => {
    const page = await (await desk.openContext()).newPage();
    await page.goto(`${desk.url}/`);
    await chooseAccount(page, "outsider");
    await seen(heading(page, "Your account has no role in Marketdesk"));
    await expectAccessible(page);
    await page.goto(`${desk.url}/auth/callback?error=access_denied&state=none`);
    await seen(heading(page, "You are not signed in"));
    await expectAccessible(page);
    await page.context().close();
  });

  test.each(["/", "/operations", "/webhooks", "/calls", "/conditions"])(
    "of the sandbox, %s, is accessible",
    async (path) => {
      const page = await (await desk.openContext()).newPage();
      await page.goto(`${desk.sandboxUrl}${path}`);
      await seen(page.getByRole("heading", { level: 1 }));
      await page
        .locator("details")
        .evaluateAll((all) => all.slice(0, 2).forEach((one) => one.setAttribute("open", "")));
      await expectAccessible(page);
      await page.context().close();
    },
  );

  test("of a sandbox subscription is accessible", async () => {
    const page = await (await desk.openContext()).newPage();
    await page.goto(`${desk.sandboxUrl}/subscriptions/${desk.sampleOf("Subscribed").id}`);
    await seen(page.getByRole("heading", { level: 1 }));
    await expectAccessible(page);
    await page.context().close();
  });
});

test("no page reports an error to the console", () => {
  desk.expectNoErrorOnPages();
});
