/** Every page of the dashboard with Tab alone: all that can be used is reached once, in the order that it is read, and can be seen. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { becomes, hasCount, seen } from "../../support/desk.ts";
import { type AccessibilityDesk, heading, openAccessibilityDesk } from "../../support/accessibility-desk.ts";
import { usualSize } from "../../support/staff-pages.ts";
import { walkWithTab } from "../../support/tab-walk.ts";

let desk: AccessibilityDesk;
beforeAll(async () => {
  desk = await openAccessibilityDesk();
});
afterAll(() => desk?.stop());

describe("with Tab alone", () => {
  test.each([
    ["/", "Needs attention", "[data-need] a[data-row]"],
    ["/subscriptions?status=PendingFulfillmentStart", "Subscriptions", "[data-row]"],
    ["/customers", "Customers", "[data-row]"],
    // The long list, which loads further rows on the way. The other lists are the same table, and are filtered to a few rows.
    ["/operations", "Operations", "[data-row]"],
    ["/planned", "Planned changes", "text=No planned changes"],
    ["/deliveries?action=Suspend", "Webhooks", "[data-row]"],
    ["/activity?topic=access", "Activity", "[data-row]"],
    ["/bulk", "Bulk runs", "[data-row]"],
    ["/usage", "Usage", "text=Dimensions"],
    ["/overview", "Overview", "[data-chart] svg rect:has(title)"],
    ["/settings", "Settings", "main section h2"],
    ["/settings/reconcile", "Reconciliation", "main time"],
    ["/settings/rules", "Change rules", "main li h3"],
    ["/settings/connection", "Connection check", "main li[data-state]"],
    ["/settings/branding", "Branding", "main iframe"],
    ["/settings/purchaser-mails", "Purchaser emails", "main dl"],
    ["/settings/notifications", "Notifications", "main fieldset >> nth=1"],
    ["/settings/channels", "Channels", "main form h2"],
    ["/settings/retention", "Data retention", "main form label"],
    ["/settings/automations/new", "Create automation", "main form h2"],
    ["/settings/people", "Personal data", "main form"],
    ["/settings/api-keys", "API keys", "text=Contoso product (simulated by the sandbox)"],
    ["/settings/offers", "Offers and plans", "main li h3"],
    ["/settings/endpoints", "Endpoints", "text=No endpoints yet"],
    ["/settings/messages", "Messages", "text=No messages"],
    ["/settings/activation", "Activation", "main li h3"],
    ["/settings/destination", "Destination", "main li h3"],
    ["/settings/questions", "Questions", "main li h3"],
    ["/settings/staff", "Staff", "main li"],
    ["/settings/reasons", "Reasons", "main li h3"],
    ["/settings/security", "Security", "text=this session"],
    ["/settings/policy-changes", "Policy changes", "text=No policy changes"],
    ["/settings/cancellations", "Cancellations", "main label:has([type=checkbox])"],
  ])("%s shows where the focus is, in order, and leaves nothing out", async (path, title, shows) => {
    await desk.open(path);
    await seen(heading(desk.staff, title));
    await seen(desk.staff.locator(shows));
    await hasCount(desk.staff.locator("[aria-busy=true]"), 0);
    expect(await walkWithTab(desk.staff)).toEqual([]);
  });

  test("a subscription shows where the focus is, in order, and leaves nothing out", async () => {
    await desk.openSubscription(desk.sampleOf("Subscribed"));
    await seen(desk.staff.getByRole("region", { name: "Timeline" }).getByRole("listitem"));
    expect(await walkWithTab(desk.staff)).toEqual([]);
    expect(await walkWithTab(desk.staff, "Shift+Tab")).toEqual([]);
  });

  test.each([
    ["/overview", "Overview", "[data-chart] svg rect:has(title)"],
    ["/settings/offers", "Offers and plans", "main li h3"],
  ])("%s shows where the focus is on the way back, too", async (path, title, shows) => {
    await desk.open(path);
    await seen(heading(desk.staff, title));
    await seen(desk.staff.locator(shows));
    await hasCount(desk.staff.locator("[aria-busy=true]"), 0);
    expect(await walkWithTab(desk.staff, "Shift+Tab")).toEqual([]);
  });

  test("a customer shows where the focus is, in order, and leaves nothing out", async () => {
    await desk.open("/customers");
    await desk.staff.locator("[data-row]").first().click();
    await seen(desk.staff.getByRole("region", { name: "Timeline" }).getByRole("listitem"));
    expect(await walkWithTab(desk.staff)).toEqual([]);
  });

  test.each([
    ["/operations", "[data-row]", "thead :is(a, button, input, [tabindex])"],
    ["/settings/branding", "main iframe", "nav a[href^='/settings/']"],
  ])("%s stays where it is when its search or what is in its bars is used", async (path, shows, inBar) => {
    await desk.open(path);
    await seen(desk.staff.locator(shows));
    await hasCount(desk.staff.locator("[aria-busy=true]"), 0);
    onTestFinished(() => desk.staff.setViewportSize(usualSize));
    await desk.staff.setViewportSize({ ...usualSize, height: 340 });
    const scrolled = () => desk.staff.evaluate(() => scrollY);
    await becomes(async () => {
      await desk.staff.evaluate(() => scrollTo(0, 150));
      return scrolled();
    }, 150);
    await desk.staff.keyboard.press("/");
    await desk.staff.keyboard.type("con");
    await seen(desk.staff.getByRole("search").getByRole("option"));
    expect(await scrolled()).toBe(150);
    await desk.staff.locator(inBar).first().focus();
    expect(await scrolled()).toBe(150);
  });

  test("a link to a part of a page shows its heading below the bars", async () => {
    await desk.open("/usage");
    await seen(desk.staff.locator("text=Dimensions"));
    await hasCount(desk.staff.locator("[aria-busy=true]"), 0);
    onTestFinished(() => desk.staff.setViewportSize(usualSize));
    await desk.staff.setViewportSize({ ...usualSize, height: 340 });
    await desk.staff.evaluate(() => history.pushState({}, "", "/usage#dimensions"));
    const top = () =>
      desk.staff.evaluate(() => document.querySelector("#dimensions")?.getBoundingClientRect().top ?? 0);
    await expect.poll(top).toBeLessThan(200);
    expect(await top()).toBeGreaterThan(100);
  });
});
