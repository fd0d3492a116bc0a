/** The purchaser's journey: buy, follow the link, sign in, activate, come back. With script and without. */
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseAccount, type Desk, hasCount, hasText, hasValue, seen, startDesk } from "../support/desk.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk?.stop());

/** Buys on the sandbox's page as a customer does in Microsoft's portal, and follows the link to the landing page. */
async function buyOnSandboxPage(context: BrowserContext, name: string): Promise<Page> {
  const portal = await context.newPage();
  await portal.goto(desk.sandbox.url);
  // By their names: a label around a list of choices is also made of the choices.
  await portal.locator("select[name=plan]").selectOption("insight/team");
  await portal.getByLabel("Seats (per-seat plans only)").fill("5");
  await portal.locator("select[name=purchaser]").selectOption("ada");
  await portal.getByLabel("Name (optional)").fill(name);
  await portal.getByRole("button", { name: "Buy", exact: true }).click();
  return followTo(context, () => portal.getByRole("link", { name: "Open landing page" }).click());
}

/** Comes again later, as by Manage account in Microsoft's portal: with a new token. */
async function returnFromSandboxPage(context: BrowserContext, name: string): Promise<Page> {
  const portal = await context.newPage();
  await portal.goto(`${desk.sandbox.url}/?q=${encodeURIComponent(name)}`);
  return followTo(context, () => portal.getByRole("button", { name: `Open landing page for ${name}` }).click());
}

/** How many Activate calls Microsoft has received for it. */
async function activationsOf(subscriptionId: string): Promise<number> {
  const { calls } = await desk.control<{ calls: { path: string }[] }>("calls?limit=1000");
  return calls.filter(({ path }) => path.endsWith(`${subscriptionId}/activate`)).length;
}

/** Does what opens a new tab, and gives the tab. */
async function followTo(context: BrowserContext, act: () => Promise<void>): Promise<Page> {
  const [page] = await Promise.all([context.waitForEvent("page"), act()]);
  return page;
}

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

/** Waits until the page states this fact. */
const states = (page: Page, name: string, value: string) =>
  hasText(
    page.locator("dl > div", { has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) }).locator("dd"),
    value,
  );

describe("a purchaser", () => {
  test.each([
    { way: "with script", javaScriptEnabled: true },
    { way: "without script", javaScriptEnabled: false },
  ])(
    "buys, signs in, activates, and sees the status on the next visit, $way",
    async ({ way: mode, javaScriptEnabled }) => {
      const name = `Fabrikam team, ${mode}`;
      const context = await desk.openContext({ javaScriptEnabled });
      const page = await buyOnSandboxPage(context, name);
      await seen(heading(page, "Set up your subscription"));
      // The token has left the address.
      await expect.poll(() => page.url()).toMatch(/\/landing\?visit=\w+$/);
      await page.getByRole("link", { name: "Sign in with Microsoft" }).click();
      await chooseAccount(page, "ada");

      await seen(heading(page, "Confirm your purchase"));
      await states(page, "Subscription", name);
      await states(page, "Plan", "Team");
      await states(page, "Seats", "5");
      await states(page, "Purchased by", "ada@fabrikam.example");
      await hasValue(page.getByLabel("Contact name"), "Ada Moreau");

      await page.getByRole("button", { name: "Activate subscription" }).click();
      await seen(page.getByRole("alert").getByRole("link", { name: "Enter the name of your company." }));
      await hasValue(page.getByLabel("Email"), "ada@fabrikam.example");
      await page.getByLabel("Company").fill("Fabrikam Ltd");
      await page.getByLabel("Phone").fill("+32 2 555 01 00");
      await page.getByRole("button", { name: "Activate subscription" }).click();
      // The page about the activation in progress reloads itself, also without script.
      await seen(heading(page, "Your subscription is active"));
      await states(page, "Contact", "Ada Moreau, Fabrikam Ltd, ada@fabrikam.example");

      const next = await returnFromSandboxPage(context, name);
      await seen(heading(next, "Your subscription is active"));
      await hasCount(next.getByRole("button", { name: "Activate subscription" }), 0);
      const id = next.url().split("/").at(-1) ?? "";
      expect(await activationsOf(id)).toBe(1);
      await context.close();

      const staff = await desk.openAsStaff("viewer", `/subscriptions?q=${encodeURIComponent(name)}`);
      await staff.getByRole("link", { name, exact: true }).click();
      await seen(staff.getByRole("heading", { level: 1, name: `${name} · Team · 5 seats` }));
      await seen(staff.getByText("Subscribed · active"));
      await seen(staff.getByText("Fabrikam Ltd", { exact: true }));
      await staff.context().close();
    },
  );
});

