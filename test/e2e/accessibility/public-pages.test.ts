/** How the pages look that work without script: landing, sign-in and sandbox. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseAccount, seen } from "../../support/desk.ts";
import { heading, type LooksDesk, openLooksDesk } from "../../support/accessibility-desk.ts";
import { looksRight } from "../../support/accessibility.ts";

let looks: LooksDesk;
beforeAll(async () => {
  looks = await openLooksDesk();
});
afterAll(() => looks?.stop());

describe("a page without script", () => {
  test("of the landing looks right in every state", { timeout: 180_000 }, async () => {
    const page = await (await looks.openContext()).newPage();
    await page.goto(`${looks.url}/landing`);
    await seen(heading(page, "Open your subscription from Microsoft"));
    await looksRight(page);

    const bought = await looks.buy("A look at the landing page");
    await page.goto(bought.landingUrl);
    await seen(heading(page, "Set up your subscription"));
    await looksRight(page);
    await page.getByRole("link", { name: "Sign in with Microsoft" }).click();
    await seen(heading(page, "Sign in"));
    await looksRight(page);
    await chooseAccount(page, "cleo");
    await seen(heading(page, "This purchase belongs to another account"));
    await looksRight(page);
    await page.getByRole("link", { name: "Sign in with another account" }).click();
    await chooseAccount(page, "ada");
    await seen(heading(page, "Confirm your purchase"));
    await looksRight(page);
    await page.getByRole("button", { name: "Activate subscription" }).click();
    await seen(page.getByRole("alert"));
    await looksRight(page);

    await looks.control("settings", { activationDelayMs: 3_600_000 });
    await page.getByLabel("Company").fill("Fabrikam");
    await page.getByRole("button", { name: "Activate subscription" }).click();
    await page.getByRole("link", { name: "Turn off automatic refresh" }).click();
    await page.waitForURL(/update=off/);
    await looksRight(page);
    await looks.control("clock", { advanceMs: 3_600_000 });
    await looks.control("settings", { activationDelayMs: 0 });
    await page.goto(bought.landingUrl);
    await seen(heading(page, "Your subscription is active"));
    await looksRight(page);
    for (const [act, title] of [
      ["suspend", "Your subscription is suspended"],
      ["unsubscribe", "This subscription has ended"],
    ] as const) {
      await looks.control(`subscriptions/${bought.subscriptionId}/${act}`, {});
      await expect
        .poll(() => page.reload().then(() => page.getByRole("heading", { level: 1 }).innerText()), { timeout: 20_000 })
        .toBe(title);
      await looksRight(page);
    }
    await page.goto(`${looks.url}/landing?token=unknown`);
    await seen(heading(page, "This link can no longer be used"));
    await looksRight(page);
    await page.context().close();
  });

  test("for staff with no role, and after signing out, looks right", async () => {
    const page = await (await looks.openContext()).newPage();
    await page.goto(`${looks.url}/`);
    await chooseAccount(page, "outsider");
    await seen(heading(page, "Your account has no role in Marketdesk"));
    await looksRight(page);
    await page.goto(`${looks.url}/auth/callback?error=access_denied&state=none`);
    await seen(heading(page, "You are not signed in"));
    await looksRight(page);
    await page.context().close();
  });

  test.each(["/", "/operations", "/webhooks", "/calls", "/conditions"])(
    "%s of the sandbox looks right",
    async (path) => {
      const page = await (await looks.openContext()).newPage();
      await page.goto(`${looks.sandboxUrl}${path}`);
      await seen(page.getByRole("heading", { level: 1 }));
      await page
        .locator("details")
        .evaluateAll((all) => all.slice(0, 2).forEach((one) => one.setAttribute("open", "")));
      await looksRight(page);
      await page.context().close();
    },
  );

  test("a subscription of the sandbox looks right", async () => {
    const page = await (await looks.openContext()).newPage();
    await page.goto(`${looks.sandboxUrl}/subscriptions/${looks.sampleOf("Subscribed").id}`);
    await seen(page.getByRole("heading", { level: 1 }));
    await looksRight(page);
    await page.context().close();
  });
});

test("nothing lesser was found either, and no page complained", () => {
  looks.expectNoComplaints();
});
