/** Staff answer a customer's change while Microsoft waits: from each place that offers it, by mouse and by keyboard. */
import type { Locator, Page } from "playwright-core";
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

/** The alert about a change to this number of seats. */
const alertOf = (page: Page, seats: number) =>
  page
    .getByRole("region", { name: "Changes that wait for an answer" })
    .getByRole("group")
    .filter({ hasText: `wants ${seats} seats` });

/** Whether the element appears before the answer window has surely ended. */
const appears = (locator: Locator) =>
  locator.waitFor({ timeout: 15_000 }).then(
    () => true,
    () => false,
  );

/**
 * The customer asks, and asks again for other seats if the machine was too slow for the seconds that Microsoft waits.
 * @param act whether all happened in time
 */
async function asksUntil(id: string, act: (seats: number) => Promise<boolean>) {
  for (let quantity = 11; quantity < 20; quantity += 1) {
    const operationId = await asks(id, quantity);
    const isInTime = await act(quantity);
    const ended = await endingOf(id, operationId);
    if (isInTime) return { ended, quantity };
  }
  throw new Error("Nine changes were decided before the page could show them.");
}

/** Acts once the keys work. Whether that was in time. */
async function actsInTime(page: Page, seats: number, act: () => Promise<void>, done: "accepted" | "rejected") {
  const alert = alertOf(page, seats);
  if (!(await appears(alert.locator("kbd", { hasText: "A" })))) return false;
  await act();
  return appears(alert.getByText(`Omar Haddad ${done} this change`));
}

/** Notes what alerts show, with the title and the focus of that moment: an answer has only seconds, so nothing waits to look. */
async function recordAlerts(page: Page) {
  await page.evaluate(() => {
    const shown: { text: string; title: string; focused: string }[] = [];
    Object.assign(window, { shownAlerts: shown });
    setInterval(() => {
      const text = document.querySelector('[aria-label="Changes that wait for an answer"]')?.textContent;
      const focused = document.activeElement?.textContent ?? "";
      if (text && shown.at(-1)?.text !== text) shown.push({ text, title: document.title, focused });
    }, 20);
  });
  return () =>
    page.evaluate(
      () => (window as unknown as { shownAlerts: { text: string; title: string; focused: string }[] }).shownAlerts,
    );
}

