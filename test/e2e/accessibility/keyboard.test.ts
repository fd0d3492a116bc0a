/** Every page of the dashboard with Tab alone: all that can be used is reached once, in the order that it is read, and can be seen. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasCount, seen } from "../../support/desk.ts";
import { type AccessibilityDesk, heading, openAccessibilityDesk } from "../../support/accessibility-desk.ts";
import { walkWithTab } from "../../support/tab-walk.ts";

let desk: AccessibilityDesk;
beforeAll(async () => {
  desk = await openAccessibilityDesk();
});
afterAll(() => desk?.stop());

describe("with Tab alone", () => {
  test.each([
    ["/", "Needs attention", "[data-need] a[data-row]"],
    ["/subscriptions", "Subscriptions", "[data-row]"],
    ["/customers", "Customers", "[data-row]"],
    ["/operations", "Operations", "[data-row]"],
    ["/planned", "Planned changes", "text=No planned changes"],
    ["/deliveries", "Webhooks", "[data-row]"],
    ["/activity", "Activity", "[data-row]"],
    ["/bulk", "Bulk runs", "[data-row]"],
    ["/usage", "Usage", "text=Dimensions"],
    ["/overview", "Overview", "[data-chart] svg rect:has(title)"],
    ["/settings", "Settings", "main section h2"],
    ["/settings/reconcile", "Reconciliation", "main time"],
    ["/settings/rules", "Change rules", "main li h3"],
    ["/settings/connection", "Connection check", "main li[data-state]"],
    ["/settings/branding", "Branding", "main iframe"],
    ["/settings/purchaser-mails", "Purchaser mails", "main dl"],
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
});
