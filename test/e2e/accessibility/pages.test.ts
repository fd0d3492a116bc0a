/** How every page of the dashboard looks: axe-core, both color schemes, from a phone to 4k. */
import { afterAll, beforeAll, describe, test } from "vitest";
import { hasCount, positiveNumberIn, seen } from "../../support/desk.ts";
import { heading, type LooksDesk, openLooksDesk } from "../../support/accessibility-desk.ts";
import { looksRight } from "../../support/accessibility.ts";

let looks: LooksDesk;
beforeAll(async () => {
  looks = await openLooksDesk();
});
afterAll(() => looks?.stop());

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
    { path: "/settings/security", title: "Security", shows: "text=this session" },
    { path: "/settings/policy-changes", title: "Policy changes", shows: "text=No policy changes" },
    { path: "/settings/cancellations", title: "Cancellations", shows: ".check-box" },
    { path: "/?snoozed=true", title: "Needs you", shows: "text=Nothing is snoozed." },
    { path: "/?mine=true", title: "Needs you", shows: "text=Nothing of yours needs you" },
    { path: "/subscriptions/unknown", title: "Not on record", shows: "text=The desk knows no subscription" },
    { path: "/nowhere", title: /./, shows: "main" },
  ])("$path looks right", async ({ path, title, shows }) => {
    await looks.staff.goto(`${looks.url}${path}`);
    await seen(heading(looks.staff, title));
    await seen(looks.staff.locator(shows));
    await looksRight(looks.staff);
  });

  test.each(["PendingFulfillmentStart", "Subscribed", "Suspended", "Unsubscribed"])(
    "a subscription that is %s looks right",
    async (status) => {
      await looks.openSubscription(looks.sampleOf(status));
      await seen(looks.staff.locator(".timeline .entries li"));
      await looksRight(looks.staff);
    },
  );

  test("a delivery looks right", async () => {
    await looks.staff.goto(`${looks.url}/deliveries`);
    await looks.staff.locator("[data-row]").first().click();
    await seen(looks.staff.locator("main pre"));
    await looksRight(looks.staff);
  });

  test("an operation looks right", async () => {
    await looks.staff.goto(`${looks.url}/operations`);
    await looks.staff.locator("[data-row]").first().click();
    await looks.staff.waitForURL(/\/operations\/.+/);
    await seen(heading(looks.staff, /Renew/));
    await looksRight(looks.staff);
    await looks.staff.getByRole("button", { name: "Replay", exact: true }).click();
    await seen(looks.staff.getByRole("dialog"));
    await looksRight(looks.staff);
  });

  test("the card of who is signed in looks right", async () => {
    await looks.staff.goto(`${looks.url}/subscriptions`);
    await looks.staff.getByRole("button", { name: /Your account/ }).click();
    await seen(looks.staff.getByRole("dialog", { name: "Your account" }));
    await looksRight(looks.staff);
    await looks.staff.keyboard.press("Escape");
  });
});

describe("what the search finds", () => {
  test.each([
    { typed: "Insight", shows: "Subscriptions" },
    { typed: "nobody has this", shows: "Nothing has this" },
  ])("for $typed looks right", async ({ typed, shows }) => {
    await looks.staff.goto(`${looks.url}/`);
    await looks.staff.getByRole("combobox").fill(typed);
    await seen(looks.staff.locator(".find[data-state=answered]").getByText(shows));
    await looks.staff.keyboard.press("ArrowDown");
    await looksRight(looks.staff);
  });
});

test("a figure of the overview leads to a list that has as many", async () => {
  await looks.staff.goto(`${looks.url}/overview?days=90`);
  const plans = looks.staff.locator(".picture", {
    has: looks.staff.getByRole("heading", { name: "By offer and plan" }),
  });
  await plans.locator("summary").click();
  const figure = plans.locator("tbody tr").first().locator("td a").first();
  const counted = await positiveNumberIn(figure);
  await figure.click();
  await seen(looks.staff.locator("[data-row]"));
  await hasCount(looks.staff.locator("[data-row]"), counted);
  await looks.staff.goBack();
  const flows = looks.staff.locator(".picture", { has: looks.staff.getByRole("heading", { name: "New and lost" }) });
  const purchased = flows.locator(".picture-summary a").first();
  const bought = await positiveNumberIn(purchased);
  await purchased.click();
  await looks.staff.waitForURL(/purchasedFrom=/);
  await hasCount(looks.staff.locator("[data-row]"), bought);
});

test("nothing lesser was found either, and no page complained", () => {
  looks.expectNoComplaints();
});