/** Counts the sounds of a page by their audio contexts. */
function countSounds() {
  const Real = AudioContext;
  Object.assign(window, { sounds: 0 });
  window.AudioContext = class extends Real {
    constructor() {
      super();
      Object.assign(window, { sounds: (window as unknown as { sounds: number }).sounds + 1 });
    }
  };
}
const soundsOf = (page: Page) => page.evaluate(() => (window as unknown as { sounds: number }).sounds);

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
    const page = await desk.openPageAs("operator", "/");
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
  });

  test("from the subscription: they reject it with a reason, and Microsoft receives Failure", async () => {
    const id = await desk.buyActive("Fabrikam too many");
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
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
  });

  test("A2: with a reason that they chose or wrote, never with a preselected one", async () => {
    const id = await desk.buyActive("Fabrikam gives no cause");
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
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
  });

  test("from the operation's page", async () => {
    const id = await desk.buyActive("Fabrikam looks closer");
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
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
  });

  test("by keyboard alone, from Needs attention", async () => {
    const id = await desk.buyActive("Fabrikam by hand");
    const page = await desk.openPageAs("operator", "/");
    await page.getByRole("heading", { level: 1 }).focus();
    const operationId = await asks(id, 9);
    await seen(waiting(page));
    await tabTo(page, "Accept");
    await page.keyboard.press("Enter");
    expect(await endingOf(id, operationId)).toMatchObject({ ending: "The publisher answered Success.", quantity: 9 });
    await waiting(page).waitFor({ state: "detached" });
  });

  test("by keys from any page, without moving the focus, also with a clock that is an hour off", async () => {
    const id = await desk.buyActive("Fabrikam alerts");
    const page = await desk.openPageAs("operator", "/overview");
    await page.evaluate(() => {
      const realNow = Date.now;
      Date.now = () => realNow() + 3_600_000;
    });
    await page.getByRole("link", { name: "Skip to content" }).focus();
    const shown = await recordAlerts(page);
    const { ended, quantity } = await asksUntil(id, (seats) =>
      actsInTime(page, seats, async () => page.keyboard.press("a"), "accepted"),
    );
    expect(ended).toMatchObject({ ending: "The publisher answered Success.", quantity });
    await seen(alertOf(page, quantity).getByText("Accepted. Omar Haddad accepted this change."));
    await becomes(() => page.title(), "Overview · Marketdesk");
    const first = (await shown()).find(({ text }) => /the change rule accepts this change in [1-8] s\./.test(text));
    expect(first).toMatchObject({
      title: expect.stringMatching(
        /^Answer due: ada@fabrikam\.example wants \d+ seats instead of \d+ · Overview · Marketdesk$/,
      ),
      focused: "Skip to content",
    });
    expect(first?.text).toMatch(/\.00 → \S*\.00 per month/);
  }, 240_000);

  test("by keys with a reason, and letters that are typed into a field answer nothing", async () => {
    const id = await desk.buyActive("Fabrikam rejected by key");
    const page = await desk.openPageAs("operator", "/subscriptions");
    const { ended, quantity } = await asksUntil(id, (seats) =>
      actsInTime(
        page,
        seats,
        async () => {
          await page.keyboard.press("/");
          await page.keyboard.type("ar");
          await page.getByRole("heading", { level: 1 }).focus();
          await page.keyboard.press("r");
          await page.keyboard.press("1");
        },
        "rejected",
      ),
    );
    expect(ended).toMatchObject({ ending: "The publisher answered Failure.", quantity: 5 });
    await seen(alertOf(page, quantity).getByText(/^Rejected\. Omar Haddad rejected this change: /));
  }, 240_000);

  test("or by the rule, as all pages say; a viewer's alert has no keys, and a hidden page notifies", async () => {
    const id = await desk.buyActive("Fabrikam for all");
    const viewer = await desk.openPageAs("viewer", "/activity");
    const hidden = await desk.openPageAs("admin", "/activity");
    await hidden.evaluate(() => {
      const shown: string[] = [];
      class RecordedNotification extends EventTarget {
        static permission = "granted";
        constructor(title: string) {
          super();
          shown.push(title);
        }
        close() {
          shown.push("closed");
        }
      }
      Object.assign(window, { Notification: RecordedNotification, shownNotifications: shown });
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    const notifications = () =>
      hidden.evaluate(() => (window as unknown as { shownNotifications: string[] }).shownNotifications);
    const shown = await recordAlerts(viewer);
    await asksUntil(id, async (seats) => {
      const outcome = alertOf(viewer, seats).getByText(/^Accepted\. Change rule version \d+ .* accepts changes to/);
      return (await appears(outcome)) && (await notifications()).some((title) => title.includes(`${seats} seats`));
    });
    await becomes(async () => (await notifications()).at(-1), "closed");
    const texts = (await shown()).map(({ text }) => text);
    expect(texts.some((text) => text.includes("You need the Operator role to answer."))).toBe(true);
    expect(texts.filter((text) => text.includes("Accept change"))).toEqual([]);
  }, 240_000);

  test("with a sound, if that is wished, in one of the tabs and once for each change", async () => {
    const [silent, loud] = [await desk.buyActive("Fabrikam is quiet"), await desk.buyActive("Fabrikam rings")];
    const first = await desk.openAsStaff("operator", "/settings/notifications");
    await first.context().addInitScript(countSounds);
    await first.reload();
    const second = await first.context().newPage();
    await second.goto(`${desk.url}/activity`);
    await seen(second.getByRole("heading", { level: 1 }));
    const played = async () => (await soundsOf(first)) + (await soundsOf(second));
    const alertsAppear = async (seats: number) =>
      (await appears(alertOf(first, seats))) && (await appears(alertOf(second, seats)));
    await asksUntil(silent, alertsAppear);
    expect(await played()).toBe(0);
    await first.getByRole("checkbox", { name: "Play a sound" }).check();
    await becomes(played, 1);
    let asked = 0;
    await asksUntil(loud, (seats) => {
      asked += 1;
      return alertsAppear(seats);
    });
    // Nearly always one; a change that was decided before the pages showed it may have been heard or not.
    await becomes(async () => (await played()) > 1, true);
    expect(await played()).toBeLessThanOrEqual(1 + asked);
    await first.context().close();
  }, 240_000);

  test("and a viewer sees the change, and why only others can answer it", async () => {
    const id = await desk.buyActive("Fabrikam watched");
    const page = await desk.openPageAs("viewer", `/subscriptions/${id}`);
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
  });

  test("and no page reports an error", () => {
    expect(desk.complaints).toEqual([]);
  });
});