test("signs in and activates with the keyboard alone", async () => {
  const context = await desk.openContext();
  const { landingUrl } = await desk.control<{ landingUrl: string }>("purchases", {
    offerId: "insight",
    planId: "team",
    quantity: 5,
    purchaser: "ada",
    name: "Fabrikam by keys",
  });
  const page = await context.newPage();
  await page.goto(landingUrl);
  await tabTo(page, "Sign in with Microsoft");
  await page.keyboard.press("Enter");
  await seen(page.getByRole("button", { name: "Ada Moreau" }));
  await tabTo(page, "Ada Moreau");
  await page.keyboard.press("Enter");
  await seen(heading(page, "Confirm your purchase"));
  await tabTo(page, "Activate subscription");
  await page.keyboard.press("Enter");
  await seen(page.getByRole("alert"));
  await tabTo(page, "Enter the name of your company.");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Fabrikam");
  await hasValue(page.getByLabel("Company"), "Fabrikam");
  await page.keyboard.press("Enter");
  await seen(heading(page, "Your subscription is active"));
  await context.close();
});

/** Presses Tab until what has the focus says this. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.textContent?.includes(wanted) ?? false, text)) return;
  }
  throw new Error(`60 presses of Tab did not lead to “${text}”.`);
}

describe("a purchaser with an unusable link", () => {
  test.each([
    { how: "without a token", path: "/landing", title: "Open your subscription from Microsoft" },
    { how: "with an empty token", path: "/landing?token=", title: "Open your subscription from Microsoft" },
  ])("learns how to open the page: $how", async ({ path, title }) => {
    const context = await desk.openContext();
    const page = await context.newPage();
    await page.goto(`${desk.url}${path}`);
    await seen(heading(page, title));
    await context.close();
  });

  test("B7: keeps two purchases in two tabs apart without script, and keeps the input over another sign-in", async () => {
    const context = await desk.openContext({ javaScriptEnabled: false });
    const [first, second] = [await context.newPage(), await context.newPage()];
    const purchases = await Promise.all(
      ["Tab one", "Tab two"].map((name) =>
        desk.control<{ landingUrl: string }>("purchases", {
          offerId: "insight",
          planId: "team",
          quantity: 5,
          purchaser: "ada",
          name,
        }),
      ),
    );
    await first.goto(purchases[0]?.landingUrl ?? "");
    await second.goto(purchases[1]?.landingUrl ?? "");
    await first.getByRole("link", { name: "Sign in with Microsoft" }).click();
    await second.getByRole("link", { name: "Sign in with Microsoft" }).click();
    await chooseAccount(first, "ada");
    await seen(first.getByText("Tab one"));
    await first.getByLabel("Contact name").fill("محمّد الأحمد");
    await first.getByLabel("Email").fill("sales/emea@bücher.example");
    await first.getByLabel("Company").fill("北京示例公司");
    // The second tab's sign-in takes the place of the first one's.
    await chooseAccount(second, "ada");
    await seen(second.getByText("Tab two"));
    await first.getByRole("button", { name: "Activate subscription" }).click();
    await seen(first.getByRole("heading", { name: "Send the form again" }));
    await expect.poll(() => first.getByLabel("Contact name").inputValue()).toBe("محمّد الأحمد");
    await expect.poll(() => first.getByLabel("Email").inputValue()).toBe("sales/emea@bücher.example");
    // Signed out in the other tab: the text waits for the next sign-in.
    await second.getByRole("button", { name: "sign out" }).click();
    await seen(heading(second, "You are signed out"));
    await first.getByRole("button", { name: "Activate subscription" }).click();
    await seen(heading(first, "Sign in again to continue"));
    await first.getByRole("link", { name: "Sign in with Microsoft" }).click();
    await chooseAccount(first, "ada");
    await seen(first.getByText("They have not been sent yet"));
    await expect.poll(() => first.getByLabel("Company").inputValue()).toBe("北京示例公司");
    await first.getByRole("button", { name: "Activate subscription" }).click();
    await seen(first.getByText(/being activated|is active/).first());
    await context.close();
  });

  test("learns how to get a new link if Microsoft does not know the purchase token", async () => {
    const context = await desk.openContext();
    const page = await context.newPage();
    await page.goto(`${desk.url}/landing?token=not-a-token`);
    await page.getByRole("link", { name: "Sign in with Microsoft" }).click();
    await chooseAccount(page, "ada");
    await seen(heading(page, "This link can no longer be used"));
    await context.close();
  });
});
