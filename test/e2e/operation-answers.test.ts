/** Staff answer a customer's change while Microsoft waits: from each place that offers it, by mouse and by keyboard. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/app.ts";
import { becomes, type Desk, hasAttribute, hasValue, seen, startDesk, titleOf } from "../support/desk.ts";
import { tabTo } from "../support/keyboard.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
  await desk.letStaffDecideChanges();
});
afterAll(() => desk?.stop());

const waiting = (page: Page) => page.getByRole("group", { name: "Respond to Microsoft" });

/** The customer asks for seats in Microsoft's portal. */
async function asks(id: string, quantity: number): Promise<string> {
  const { operationId } = await desk.control<{ operationId: string }>(`subscriptions/${id}/change-quantity`, {
    quantity,
  });
  return operationId;
}

/** How it ended at Microsoft, in its words, and the seats there. */
async function endingOf(id: string, operationId: string) {
  const operation = await eventually(async () => {
    const found = await desk.control<{ status: string; ending: string }>(`operations/${operationId}`);
    return found.status === "InProgress" ? null : found;
  });
  const { quantity } = await desk.control<{ quantity: number }>(`subscriptions/${id}`);
  return { status: operation.status, ending: operation.ending, quantity };
}

describe("staff answer a change", () => {
  test("from Needs attention: one click accepts it, and Microsoft receives Success", async () => {
    const id = await desk.buyActive("Fabrikam asks");
    const page = await desk.openAsStaff("operator", "/");
    await page.evaluate(() => Object.assign(window, { wasNotReloaded: true }));
    const operationId = await asks(id, 8);
    await waiting(page).getByRole("button", { name: "Accept" }).click();
    expect(await endingOf(id, operationId)).toEqual({
      status: "Succeeded",
      ending: "The publisher answered Success.",
      quantity: 8,
    });
    await waiting(page).waitFor({ state: "detached" });
    expect(await page.evaluate(() => "wasNotReloaded" in window)).toBe(true);
    await page.context().close();
  });

  test("from the subscription: they reject it with a reason, and Microsoft receives Failure", async () => {
    const id = await desk.buyActive("Fabrikam too many");
    const page = await desk.openAsStaff("operator", `/subscriptions/${id}`);
    const operationId = await asks(id, 50);
    const answer = waiting(page);
    const chosen = answer.getByLabel("Reason for rejecting", { exact: true }).locator("option").nth(1);
    await chosen.waitFor({ state: "attached" });
    const reason = await chosen.textContent(); // read-once: the list does not change
    await answer.getByLabel("Reason for rejecting", { exact: true }).selectOption({ index: 1 });
    await answer.getByRole("button", { name: "Reject" }).click();
    expect(await endingOf(id, operationId)).toEqual({
      status: "Failed",
      ending: "The publisher answered Failure.",
      quantity: 5,
    });
    await seen(page.getByText(new RegExp(`Omar Haddad rejected this change: ${reason}`)));
    await becomes(() => titleOf(page), "Fabrikam too many · Team · 5 seats");
    await page.context().close();
  });

  test("A2: with a reason that they chose or wrote, never with a preselected one", async () => {
    const id = await desk.buyActive("Fabrikam gives no cause");
    const page = await desk.openAsStaff("operator", `/subscriptions/${id}`);
    const operationId = await asks(id, 45);
    const answer = waiting(page);
    const refuse = answer.getByRole("button", { name: "Reject" });
    await seen(refuse);
    await hasValue(answer.getByLabel("Reason for rejecting", { exact: true }), "");
    await hasAttribute(refuse, "aria-disabled", "true");
    await refuse.click({ force: true });
    await seen(page.getByText("Choose a reason or write one."));
    await answer.getByLabel("Reason for rejecting, in your own words").fill("Agreed with their buyer on the phone");
    await refuse.click();
    expect(await endingOf(id, operationId)).toMatchObject({ ending: "The publisher answered Failure.", quantity: 5 });
    const refused = await eventually(async () => {
      const { rows } = await desk.as("viewer").subscriptions.timeline({ id });
      return rows.find(({ kind }) => kind === "operation.refused_by_staff");
    });
    expect(refused).toMatchObject({ reason: "Agreed with their buyer on the phone" });
    await page.context().close();
  });

  test("from the operation's page", async () => {
    const id = await desk.buyActive("Fabrikam looks closer");
    const page = await desk.openAsStaff("operator", `/subscriptions/${id}`);
    // Its page is loaded once before, so that the seconds are for the person.
    await page.getByRole("link", { name: "Operations", exact: true }).first().click();
    await page.goto(`${desk.url}/subscriptions/${id}`);
    const operationId = await asks(id, 7);
    const own = await eventually(async () => {
      const { operations } = await desk.as("viewer").subscriptions.get({ id });
      return operations.find(({ marketplaceId, stage }) => marketplaceId === operationId && stage === "verified");
    });
    await page.goto(`${desk.url}/operations/${own.id}`);
    await waiting(page).getByRole("button", { name: "Accept" }).click();
    expect(await endingOf(id, operationId)).toMatchObject({ ending: "The publisher answered Success.", quantity: 7 });
    await seen(page.getByText(/Omar Haddad accepted this change/));
    await page.context().close();
  });

  test("by keyboard alone, from Needs attention", async () => {
    const id = await desk.buyActive("Fabrikam by hand");
    const page = await desk.openAsStaff("operator", "/");
    await page.getByRole("heading", { level: 1 }).focus();
    const operationId = await asks(id, 9);
    await seen(waiting(page));
    await tabTo(page, "Accept");
    await page.keyboard.press("Enter");
    expect(await endingOf(id, operationId)).toMatchObject({ ending: "The publisher answered Success.", quantity: 9 });
    await waiting(page).waitFor({ state: "detached" });
    await page.context().close();
  });

  test("and a viewer sees the change, and why only others can answer it", async () => {
    const id = await desk.buyActive("Fabrikam watched");
    const page = await desk.openAsStaff("viewer", `/subscriptions/${id}`);
    const operationId = await asks(id, 6);
    const accept = waiting(page).getByRole("button", { name: "Accept" });
    await seen(accept);
    await hasAttribute(accept, "aria-disabled", "true");
    // It can be pressed, to hear why not.
    await accept.click({ force: true });
    await seen(page.getByText("You need the Operator role to respond."));
    await desk.as("operator").operations.answer({
      operationId: (await desk.as("viewer").subscriptions.get({ id })).operations[0]?.id ?? "",
      answer: "accept",
      reason: "",
    });
    expect((await endingOf(id, operationId)).quantity).toBe(6);
    await page.context().close();
  });

  test("and no page reports an error", () => {
    expect(desk.complaints).toEqual([]);
  });
});
