/** The sample desk as the looks tests need it: an admin signed in, and operations that have just happened. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { seen, signInInBrowser, startSampleDesk } from "./desk.ts";

type SampleSubscription = { id: string; status: string; name: string; quantity: number | null };

export type AccessibilityDesk = Awaited<ReturnType<typeof openAccessibilityDesk>>;

export async function openAccessibilityDesk() {
  const desk = await startSampleDesk();
  const staff = await (await desk.openContext()).newPage();
  await signInInBrowser(staff, `${desk.url}/subscriptions`, "admin");
  const { subscriptions } = await desk.control<{ subscriptions: SampleSubscription[] }>("subscriptions");
  await seen(staff.locator("[data-row]"));

  function sampleOf(status: string): SampleSubscription {
    const found = subscriptions.find((one) => one.status === status && one.quantity !== null);
    if (!found) throw new Error(`The sample has no subscription that is ${status}.`);
    return found;
  }

  // What the lists show first happens now.
  const { id } = sampleOf("Subscribed");
  await desk.control("settings", { operationDelayMs: 0, activationDelayMs: 0 });
  await desk.control(`subscriptions/${id}/renew`, {});
  await staff.goto(`${desk.url}/operations?state=settled`);
  await seen(staff.locator("[data-row]"));

  return {
    ...desk,
    staff,
    sampleOf,
    /** Opens a page within the open dashboard, as its links do: loading the dashboard for each took half of the time. */
    visit: (path: string) => staff.evaluate((address) => history.pushState({}, "", address), path),
    async openSubscription({ id: subscriptionId, name }: SampleSubscription): Promise<void> {
      await staff.goto(`${desk.url}/subscriptions/${subscriptionId}`);
      await seen(staff.getByRole("heading", { level: 1 }).filter({ hasText: name }));
      await seen(staff.getByRole("group", { name: "Actions" }));
    },
    async openDialog(action: string) {
      await staff.getByRole("group", { name: "Actions" }).getByRole("button", { name: action, exact: true }).click();
      const dialog = staff.getByRole("dialog");
      await seen(dialog);
      return dialog;
    },
    buy: (name: string) =>
      desk.control<{ subscriptionId: string; landingUrl: string }>("purchases", {
        offerId: "insight",
        planId: "team",
        quantity: 5,
        purchaser: "ada",
        name,
      }),
    expectNoErrorOnPages(): void {
      expect(desk.complaints).toEqual([]);
    },
  };
}

export const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });
