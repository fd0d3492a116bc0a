/** How lists, bulk runs and dialogs look, also when something is wrong. */
import { afterAll, beforeAll, describe, test } from "vitest";
import { seen, signInAsStaff } from "../../support/desk.ts";
import { type LooksDesk, openLooksDesk } from "../../support/accessibility-desk.ts";
import { looksRight } from "../../support/accessibility.ts";

let looks: LooksDesk;
beforeAll(async () => {
  looks = await openLooksDesk();
});
afterAll(() => looks?.stop());

describe("a list", () => {
  test("with chosen rows, its drawer and the columns to choose from looks right", async () => {
    await looks.staff.goto(`${looks.url}/subscriptions`);
    await seen(looks.staff.locator("[data-row]"));
    await looks.staff.keyboard.press("j");
    await looks.staff.keyboard.press("x");
    await seen(looks.staff.getByText("1 chosen"));
    await looksRight(looks.staff);
    await looks.staff.keyboard.press("Space");
    await seen(looks.staff.getByRole("complementary").locator(".entries li"));
    await looksRight(looks.staff);
    await looks.staff.keyboard.press("Escape");
    await looks.staff.getByRole("button", { name: "Columns" }).click();
    await seen(looks.staff.getByRole("dialog", { name: "Choose and order the columns" }));
    await looksRight(looks.staff);
    await looks.staff.keyboard.press("Escape");
  });

  test.each(["Suspend", "Tags", "Change seats"])(
    "and what it asks before a bulk run, %s, looks right",
    async (button) => {
      await looks.staff.goto(`${looks.url}/subscriptions`);
      await seen(looks.staff.locator("[data-row]"));
      await looks.staff.keyboard.press("j");
      await looks.staff.keyboard.press("x");
      await looks.staff.getByRole("button", { name: button, exact: true }).click();
      await seen(looks.staff.getByRole("dialog").getByRole("button", { name: "Dry run" }));
      await looksRight(looks.staff);
    },
  );

  test("a bulk run looks right before and after it has run", async () => {
    await looks.staff.goto(`${looks.url}/subscriptions?status=Subscribed`);
    await seen(looks.staff.locator("[data-row]"));
    await looks.staff.getByRole("checkbox", { name: /^Choose all/ }).click();
    await looks.staff.getByRole("button", { name: "Tags", exact: true }).click();
    await looks.staff.getByRole("dialog").getByLabel("Add").fill("looked at");
    await looks.staff.getByRole("dialog").getByRole("button", { name: "Dry run" }).click();
    await seen(looks.staff.getByText("Nothing has been changed yet."));
    await seen(looks.staff.locator("[data-row]"));
    await looksRight(looks.staff);
    await looks.staff.getByRole("button", { name: /^Start/ }).click();
    await seen(looks.staff.getByText("It is done."));
    await looksRight(looks.staff);
  });

  test("with the choice of a time, and of what happened, looks right", async () => {
    await looks.staff.goto(`${looks.url}/activity?topic=status`);
    await seen(looks.staff.locator("[data-row]"));
    await looks.staff.getByRole("button", { name: "Any time" }).first().click();
    await seen(looks.staff.getByRole("dialog", { name: "From when until when" }));
    await looksRight(looks.staff);
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
    await looks.openSubscription(looks.sampleOf(status));
    const dialog = await looks.openDialog(action);
    await dialog.locator("[aria-busy]").waitFor({ state: "detached" });
    await dialog.locator("button[type=submit]").click();
    await seen(dialog.getByText("Give a reason of at least 3 characters"));
    await looksRight(looks.staff);
  });

  test("Reinstate looks right, and a subscription on hold", async () => {
    await looks.openSubscription(looks.sampleOf("Subscribed"));
    const suspend = await looks.openDialog("Suspend");
    await suspend.getByLabel("Reason").fill("A look at the hold");
    await suspend.getByRole("button", { name: "Suspend access" }).click();
    await seen(looks.staff.getByText("“A look at the hold”"));
    await suspend.waitFor({ state: "hidden" });
    await looksRight(looks.staff);
    const reinstate = await looks.openDialog("Reinstate");
    await looksRight(looks.staff);
    await reinstate.getByLabel("Reason").fill("Looked at");
    await reinstate.getByRole("button", { name: "Reinstate access" }).click();
    await seen(looks.staff.getByText("access full"));
  });

  test("a reason why not looks right", async () => {
    await looks.openSubscription(looks.sampleOf("Unsubscribed"));
    await looks.staff.getByRole("button", { name: "Activate", exact: true }).focus();
    await seen(looks.staff.getByRole("tooltip"));
    await looksRight(looks.staff);
  });

  test("Snooze looks right, also when something is wrong, and what is snoozed", async () => {
    await looks.staff.goto(`${looks.url}/?snoozed=true`);
    await looks.staff
      .getByRole("button", { name: /^Snooze/ })
      .first()
      .click();
    const dialog = looks.staff.getByRole("dialog");
    await dialog.getByRole("radio", { name: "At another time" }).click();
    await dialog.getByRole("button", { name: "Snooze" }).click();
    await seen(dialog.getByText("Give a reason of at least 3 characters"));
    await looksRight(looks.staff);
    await dialog.getByLabel("Reason").fill("The customer is on holiday");
    await dialog.getByRole("button", { name: "Snooze" }).click();
    await seen(looks.staff.locator(".need-snooze"));
    await looksRight(looks.staff);
    await looks.staff.getByRole("button", { name: /^Unsnooze/ }).click();
    await seen(looks.staff.getByText("Nothing is snoozed."));
  });

  test("Activate from the list, Shut out and the keys look right", async () => {
    await looks.staff.goto(`${looks.url}/`);
    await looks.staff
      .getByRole("button", { name: /^Activate/ })
      .first()
      .click();
    await seen(looks.staff.getByRole("dialog").getByLabel("Reason"));
    await looksRight(looks.staff);
    await looks.staff.goto(`${looks.url}/settings/staff`);
    await looks.staff
      .getByRole("button", { name: /^Shut out/ })
      .first()
      .focus();
    await seen(looks.staff.getByRole("tooltip"));
    await looksRight(looks.staff);
    await looks.staff.keyboard.press("?");
    await seen(looks.staff.getByRole("dialog", { name: "Keys" }));
    await looksRight(looks.staff);
  });

  test("Add a reason looks right, also when something is wrong", async () => {
    await looks.staff.goto(`${looks.url}/settings/reasons`);
    await looks.staff.getByRole("button", { name: "Add a reason" }).click();
    const dialog = looks.staff.getByRole("dialog");
    await dialog.getByRole("button", { name: "Add the reason" }).click();
    await seen(dialog.getByText("Choose at least one action"));
    await looksRight(looks.staff);
  });

  test(
    "a cancellation for a second person looks right: its request, and declining it",
    { timeout: 120_000 },
    async () => {
      await looks.staff.goto(`${looks.url}/settings/cancellations`);
      await looks.staff.getByLabel("A cancellation needs a second person").check();
      await looks.staff.getByRole("button", { name: "Keep" }).click();
      await seen(looks.staff.getByText("Set by Amira Dawson"));
      const wanted = looks.sampleOf("Subscribed");
      await looks.openSubscription(wanted);
      const dialog = await looks.openDialog("Cancel subscription");
      await dialog.getByLabel("Why").selectOption({ label: "Not paid" });
      await dialog.getByLabel("Type the name to confirm").fill(wanted.name);
      await dialog.getByRole("button", { name: "Ask for the cancellation" }).click();
      await dialog.waitFor({ state: "hidden" });
      await seen(looks.staff.getByRole("button", { name: "Withdraw" }));
      await looksRight(looks.staff);
      const operator = await (await looks.openContext()).newPage();
      await signInAsStaff(operator, `${looks.url}/subscriptions/${wanted.id}`, "operator");
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
    const { id, quantity } = looks.sampleOf("Subscribed");
    const body = { error: { code: "BadRequest", message: "The agreement does not allow this many seats." } };
    await looks.control("faults", { target: `PATCH ^/api/saas/subscriptions/${id}`, times: 1, status: 400, body });
    await looks.openSubscription(looks.sampleOf("Subscribed"));
    const dialog = await looks.openDialog("Change seats");
    await dialog.getByLabel("Seats").fill(String((quantity ?? 0) + 1));
    await dialog.getByLabel("Reason").fill("A look at a failure");
    await dialog.getByRole("button", { name: "Change seats" }).click();
    await seen(looks.staff.getByText("The agreement does not allow this many seats.").first());
    await looksRight(looks.staff);
  });

  test("the edit of a change rule looks right", async () => {
    await looks.staff.goto(`${looks.url}/settings/rules`);
    await looks.staff.getByRole("button", { name: /^Edit/ }).nth(1).click();
    await seen(looks.staff.getByRole("dialog"));
    await looksRight(looks.staff);
  });
});

test("nothing lesser was found either, and no page complained", () => {
  looks.expectNoComplaints();
});
