/** How lists, bulk runs and dialogs look, also when something is wrong. */
import { afterAll, beforeAll, describe, test } from "vitest";
import { becomes, seen, signInAsStaff } from "../../support/desk.ts";
import { heading, type AccessibilityDesk, openAccessibilityDesk } from "../../support/accessibility-desk.ts";
import { expectAccessible } from "../../support/accessibility.ts";

let desk: AccessibilityDesk;
beforeAll(async () => {
  desk = await openAccessibilityDesk();
});
afterAll(() => desk?.stop());

describe("a list", () => {
  test("with selected rows, its drawer and its column menu is accessible", async () => {
    await desk.open("/subscriptions");
    await seen(desk.staff.locator("[data-row]"));
    await desk.staff.keyboard.press("j");
    await desk.staff.keyboard.press("x");
    await seen(desk.staff.getByText("1 selected"));
    await expectAccessible(desk.staff);
    await desk.staff.keyboard.press("Space");
    await seen(desk.staff.getByRole("complementary").getByRole("listitem"));
    await expectAccessible(desk.staff);
    await desk.staff.keyboard.press("Escape");
    await desk.staff.getByRole("button", { name: "Columns" }).click();
    await seen(desk.staff.getByRole("dialog", { name: "Select and reorder columns" }));
    await expectAccessible(desk.staff);
    await desk.staff.keyboard.press("Escape");
  });

  test.each([
    ["/subscriptions", "Subscriptions"],
    ["/customers", "Customers"],
    ["/operations", "Operations"],
    ["/deliveries", "Webhooks"],
    ["/activity", "Activity"],
  ])("%s shows all its columns from 1024 pixels on, and cuts no text", async (path, title) => {
    await desk.visit(path);
    await seen(heading(desk.staff, title));
    await seen(desk.staff.locator("[data-row]"));
    const cutOff = () =>
      desk.staff.locator("table").evaluate((table) => {
        const room = table.parentElement as HTMLElement;
        const texts = [...table.querySelectorAll<HTMLElement>("tbody td, tbody td *")];
        const isCut = (one: HTMLElement) =>
          getComputedStyle(one).overflow !== "visible" && one.scrollWidth > one.clientWidth;
        return room.scrollWidth > room.clientWidth ? ["columns"] : texts.filter(isCut).map((one) => one.textContent);
      });
    try {
      for (const width of [1024, 1280, 1366, 1440, 1920]) {
        await desk.staff.setViewportSize({ width, height: 900 });
        await becomes(cutOff, []);
      }
    } finally {
      await desk.staff.setViewportSize({ width: 1280, height: 900 });
    }
  });

  test.each(["Suspend", "Tags", "Change seats"])(
    "and the dialog of the bulk action %s are accessible",
    async (button) => {
      await desk.open("/subscriptions");
      await seen(desk.staff.locator("[data-row]"));
      await desk.staff.keyboard.press("j");
      await desk.staff.keyboard.press("x");
      await desk.staff.getByRole("button", { name: button, exact: true }).click();
      await seen(desk.staff.getByRole("dialog").getByRole("button", { name: "Dry run" }));
      await expectAccessible(desk.staff);
    },
  );

  test("of a bulk run is accessible before and after the run", async () => {
    await desk.open("/subscriptions?status=Subscribed");
    await seen(desk.staff.locator("[data-row]"));
    await desk.staff.getByRole("checkbox", { name: /^Select all/ }).click();
    await desk.staff.getByRole("button", { name: "Tags", exact: true }).click();
    await desk.staff.getByRole("dialog").getByLabel("Add").fill("looked at");
    await desk.staff.getByRole("dialog").getByRole("button", { name: "Dry run" }).click();
    await seen(desk.staff.getByText("Nothing has been changed yet."));
    await seen(desk.staff.locator("[data-row]"));
    await expectAccessible(desk.staff);
    await desk.staff.getByRole("button", { name: /^Apply to/ }).click();
    await seen(desk.staff.getByText("Completed."));
    await expectAccessible(desk.staff);
  });

  test("with its menus for times and activity types is accessible", async () => {
    await desk.open("/activity?topic=status");
    await seen(desk.staff.locator("[data-row]"));
    await desk.staff.getByRole("button", { name: "Any time" }).first().click();
    await seen(desk.staff.getByRole("dialog", { name: "Time range" }));
    await expectAccessible(desk.staff);
  });
});

