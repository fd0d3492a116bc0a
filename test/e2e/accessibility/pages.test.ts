/** How every page of the dashboard looks: axe-core, both color schemes, from a phone to 4k. */
import type { Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { becomes, hasAttribute, hasCount, positiveNumberIn, seen, signInAsStaff } from "../../support/desk.ts";
import { heading, type AccessibilityDesk, openAccessibilityDesk } from "../../support/accessibility-desk.ts";
import { expectAccessible, expectAccessibleInThisSize } from "../../support/accessibility.ts";

let desk: AccessibilityDesk;
beforeAll(async () => {
  desk = await openAccessibilityDesk();
});
afterAll(() => desk?.stop());

describe("a page of the dashboard", () => {
  test.each([
    { path: "/", title: "Needs attention", shows: "[data-need] a[data-row]" },
    { path: "/subscriptions", title: "Subscriptions", shows: "[data-row]" },
    { path: "/subscriptions?q=nobody+has+this", title: "Subscriptions", shows: "text=No subscriptions match" },
    { path: "/customers", title: "Customers", shows: "[data-row]" },
    { path: "/customers?q=nobody+has+this", title: "Customers", shows: "text=No customers match" },
    { path: "/customers/unknown", title: "Customer not found", shows: "text=No customer with this ID" },
    { path: "/operations", title: "Operations", shows: "[data-row]" },
    { path: "/operations?state=open&action=Renew", title: "Operations", shows: "text=No open operations" },
    { path: "/planned", title: "Planned changes", shows: "text=No planned changes" },
    { path: "/deliveries", title: "Webhooks", shows: "[data-row]" },
    { path: "/activity", title: "Activity", shows: "[data-row]" },
    { path: "/bulk", title: "Bulk runs", shows: "[data-row]" },
    { path: "/bulk?state=running", title: "Bulk runs", shows: "text=No bulk runs match these filters" },
    { path: "/settings", title: "Settings", shows: "main section h2" },
    { path: "/settings/reconcile", title: "Reconciliation", shows: "main time" },
    { path: "/settings/rules", title: "Change rules", shows: "main li h3" },
    { path: "/settings/connection", title: "Connection check", shows: "main li[data-state]" },
    { path: "/overview?days=90", title: "Overview", shows: "[data-chart] svg rect:has(title)" },
    { path: "/overview?offer=none", title: "Overview", shows: "text=No data yet" },
    { path: "/settings/branding", title: "Branding", shows: "main iframe" },
    { path: "/settings/purchaser-mails", title: "Purchaser emails", shows: "main dl" },
    { path: "/settings/notifications", title: "Notifications", shows: "main fieldset >> nth=1" },
    { path: "/settings/channels", title: "Channels", shows: "main form h2" },
    { path: "/act?link=forged", title: "Message about a need", shows: "text=This link is no longer valid." },
    { path: "/settings/retention", title: "Data retention", shows: "main form label" },
    { path: "/settings/automations", title: "Automations", shows: "text=No automations yet" },
    { path: "/settings/automations/new", title: "Create automation", shows: "main form h2" },
    { path: "/settings/people", title: "Personal data", shows: "main form" },
    { path: "/settings/api-keys", title: "API keys", shows: "text=Contoso product (simulated by the sandbox)" },
    { path: "/settings/offers", title: "Offers and plans", shows: "main li h3" },
    { path: "/settings/endpoints", title: "Endpoints", shows: "text=No endpoints yet" },
    { path: "/usage", title: "Usage", shows: "text=Dimensions" },
    { path: "/settings/messages", title: "Messages", shows: "text=No messages" },
    { path: "/settings/messages?state=failed", title: "Messages", shows: "text=No messages match these filters" },
    { path: "/settings/activation", title: "Activation", shows: "main li h3" },
    { path: "/settings/destination", title: "Destination", shows: "main li h3" },
    { path: "/settings/questions", title: "Questions", shows: "main li h3" },
    { path: "/settings/staff", title: "Staff", shows: "main li" },
    { path: "/settings/reasons", title: "Reasons", shows: "main li h3" },
    { path: "/settings/security", title: "Security", shows: "text=this session" },
    { path: "/settings/policy-changes", title: "Policy changes", shows: "text=No policy changes" },
    { path: "/settings/cancellations", title: "Cancellations", shows: "main label:has([type=checkbox])" },
    { path: "/?snoozed=true", title: "Needs attention", shows: "text=No snoozed items." },
    { path: "/?mine=true", title: "Needs attention", shows: "text=Nothing assigned to you needs attention" },
    { path: "/subscriptions/unknown", title: "Subscription not found", shows: "text=No subscription with this ID" },
    { path: "/nowhere", title: "Page not found", shows: "text=part of it may be missing" },
  ])("$path is accessible", async ({ path, title, shows }) => {
    await desk.visit(path);
    await seen(heading(desk.staff, title));
    await seen(desk.staff.locator(shows));
    await expectAccessible(desk.staff);
  });

  test.each(["PendingFulfillmentStart", "Subscribed", "Suspended", "Unsubscribed"])(
    "of a subscription that is %s is accessible",
    async (status) => {
      const { id, name } = desk.sampleOf(status);
      await desk.visit(`/subscriptions/${id}`);
      await seen(heading(desk.staff, name));
      await seen(desk.staff.getByRole("group", { name: "Actions" }));
      await seen(desk.staff.getByRole("region", { name: "Timeline" }).getByRole("listitem"));
      await expectAccessible(desk.staff);
    },
  );

  test("of a customer and its dialog are accessible", async () => {
    await desk.visit("/customers");
    await seen(heading(desk.staff, "Customers"));
    await desk.staff.locator("[data-row]").first().click();
    await seen(desk.staff.getByRole("region", { name: "Timeline" }).getByRole("listitem"));
    await expectAccessible(desk.staff);
    await desk.staff.getByRole("button", { name: "Merge into another customer…" }).click();
    await seen(desk.staff.getByRole("dialog"));
    await expectAccessible(desk.staff);
  });

  test("of a webhook is accessible", async () => {
    await desk.visit("/deliveries");
    await seen(heading(desk.staff, "Webhooks"));
    await desk.staff.locator("[data-row]").first().click();
    await seen(desk.staff.locator("main pre"));
    await expectAccessible(desk.staff);
  });

  test("of an operation is accessible", async () => {
    await desk.visit("/operations");
    await seen(heading(desk.staff, "Operations"));
    await desk.staff.locator("[data-row]").first().click();
    await desk.staff.waitForURL(/\/operations\/.+/);
    await seen(heading(desk.staff, /Renew/));
    await expectAccessible(desk.staff);
    await desk.staff.getByRole("button", { name: "Replay", exact: true }).click();
    await seen(desk.staff.getByRole("dialog"));
    await expectAccessible(desk.staff);
  });

  test("has an accessible user menu", async () => {
    await desk.visit("/subscriptions");
    await seen(heading(desk.staff, "Subscriptions"));
    await desk.staff.getByRole("button", { name: /Your account/ }).click();
    await seen(desk.staff.getByRole("dialog", { name: "Your account" }));
    await expectAccessible(desk.staff);
    await desk.staff.keyboard.press("Escape");
  });
});

describe("search results", () => {
  test.each([
    { typed: "Insight", shows: "Subscriptions" },
    { typed: "no such text", shows: "No results for" },
  ])("for $typed are accessible", async ({ typed, shows }) => {
    await desk.staff.goto(`${desk.url}/`);
    await seen(desk.staff.getByRole("heading", { level: 1 }));
    await desk.staff.getByRole("search").getByRole("combobox").fill(typed);
    await seen(desk.staff.locator("[role=search] [data-state=answered]").getByText(shows));
    await desk.staff.keyboard.press("ArrowDown");
    await expectAccessible(desk.staff);
  });
});

test("on a phone the overview shows its offer selector in full, and no heading twice", async () => {
  const { staff } = desk;
  await staff.setViewportSize({ width: 360, height: 740 });
  await staff.goto(`${desk.url}/overview`);
  const selector = staff.getByRole("combobox", { name: "Offer" });
  await hasCount(selector.getByRole("option"), 3);
  await becomes(() => selector.evaluate((element) => element.getBoundingClientRect().right <= 360), true);
  await seen(staff.getByRole("heading", { name: "Webhook", exact: true, level: 2 }));
  const headings = staff.locator("main :is(h1, h2, h3)");
  const areUnique = (elements: Element[]) =>
    elements.length > 10 && new Set(elements.map((element) => element.textContent)).size === elements.length;
  await becomes(() => headings.evaluateAll(areUnique), true);
  await staff.setViewportSize({ width: 1280, height: 900 });
});

test("on a phone, the pages without room in the bar are one tap away", async () => {
  const { staff } = desk;
  await staff.setViewportSize({ width: 360, height: 740 });
  await staff.goto(`${desk.url}/customers`);
  await seen(heading(staff, "Customers"));
  const bar = staff.getByRole("navigation", { name: "Main" });
  await seen(bar.getByRole("link", { name: "Customers", exact: true }));
  // The usual placeholder would be cut.
  await hasAttribute(staff.getByRole("search").getByRole("combobox"), "placeholder", "Search");
  await bar.getByRole("button", { name: "More" }).click();
  await seen(bar.getByRole("link", { name: "Settings" }));
  await expectAccessibleInThisSize(staff);
  await bar.getByRole("link", { name: "Settings" }).click();
  await seen(heading(staff, "Settings"));
  await bar.getByRole("link", { name: "Settings" }).waitFor({ state: "hidden" });
  await staff.setViewportSize({ width: 1280, height: 900 });
});

test("in a small window, a count covers neither its icon nor anything else", async () => {
  const { staff } = desk;
  await staff.setViewportSize({ width: 1024, height: 768 });
  const place = staff.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Needs attention/ });
  await seen(place.getByText(/^\d+ items$/));
  const covered = await place.evaluate((link) => {
    const count = [...link.children].at(-1);
    if (count?.firstChild) count.firstChild.nodeValue = "603+";
    const icon = link.querySelector("svg")?.getBoundingClientRect();
    const badge = count?.getBoundingClientRect();
    const rail = link.closest("nav")?.getBoundingClientRect();
    if (!icon || !badge || !rail) return "nothing is there";
    return badge.top < icon.bottom || badge.left < rail.left || badge.right > rail.right;
  });
  expect(covered).toBe(false);
  await staff.setViewportSize({ width: 1280, height: 900 });
});

