/** Microsoft's side moves while staff watch the open page of a subscription. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/app.ts";
import { becomes, type Desk, seen, startDesk, titleOf } from "../support/desk.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk?.stop());

const name = "Fabrikam watched";

describe("an open page", () => {
  test("follows when Microsoft changes, suspends, reinstates, renews and ends the subscription", async () => {
    const id = await desk.buyActive(name);
    const page = await desk.openAsStaff("viewer", `/subscriptions/${id}`);
    await seen(page.getByText("Subscribed · active"));
    await page.evaluate(() => Object.assign(window, { wasNotReloaded: true }));
    const microsoft = await (await desk.openContext()).newPage();
    await microsoft.goto(`${desk.sandbox.url}/subscriptions/${id}`);
    const press = (text: string) => microsoft.getByRole("button", { name: `${text} ${name}`, exact: true }).click();

    await microsoft.getByLabel("New seats").fill("8");
    await microsoft.getByRole("button", { name: "Change seats", exact: true }).click();
    await becomes(() => titleOf(page), `${name} · Team · 8 seats`);
    await microsoft.locator("select[name=planId]").selectOption("business");
    await microsoft.getByRole("button", { name: "Change plan", exact: true }).click();
    await becomes(() => titleOf(page), `${name} · Business · 8 seats`);

    await press("Suspend");
    await seen(page.getByText("Suspended · payment failed"));
    await seen(page.getByText("Access suspended"));
    await seen(
      page
        .getByRole("region", { name: "Access" })
        .getByText("Only a payment by the customer within 30 days reinstates it"),
    );

    await press("Reinstate");
    await seen(page.getByText("Subscribed · active"));
    await seen(page.getByText("Full access"));

    const termEnd = async () => (await desk.as("viewer").subscriptions.get({ id })).termEndsOn ?? "";
    const before = await termEnd();
    await press("Renew");
    await becomes(
      () => page.locator("[data-line=status] time").getAttribute("datetime"),
      await eventually(later(before, termEnd)),
    );

    await press("Cancel subscription");
    await seen(page.getByText("Unsubscribed · canceled"));
    await seen(page.getByText("Access ended"));

    const timeline = page.getByRole("region", { name: "Timeline" });
    for (const sentence of [
      "Suspended by Microsoft: a payment failed",
      "Reinstated by Microsoft: the payment was fixed",
      "Subscription canceled",
    ]) {
      await seen(timeline.getByText(sentence));
    }
    expect(await page.evaluate(() => "wasNotReloaded" in window)).toBe(true);
    expect(desk.complaints).toEqual([]);
  });
});

describe("an open list", () => {
  test("makes room for a longer status", async () => {
    const id = await desk.buyActive("Litware ends");
    const page = await desk.openAsStaff("viewer", "/subscriptions?q=litware");
    await seen(page.locator("td").getByText("Subscribed"));
    await desk.control(`subscriptions/${id}/unsubscribe`, {});
    const status = page.locator("td").getByText("Unsubscribed");
    await seen(status);
    const isCut = (element: Element) => {
      const cell = element.closest("td")!;
      return cell.scrollWidth > cell.clientWidth;
    };
    await becomes(() => status.evaluate(isCut), false);
  });

  test("follows in the numbers of saved views", async () => {
    const id = await desk.buyActive("Litware counted");
    const filters = { q: "litware counted", status: "Unsubscribed" } as const;
    const view = await desk.as("operator").views.create({ name: "Ended litware", filters });
    await desk.as("operator").views.share({ id: view.id, isShared: true });
    const page = await desk.openAsStaff("viewer", "/subscriptions");
    await seen(page.getByRole("link", { name: /^Ended litware 0/ }));
    await desk.control(`subscriptions/${id}/unsubscribe`, {});
    await seen(page.getByRole("link", { name: /^Ended litware 1/ }));
  });
});

/** The instant, once it is later than this one. */
function later(than: string, ask: () => Promise<string>) {
  return async () => {
    const now = await ask();
    return Date.parse(now) > Date.parse(than) && now;
  };
}