describe("a dialog", () => {
  test.each([
    { action: "Activate", status: "PendingFulfillmentStart" },
    { action: "Change seats", status: "Subscribed" },
    { action: "Change plan", status: "Subscribed" },
    { action: "Suspend", status: "Subscribed" },
    { action: "Cancel subscription", status: "Subscribed" },
  ])("$action is accessible, also with an error", async ({ action, status }) => {
    await desk.openSubscription(desk.sampleOf(status));
    const dialog = await desk.openDialog(action);
    await dialog.locator("[aria-busy]").waitFor({ state: "detached" });
    await dialog.locator("button[type=submit]").click();
    await seen(dialog.getByText("of at least 3 characters"));
    await expectAccessible(desk.staff);
  });

  test("Reinstate is accessible, and so is a subscription with an access hold", async () => {
    await desk.openSubscription(desk.sampleOf("Subscribed"));
    const suspend = await desk.openDialog("Suspend");
    await suspend.getByLabel("Note (optional)").fill("A look at the hold");
    await suspend.getByRole("button", { name: "Suspend access" }).click();
    await seen(desk.staff.getByText("“A look at the hold”"));
    await suspend.waitFor({ state: "hidden" });
    await expectAccessible(desk.staff);
    const reinstate = await desk.openDialog("Reinstate");
    await expectAccessible(desk.staff);
    await reinstate.getByLabel("Note (optional)").fill("Looked at");
    await reinstate.getByRole("button", { name: "Reinstate access" }).click();
    await seen(desk.staff.getByText("Full access"));
  });

  test("that cannot be opened has an accessible reason", async () => {
    await desk.openSubscription(desk.sampleOf("Unsubscribed"));
    await desk.staff.getByRole("group", { name: "Actions" }).getByRole("button").click();
    const others = desk.staff.getByRole("dialog", { name: "Actions that are not available now" });
    await seen(others.getByText("Activate", { exact: true }));
    await expectAccessible(desk.staff);
  });

  test("Snooze is accessible, also with an error, and so are snoozed items", async () => {
    await desk.open("/?snoozed=true");
    // By its key: parts of the page that load later move the button while a mouse is pressed on it.
    await desk.staff
      .getByRole("button", { name: /^Snooze/ })
      .first()
      .press("Enter");
    const dialog = desk.staff.getByRole("dialog");
    await dialog.getByRole("radio", { name: "Another time" }).click();
    await dialog.getByRole("button", { name: "Snooze" }).click();
    await seen(dialog.getByText("of at least 3 characters"));
    await expectAccessible(desk.staff);
    await dialog.getByLabel("Reason").fill("The customer is on holiday");
    await dialog.getByRole("button", { name: "Snooze" }).click();
    await seen(desk.staff.getByText(/^Snoozed by/));
    await expectAccessible(desk.staff);
    await desk.staff.getByRole("button", { name: /^Unsnooze/ }).click();
    await seen(desk.staff.getByText("No snoozed items."));
  });

  test("has its right layout: Activate from the list, Block and the keyboard shortcuts", async () => {
    await desk.open("/");
    await desk.staff
      .getByRole("button", { name: /^Activate/ })
      .first()
      .press("Enter");
    await seen(desk.staff.getByRole("dialog").getByLabel("Reason"));
    await expectAccessible(desk.staff);
    await desk.open("/settings/staff");
    await desk.staff
      .getByRole("button", { name: /^Block…/ })
      .first()
      .focus();
    await seen(desk.staff.getByRole("tooltip"));
    await expectAccessible(desk.staff);
    await desk.staff.keyboard.press("?");
    const shortcuts = desk.staff.getByRole("dialog", { name: "Keyboard shortcuts" });
    await seen(shortcuts);
    await expectAccessible(desk.staff);
    // It belongs to all pages, so the next one would have it, too.
    await desk.staff.keyboard.press("Escape");
    await shortcuts.waitFor({ state: "hidden" });
  });

  test("Add reason is accessible, also with an error", async () => {
    await desk.open("/settings/reasons");
    await desk.staff.getByRole("button", { name: "Add reason…" }).click();
    const dialog = desk.staff.getByRole("dialog");
    await dialog.getByRole("button", { name: "Add reason" }).click();
    await seen(dialog.getByText("Choose at least one action"));
    await expectAccessible(desk.staff);
  });

  test("for a cancellation that needs approval is accessible, and so is declining it", async () => {
    await desk.open("/settings/cancellations");
    await desk.staff.getByLabel("Cancellations need a second person's approval").check();
    await desk.staff.getByRole("button", { name: "Save" }).click();
    await seen(desk.staff.getByText("Set by Amira Dawson"));
    const subscription = desk.sampleOf("Subscribed");
    await desk.openSubscription(subscription);
    const dialog = await desk.openDialog("Cancel subscription");
    await dialog.getByLabel("Reason").selectOption({ label: "Nonpayment" });
    await dialog.getByLabel("Type the name to confirm").fill(subscription.name);
    await dialog.getByRole("button", { name: "Request cancellation" }).click();
    await dialog.waitFor({ state: "hidden" });
    await seen(desk.staff.getByRole("button", { name: "Withdraw" }));
    await expectAccessible(desk.staff);
    const operator = await (await desk.openContext()).newPage();
    await signInAsStaff(operator, `${desk.url}/subscriptions/${subscription.id}`, "operator");
    for (const verb of ["Approve", "Decline"]) {
      await operator.getByRole("button", { name: verb, exact: true }).click();
      await seen(operator.getByRole("dialog"));
      await expectAccessible(operator);
      if (verb === "Approve") await operator.keyboard.press("Escape");
    }
    await operator.getByRole("dialog").getByLabel("Reason").fill("They pay after all");
    await operator.getByRole("dialog").getByRole("button", { name: "Decline" }).click();
    await operator.getByRole("button", { name: "Decline", exact: true }).first().waitFor({ state: "detached" });
    await operator.context().close();
  });

  test("about a failed operation is accessible", async () => {
    const { id, quantity } = desk.sampleOf("Subscribed");
    const body = { error: { code: "BadRequest", message: "The agreement does not allow this many seats." } };
    await desk.control("faults", { target: `PATCH ^/api/saas/subscriptions/${id}`, times: 1, status: 400, body });
    await desk.openSubscription(desk.sampleOf("Subscribed"));
    const dialog = await desk.openDialog("Change seats");
    await dialog.getByLabel("Seats").fill(String((quantity ?? 0) + 1));
    await dialog.getByLabel("Note (optional)").fill("A look at a failure");
    await dialog.getByRole("button", { name: "Change seats" }).click();
    await dialog.waitFor({ state: "hidden" });
    await seen(desk.staff.getByText("The agreement does not allow this many seats.").first());
    await expectAccessible(desk.staff);
  });

  test("to change a rule is accessible", async () => {
    await desk.open("/settings/rules");
    await desk.staff.getByRole("button", { name: /^Edit/ }).nth(1).click();
    await seen(desk.staff.getByRole("dialog"));
    await expectAccessible(desk.staff);
  });
});

test("no page reports an error to the console", () => {
  desk.expectNoErrorOnPages();
});