test("from a figure of the overview lead to a list with the same count", async () => {
  await desk.staff.goto(`${desk.url}/overview?days=90`);
  const plans = desk.staff.locator("[data-chart='By offer and plan']");
  await plans.locator("summary").click();
  const figure = plans.locator("tbody tr").first().locator("td a").first();
  const counted = await positiveNumberIn(figure);
  await figure.click();
  await seen(desk.staff.locator("[data-row]"));
  await hasCount(desk.staff.locator("[data-row]"), counted);
  await desk.staff.goBack();
  const flows = desk.staff.locator("[data-chart='New and lost']");
  const purchased = flows.locator("p a").first();
  const purchasedCount = await positiveNumberIn(purchased);
  await purchased.click();
  await desk.staff.waitForURL(/purchasedFrom=/);
  await hasCount(desk.staff.locator("[data-row]"), purchasedCount);
});

test("no page reports an error to the console", () => {
  desk.expectNoErrorOnPages();
});

/** What a page shows when all of it is there. */
const loadedPages: [path: string, title: string, shows: string][] = [
  ["/", "Needs attention", "[data-need] a[data-row]"],
  ["/subscriptions", "Subscriptions", "[data-row]"],
  ["/customers", "Customers", "[data-row]"],
  ["/operations", "Operations", "[data-row]"],
  ["/planned", "Planned changes", "text=No planned changes"],
  ["/deliveries", "Webhooks", "[data-row]"],
  ["/activity", "Activity", "[data-row]"],
  ["/usage", "Usage", "text=Dimensions"],
  ["/overview", "Overview", "[data-chart] svg rect:has(title)"],
  ["/settings", "Settings", "main section h2"],
  ["/settings/api-keys", "API keys", "text=Signing keys"],
  ["/settings/notifications", "Notifications", "main fieldset >> nth=1"],
  ["/settings/staff", "Staff", "main li"],
];

