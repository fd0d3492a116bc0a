/** A Marketdesk with the sample history, for the tests of how pages look. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { seen, signInInBrowser, startSampleDesk } from "./desk.ts";

type SampleSubscription = { id: string; status: string; name: string; quantity: number | null };

export type PublicPagesDesk = Awaited<ReturnType<typeof openPublicPagesDesk>>;
export type AccessibilityDesk = Awaited<ReturnType<typeof openAccessibilityDesk>>;

/** Without anyone signed in. */
export async function openPublicPagesDesk() {
  const desk = await startSampleDesk();
  const { subscriptions } = await desk.control<{ subscriptions: SampleSubscription[] }>("subscriptions");
  await desk.control("settings", { operationDelayMs: 0, activationDelayMs: 0 });

  function sampleOf(status: string): SampleSubscription {
    const found = subscriptions.find((one) => one.status === status && one.quantity !== null);
    if (!found) throw new Error(`The sample has no subscription that is ${status}.`);
    return found;
  }

  return {
    ...desk,
    sampleOf,
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

/** With a signed-in admin, and operations that have just happened. */
export async function openAccessibilityDesk() {
  const desk = await openPublicPagesDesk();
  const staff = await (await desk.openContext()).newPage();
  await signInInBrowser(staff, `${desk.url}/subscriptions`, "admin");
  await seen(staff.locator("[data-row]"));

  // What the lists show first happens now.
  const { id } = desk.sampleOf("Subscribed");
  await desk.control(`subscriptions/${id}/renew`, {});
  await staff.goto(`${desk.url}/operations?state=settled`);
  await seen(staff.locator("[data-row]"));

  /** Opens a page within the open dashboard, as its links do: loading the dashboard for each page took half of the test time. */
  const visit = (path: string) => staff.evaluate((address) => history.pushState({}, "", address), path);
  /** Opens a page in its first state, without the dialog or the selection that it may have now. */
  async function open(path: string): Promise<void> {
    await visit("/nowhere");
    await seen(heading(staff, "Page not found"));
    await visit(path);
  }

  return {
    ...desk,
    staff,
    visit,
    open,
    async openSubscription({ id: subscriptionId, name }: SampleSubscription): Promise<void> {
      await open(`/subscriptions/${subscriptionId}`);
      await seen(staff.getByRole("heading", { level: 1 }).filter({ hasText: name }));
      await seen(staff.getByRole("group", { name: "Actions" }));
    },
    async openDialog(action: string) {
      await staff.getByRole("group", { name: "Actions" }).getByRole("button", { name: action, exact: true }).click();
      const dialog = staff.getByRole("dialog");
      await seen(dialog);
      return dialog;
    },
  };
}

export const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });
