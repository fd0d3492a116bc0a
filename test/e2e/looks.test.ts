/** Every page, dialog and state that people see, looked at with axe-core, in both colour schemes and at a phone's width. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseAccount, hasCount, positiveNumberIn, seen, signInAsStaff, startSampleDesk } from "../support/desk.ts";
import { lesserFindings, looksRight } from "../support/looks.ts";

type Held = { id: string; status: string; name: string; quantity: number | null };

let desk: Awaited<ReturnType<typeof startSampleDesk>>;
let staff: Page;
let held: Held[];
beforeAll(async () => {
  desk = await startSampleDesk();
  staff = await (await desk.openContext()).newPage();
  await signInAsStaff(staff, `${desk.url}/subscriptions`, "admin");
  ({ subscriptions: held } = await desk.control<{ subscriptions: Held[] }>("subscriptions"));
  await seen(staff.locator("[data-row]"));
  // What the lists show first happens now.
  const { id } = sampleOf("Subscribed");
  await desk.control("settings", { operationDelayMs: 0, activationDelayMs: 0 });
  await desk.control(`subscriptions/${id}/renew`, {});
  await staff.goto(`${desk.url}/operations?state=settled`);
  await seen(staff.locator("[data-row]"));
});
afterAll(() => desk?.stop());

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });

function sampleOf(status: string): Held {
  const found = held.find((one) => one.status === status && one.quantity !== null);
  if (!found) throw new Error(`The sample has no subscription that is ${status}.`);
  return found;
}

describe("a page of the dashboard", () => {
  test.each([
    { path: "/", title: "Needs you", shows: ".need .row-link" },
    { path: "/subscriptions", title: "Subscriptions", shows: "[data-row]" },
    { path: "/subscriptions?q=nobody+has+this", title: "Subscriptions", shows: "text=No subscription matches" },
    { path: "/operations", title: "Operations", shows: "[data-row]" },
    { path: "/operations?state=open&action=Renew", title: "Operations", shows: "text=No operation is open" },
    { path: "/deliveries", title: "Deliveries", shows: "[data-row]" },
    { path: "/activity", title: "Activity", shows: "[data-row]" },
    { path: "/bulk", title: "Bulk runs", shows: "[data-row]" },
    { path: "/bulk?state=running", title: "Bulk runs", shows: "text=None is as these filters ask for" },
    { path: "/settings", title: "Settings", shows: ".settings-section" },
    { path: "/settings/reconcile", title: "Reconcile", shows: "main time" },
    { path: "/settings/rules", title: "Change rules", shows: ".scope-words" },
    { path: "/settings/connection", title: "Connection check", shows: ".check" },
    { path: "/overview?days=90", title: "Overview", shows: ".drawing .bar" },
    { path: "/overview?offer=none", title: "Overview", shows: "text=Nothing to picture yet" },
    { path: "/settings/branding", title: "Branding", shows: ".preview-card" },
    { path: "/settings/retention", title: "Retention", shows: ".retention-kind" },
    { path: "/settings/people", title: "Personal data", shows: ".people-search" },
    { path: "/settings/api-keys", title: "API keys", shows: "text=Contoso product (played by the sandbox)" },
    { path: "/settings/activation", title: "Activation", shows: ".scope" },
    { path: "/settings/staff", title: "Staff", shows: ".person" },
    { path: "/settings/reasons", title: "Reasons", shows: ".reason" },
    { path: "/settings/policy-changes", title: "Policy changes", shows: "text=No policy changes" },
    { path: "/settings/cancellations", title: "Cancellations", shows: ".check-box" },
    { path: "/?snoozed=true", title: "Needs you", shows: "text=Nothing is snoozed." },
    { path: "/?mine=true", title: "Needs you", shows: "text=Nothing of yours needs you" },
    { path: "/subscriptions/unknown", title: "Not on record", shows: "text=The desk knows no subscription" },
    { path: "/nowhere", title: /./, shows: "main" },
  ])("$path looks right", async ({ path, title, shows }) => {
    await staff.goto(`${desk.url}${path}`);
    await seen(heading(staff, title));
    await seen(staff.locator(shows));
    await looksRight(staff);
  });

  test.each(["PendingFulfillmentStart", "Subscribed", "Suspended", "Unsubscribed"])(
    "a subscription that is %s looks right",
    async (status) => {
      await openSubscription(sampleOf(status));
      await seen(staff.locator(".timeline .entries li"));
      await looksRight(staff);
    },
  );

  test("a delivery looks right", async () => {
    await staff.goto(`${desk.url}/deliveries`);
    await staff.locator("[data-row]").first().click();
    await seen(staff.locator("main pre"));
    await looksRight(staff);
  });

  test("an operation looks right", async () => {
    await staff.goto(`${desk.url}/operations`);
    await staff.locator("[data-row]").first().click();
    await staff.waitForURL(/\/operations\/.+/);
    await seen(heading(staff, /Renew/));
    await looksRight(staff);
    await staff.getByRole("button", { name: "Replay", exact: true }).click();
    await seen(staff.getByRole("dialog"));
    await looksRight(staff);
  });

  test("the card of who is signed in looks right", async () => {
    await staff.goto(`${desk.url}/subscriptions`);
    await staff.getByRole("button", { name: /Your account/ }).click();
    await seen(staff.getByRole("dialog", { name: "Your account" }));
    await looksRight(staff);
    await staff.keyboard.press("Escape");
  });
});

describe("a list", () => {
  test("with chosen rows, its drawer and the columns to choose from looks right", async () => {
    await staff.goto(`${desk.url}/subscriptions`);
    await seen(staff.locator("[data-row]"));
    await staff.keyboard.press("j");
    await staff.keyboard.press("x");
    await seen(staff.getByText("1 chosen"));
    await looksRight(staff);
    await staff.keyboard.press("Space");
    await seen(staff.getByRole("complementary").locator(".entries li"));
    await looksRight(staff);
    await staff.keyboard.press("Escape");
    await staff.getByRole("button", { name: "Columns" }).click();
    await seen(staff.getByRole("dialog", { name: "Choose and order the columns" }));
    await looksRight(staff);
    await staff.keyboard.press("Escape");
  });

  test.each(["Suspend", "Tags", "Change seats"])(
    "and what it asks before a bulk run, %s, looks right",
    async (button) => {
      await staff.goto(`${desk.url}/subscriptions`);
      await seen(staff.locator("[data-row]"));
      await staff.keyboard.press("j");
      await staff.keyboard.press("x");
      await staff.getByRole("button", { name: button, exact: true }).click();
      await seen(staff.getByRole("dialog").getByRole("button", { name: "Dry run" }));
      await looksRight(staff);
    },
  );

  test("a bulk run looks right before and after it has run", async () => {
    await staff.goto(`${desk.url}/subscriptions?status=Subscribed`);
    await seen(staff.locator("[data-row]"));
    await staff.getByRole("checkbox", { name: /^Choose all/ }).click();
    await staff.getByRole("button", { name: "Tags", exact: true }).click();
    await staff.getByRole("dialog").getByLabel("Add").fill("looked at");
    await staff.getByRole("dialog").getByRole("button", { name: "Dry run" }).click();
    await seen(staff.getByText("Nothing has been changed yet."));
    await seen(staff.locator("[data-row]"));
    await looksRight(staff);
    await staff.getByRole("button", { name: /^Start/ }).click();
    await seen(staff.getByText("It is done."));
    await looksRight(staff);
  });

  test("with the choice of a time, and of what happened, looks right", async () => {
    await staff.goto(`${desk.url}/activity?topic=status`);
    await seen(staff.locator("[data-row]"));
    await staff.getByRole("button", { name: "Any time" }).first().click();
    await seen(staff.getByRole("dialog", { name: "From when until when" }));
    await looksRight(staff);
  });
});

describe("what the search finds", () => {
  test.each([
    { typed: "Insight", shows: "Subscriptions" },
    { typed: "nobody has this", shows: "Nothing has this" },
  ])("for $typed looks right", async ({ typed, shows }) => {
    await staff.goto(`${desk.url}/`);
    await staff.getByRole("combobox").fill(typed);
    await seen(staff.locator(".find[data-state=answered]").getByText(shows));
    await staff.keyboard.press("ArrowDown");
    await looksRight(staff);
  });
});

describe("a dialog", () => {
  test.each([
    { action: "Activate", status: "PendingFulfillmentStart" },
    { action: "Change seats", status: "Subscribed" },
    { action: "Change plan", status: "Subscribed" },
    { action: "Suspend", status: "Subscribed" },
    { action: "Cancel subscription", status: "Subscribed" },
  ])("$action looks right, also when something is wrong", async ({ action, status }) => {
    await openSubscription(sampleOf(status));
    const dialog = await openDialog(action);
    await dialog.locator("[aria-busy]").waitFor({ state: "detached" });
    await dialog.locator("button[type=submit]").click();
    await seen(dialog.getByText("Give a reason of at least 3 characters"));
    await looksRight(staff);
  });

  test("Reinstate looks right, and a subscription on hold", async () => {
    await openSubscription(sampleOf("Subscribed"));
    const suspend = await openDialog("Suspend");
    await suspend.getByLabel("Reason").fill("A look at the hold");
    await suspend.getByRole("button", { name: "Suspend access" }).click();
    await seen(staff.getByText("“A look at the hold”"));
    await suspend.waitFor({ state: "hidden" });
    await looksRight(staff);
    const reinstate = await openDialog("Reinstate");
    await looksRight(staff);
    await reinstate.getByLabel("Reason").fill("Looked at");
    await reinstate.getByRole("button", { name: "Reinstate access" }).click();
    await seen(staff.getByText("access full"));
  });

  test("a reason why not looks right", async () => {
    await openSubscription(sampleOf("Unsubscribed"));
    await staff.getByRole("button", { name: "Activate", exact: true }).focus();
    await seen(staff.getByRole("tooltip"));
    await looksRight(staff);
  });

  test("Snooze looks right, also when something is wrong, and what is snoozed", async () => {
    await staff.goto(`${desk.url}/?snoozed=true`);
    await staff
      .getByRole("button", { name: /^Snooze/ })
      .first()
      .click();
    const dialog = staff.getByRole("dialog");
    await dialog.getByRole("radio", { name: "At another time" }).click();
    await dialog.getByRole("button", { name: "Snooze" }).click();
    await seen(dialog.getByText("Give a reason of at least 3 characters"));
    await looksRight(staff);
    await dialog.getByLabel("Reason").fill("The customer is on holiday");
    await dialog.getByRole("button", { name: "Snooze" }).click();
    await seen(staff.locator(".need-snooze"));
    await looksRight(staff);
    await staff.getByRole("button", { name: /^Unsnooze/ }).click();
    await seen(staff.getByText("Nothing is snoozed."));
  });

  test("Activate from the list, Shut out and the keys look right", async () => {
    await staff.goto(`${desk.url}/`);
    await staff
      .getByRole("button", { name: /^Activate/ })
      .first()
      .click();
    await seen(staff.getByRole("dialog").getByLabel("Reason"));
    await looksRight(staff);
    await staff.goto(`${desk.url}/settings/staff`);
    await staff
      .getByRole("button", { name: /^Shut out/ })
      .first()
      .focus();
    await seen(staff.getByRole("tooltip"));
    await looksRight(staff);
    await staff.keyboard.press("?");
    await seen(staff.getByRole("dialog", { name: "Keys" }));
    await looksRight(staff);
  });

  test("Add a reason looks right, also when something is wrong", async () => {
    await staff.goto(`${desk.url}/settings/reasons`);
    await staff.getByRole("button", { name: "Add a reason" }).click();
    const dialog = staff.getByRole("dialog");
    await dialog.getByRole("button", { name: "Add the reason" }).click();
    await seen(dialog.getByText("Choose at least one action"));
    await looksRight(staff);
  });

  test(
    "a cancellation for a second person looks right: its request, and declining it",
    { timeout: 120_000 },
    async () => {
      await staff.goto(`${desk.url}/settings/cancellations`);
      await staff.getByLabel("A cancellation needs a second person").check();
      await staff.getByRole("button", { name: "Keep" }).click();
      await seen(staff.getByText("Set by Amira Dawson"));
      const wanted = sampleOf("Subscribed");
      await openSubscription(wanted);
      const dialog = await openDialog("Cancel subscription");
      await dialog.getByLabel("Why").selectOption({ label: "Not paid" });
      await dialog.getByLabel("Type the name to confirm").fill(wanted.name);
      await dialog.getByRole("button", { name: "Ask for the cancellation" }).click();
      await dialog.waitFor({ state: "hidden" });
      await seen(staff.getByRole("button", { name: "Withdraw" }));
      await looksRight(staff);
      const operator = await (await desk.openContext()).newPage();
      await signInAsStaff(operator, `${desk.url}/subscriptions/${wanted.id}`, "operator");
      for (const verb of ["Approve", "Decline"]) {
        await operator.getByRole("button", { name: verb, exact: true }).click();
        await seen(operator.getByRole("dialog"));
        await looksRight(operator);
        if (verb === "Approve") await operator.keyboard.press("Escape");
      }
      await operator.getByRole("dialog").getByLabel("Reason").fill("They pay after all");
      await operator.getByRole("dialog").getByRole("button", { name: "Decline" }).click();
      await operator.getByRole("button", { name: "Decline", exact: true }).first().waitFor({ state: "detached" });
      await operator.context().close();
    },
  );

  test("what did not go through looks right", async () => {
    const { id, quantity } = sampleOf("Subscribed");
    const body = { error: { code: "BadRequest", message: "The agreement does not allow this many seats." } };
    await desk.control("faults", { target: `PATCH ^/api/saas/subscriptions/${id}`, times: 1, status: 400, body });
    await openSubscription(sampleOf("Subscribed"));
    const dialog = await openDialog("Change seats");
    await dialog.getByLabel("Seats").fill(String((quantity ?? 0) + 1));
    await dialog.getByLabel("Reason").fill("A look at a failure");
    await dialog.getByRole("button", { name: "Change seats" }).click();
    await seen(staff.getByText("The agreement does not allow this many seats.").first());
    await looksRight(staff);
  });

  test("the edit of a change rule looks right", async () => {
    await staff.goto(`${desk.url}/settings/rules`);
    await staff.getByRole("button", { name: /^Edit/ }).nth(1).click();
    await seen(staff.getByRole("dialog"));
    await looksRight(staff);
  });
});

describe("a page without script", () => {
  test("of the landing looks right in every state", { timeout: 180_000 }, async () => {
    const page = await (await desk.openContext()).newPage();
    await page.goto(`${desk.url}/landing`);
    await seen(heading(page, "Open your subscription from Microsoft"));
    await looksRight(page);

    const bought = await buy("A look at the landing page");
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

    await desk.control("settings", { activationDelayMs: 3_600_000 });
    await page.getByLabel("Company").fill("Fabrikam");
    await page.getByRole("button", { name: "Activate subscription" }).click();
    await page.getByRole("link", { name: "Stop updating this page by itself" }).click();
    await page.waitForURL(/update=off/);
    await looksRight(page);
    await desk.control("clock", { advanceMs: 3_600_000 });
    await desk.control("settings", { activationDelayMs: 0 });
    await page.goto(bought.landingUrl);
    await seen(heading(page, "Your subscription is active"));
    await looksRight(page);
    for (const [act, title] of [
      ["suspend", "Your subscription is suspended"],
      ["unsubscribe", "This subscription has ended"],
    ] as const) {
      await desk.control(`subscriptions/${bought.subscriptionId}/${act}`, {});
      await expect
        .poll(() => page.reload().then(() => page.getByRole("heading", { level: 1 }).innerText()), { timeout: 20_000 })
        .toBe(title);
      await looksRight(page);
    }
    await page.goto(`${desk.url}/landing?token=unknown`);
    await seen(heading(page, "This link can no longer be used"));
    await looksRight(page);
    await page.context().close();
  });

  test("for staff with no role, and after signing out, looks right", async () => {
    const page = await (await desk.openContext()).newPage();
    await page.goto(`${desk.url}/`);
    await chooseAccount(page, "outsider");
    await seen(heading(page, "Your account has no role in Marketdesk"));
    await looksRight(page);
    await page.goto(`${desk.url}/auth/callback?error=access_denied&state=none`);
    await seen(heading(page, "You are not signed in"));
    await looksRight(page);
    await page.context().close();
  });

  test.each(["/", "/operations", "/webhooks", "/calls", "/conditions"])(
    "%s of the sandbox looks right",
    async (path) => {
      const page = await (await desk.openContext()).newPage();
      await page.goto(`${desk.sandboxUrl}${path}`);
      await seen(page.getByRole("heading", { level: 1 }));
      await page
        .locator("details")
        .evaluateAll((all) => all.slice(0, 2).forEach((one) => one.setAttribute("open", "")));
      await looksRight(page);
      await page.context().close();
    },
  );

  test("a subscription of the sandbox looks right", async () => {
    const page = await (await desk.openContext()).newPage();
    await page.goto(`${desk.sandboxUrl}/subscriptions/${sampleOf("Subscribed").id}`);
    await seen(page.getByRole("heading", { level: 1 }));
    await looksRight(page);
    await page.context().close();
  });
});

test("a figure of the overview leads to a list that has as many", async () => {
  await staff.goto(`${desk.url}/overview?days=90`);
  const plans = staff.locator(".picture", { has: staff.getByRole("heading", { name: "By offer and plan" }) });
  await plans.locator("summary").click();
  const figure = plans.locator("tbody tr").first().locator("td a").first();
  const counted = await positiveNumberIn(figure);
  await figure.click();
  await seen(staff.locator("[data-row]"));
  await hasCount(staff.locator("[data-row]"), counted);
  await staff.goBack();
  const flows = staff.locator(".picture", { has: staff.getByRole("heading", { name: "New and lost" }) });
  const purchased = flows.locator(".picture-summary a").first();
  const bought = await positiveNumberIn(purchased);
  await purchased.click();
  await staff.waitForURL(/purchasedFrom=/);
  await hasCount(staff.locator("[data-row]"), bought);
});

test("nothing lesser was found either, and no page complained", () => {
  expect([...lesserFindings]).toEqual([]);
  expect(desk.complaints).toEqual([]);
});

async function openSubscription({ id, name }: Held): Promise<void> {
  await staff.goto(`${desk.url}/subscriptions/${id}`);
  await seen(staff.getByRole("heading", { level: 1 }).filter({ hasText: name }));
  await seen(staff.getByRole("group", { name: "Actions" }));
}

async function openDialog(action: string) {
  await staff.getByRole("group", { name: "Actions" }).getByRole("button", { name: action, exact: true }).click();
  const dialog = staff.getByRole("dialog");
  await seen(dialog);
  return dialog;
}

function buy(name: string) {
  const wanted = { offerId: "insight", planId: "team", quantity: 5, purchaser: "ada", name };
  return desk.control<{ subscriptionId: string; landingUrl: string }>("purchases", wanted);
}