describe("a page that is loading", () => {
  test.each([
    { width: 1280, height: 900 },
    { width: 360, height: 740 },
  ])("moves nothing, at $width px", async (viewport) => {
    const page = await (await desk.openContext({ viewport })).newPage();
    await signInAsStaff(page, `${desk.url}/nowhere`, "admin");
    const answers = await delayAnswers(page);
    await page.evaluate(watchShifts);
    const { id, name } = desk.sampleOf("Subscribed");
    const moved: string[] = [];
    const widths = new Map<string, string>();
    const pages = [...loadedPages, [`/subscriptions/${id}`, new RegExp(name), "section[aria-label=Staff]"] as const];
    // The second time, each page has its rows from the start.
    for (const [path, title, shows] of [...pages, ...pages]) {
      await page.evaluate((address) => {
        Object.assign(window, { shifts: [] });
        history.pushState({}, "", address);
      }, path);
      // The page before this one also has rows.
      await seen(heading(page, title));
      await seen(page.locator(shows));
      await becomes(() => Promise.resolve(answers.areAllThere()), true);
      const shifts = await page.evaluate(readShifts);
      const total = shifts.reduce((sum, { value }) => sum + value, 0);
      const columns = await page.evaluate(readColumnWidths);
      expect(columns, `columns of ${path}`).toBe(widths.get(path) ?? columns);
      widths.set(path, columns);
      if (total > maxShift) moved.push(`${path}: ${total.toFixed(3)} ${shifts.flatMap(({ what }) => what).join(", ")}`);
    }
    expect(moved).toEqual([]);
  });
});

test("shows what is known of a subscription before its usage, siblings and sync status have arrived", async () => {
  const { id, name } = desk.sampleOf("Subscribed");
  const page = await (await desk.openContext()).newPage();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const held = /trpc\/.*(?:truth\.get|usage\.ofSubscription|subscriptions\.siblings)/;
  await page.route(held, (route) => released.then(() => route.continue()));
  await signInAsStaff(page, `${desk.url}/subscriptions/${id}`, "admin");
  await seen(heading(page, new RegExp(name)));
  await seen(page.getByRole("group", { name: "Actions" }));
  const timeline = page.getByRole("region", { name: "Timeline" });
  await hasCount(timeline, 0);
  await page.evaluate(watchShifts);
  await page.evaluate(() => Object.assign(window, { shifts: [] }));
  release();
  await seen(timeline.getByRole("listitem"));
  expect((await page.evaluate(readShifts)).filter(({ value }) => value > maxShift)).toEqual([]);
  await page.context().close();
});

/** Of the window, as Chromium counts layout shifts: less than a line of a narrow part. */
const maxShift = 0.005;

/** Scripts and data come one after the other, as over a network. */
async function delayAnswers(page: Page) {
  let count = 0;
  const waiting = new Set<Request>();
  const isFollowed = (request: Request) => !request.url().includes("live.");
  page.on("request", (request) => isFollowed(request) && waiting.add(request));
  page.on("requestfinished", (request) => waiting.delete(request));
  page.on("requestfailed", (request) => waiting.delete(request));
  await page.route(/\/(?:assets\/.*\.js$|trpc\/)/, async (route) => {
    count += 1;
    const delayMs = 20 + 40 * (count % 3);
    setTimeout(() => void route.continue().catch(() => {}), delayMs);
  });
  return { areAllThere: () => waiting.size === 0 };
}

/** Runs in the page. */
const readColumnWidths = () =>
  [...document.querySelectorAll<HTMLElement>("th[data-column]")]
    .map(({ dataset, style }) => `${dataset["column"]} ${style.width}`)
    .join(", ");

type Shift = { value: number; what: string[] };

/** Runs in the page. */
function watchShifts(): void {
  const nameOf = (node: Node | null) =>
    node instanceof Element ? `${node.tagName.toLowerCase()} “${(node.textContent ?? "").slice(0, 30)}”` : "text";
  const placeOf = ({ x, y, width, height }: DOMRectReadOnly) => `${width}×${height} at ${x},${y}`;
  new PerformanceObserver((list) => {
    const { shifts } = window as unknown as { shifts: Shift[] };
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
    })[]) {
      const what = entry.sources.map(
        ({ node, previousRect, currentRect }) => `${nameOf(node)} ${placeOf(previousRect)} → ${placeOf(currentRect)}`,
      );
      shifts.push({ value: entry.value, what });
    }
  }).observe({ type: "layout-shift" });
}

/** Runs in the page: what has moved, once what has arrived is painted. */
async function readShifts(): Promise<Shift[]> {
  for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  return (window as unknown as { shifts: Shift[] }).shifts;
}
