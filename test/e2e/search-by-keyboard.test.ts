/** Finding, and what staff keep with what they found, by keyboard alone. */
import { sql } from "drizzle-orm";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dayFrom } from "../../shared/day.ts";
import { expectAccessible } from "../support/accessibility.ts";
import { becomes, type Desk, hasAttribute, hasCount, hasValue, seen, startDesk, titleOf } from "../support/desk.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk?.stop());

const field = (page: Page) => page.getByRole("combobox", { name: "Search by name" });
const option = (page: Page, name: string) => page.getByRole("option", { name });

describe("the search field", () => {
  test("opens the result that the arrow keys select, and closes with Escape", async () => {
    await desk.buyActive("Fabrikam first");
    await desk.buyActive("Fabrikam second");
    const page = await desk.openPageAs("viewer", "/activity");
    await page.keyboard.press("/");
    await page.keyboard.type("fabrikam");
    await seen(option(page, "Fabrikam first"));
    await page.keyboard.press("Escape");
    await hasAttribute(field(page), "aria-expanded", "false");
    await hasValue(field(page), "fabrikam");
    await page.keyboard.press("ArrowDown");
    await seen(option(page, "Fabrikam first"));
    await page.keyboard.press("ArrowDown");
    const chosen = page.getByRole("listbox", { name: "Found" }).getByRole("option", { selected: true });
    await seen(chosen.filter({ hasText: /Fabrikam (first|second)/ }));
    await becomes(async () => field(page).getAttribute("aria-activedescendant"), await chosen.getAttribute("id"));
    await page.keyboard.press("Enter");
    await seen(page.getByRole("heading", { level: 1, name: /^Fabrikam (first|second) · Team · 5 seats$/ }));
    await becomes(() => page.evaluate(() => document.activeElement?.tagName), "H1");
  });

  test("opens the subscription of a pasted id, and the list for a text", async () => {
    const id = await desk.buyActive("Fabrikam pasted");
    const page = await desk.openPageAs("viewer", "/operations");
    await page.keyboard.press("Control+k");
    await page.keyboard.insertText(` "${id.toUpperCase()}" `);
    await page.keyboard.press("Enter");
    await becomes(() => titleOf(page), "Fabrikam pasted · Team · 5 seats");
    await page.keyboard.press("Control+k");
    await page.keyboard.insertText("fabrikam");
    await page.keyboard.press("Enter");
    await becomes(async () => new URL(page.url()).search, "?q=fabrikam");
    await becomes(() => titleOf(page), "Subscriptions");
  });
});

describe("the search field as a command line", () => {
  test("opens the dialog of an action that is typed with a name, and suggests what was opened last", async () => {
    const id = await desk.buyActive("Fabrikam commanded");
    const page = await desk.openPageAs("operator", "/activity");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("change seats of commanded");
    await seen(option(page, "Change seats… Fabrikam commanded"));
    await hasCount(page.getByText("No results for"), 0);
    await expectAccessible(page);
    await page.keyboard.press("Enter");
    await seen(page.getByRole("dialog", { name: /^Change seats: .*Fabrikam commanded/ }));
    await becomes(async () => new URL(page.url()).search, "");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.keyboard.press("Control+k");
    await page.keyboard.type("assign to me");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await becomes(async () => (await desk.find(id))?.ownerId !== null, true);
    await page.keyboard.press("Control+k");
    await page.keyboard.press("Delete");
    await seen(option(page, "Fabrikam commanded Subscription"));
  });

  test("never acts on what was found for an earlier text", async () => {
    const earlier = await desk.buyActive("Tailspin earlier");
    const meant = await desk.buyActive("Wingtip meant");
    const page = await desk.openPageAs("operator", "/activity");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("assign to me tailspin earlier");
    await seen(option(page, "Assign to me Tailspin earlier"));
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route(/\/trpc\/[^?]*find\.all/, async (route) => {
      await released;
      await route.continue();
    });
    await field(page).fill("assign to me wingtip meant");
    await page.keyboard.press("Enter");
    await hasCount(option(page, "Assign to me"), 0);
    release();
    // Enter was pressed before it was known what it is about, and is not lost.
    await becomes(async () => (await desk.find(meant))?.ownerId !== null, true);
    expect((await desk.find(earlier))?.ownerId).toBeNull();
  });

  test("opens the dialog of an action for which Enter is pressed right after typing, and nothing if the text changes", async () => {
    const id = await desk.buyActive("Contoso quick");
    const page = await desk.openPageAs("operator", "/activity");
    await page.keyboard.press("Control+k");
    await seen(page.getByRole("listbox", { name: "Found" }));
    await page.keyboard.insertText("change seats of contoso quick");
    await page.keyboard.press("Enter");
    await seen(page.getByRole("dialog", { name: /^Change seats: .*Contoso quick/ }));
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route(/\/trpc\/[^?]*find\.all/, async (route) => {
      await released;
      await route.continue();
    });
    await page.keyboard.press("Control+k");
    await field(page).fill("assign to me contoso");
    await page.keyboard.press("Enter");
    await field(page).fill("assign to me contoso quick");
    release();
    await seen(option(page, "Assign to me Contoso quick"));
    expect((await desk.find(id))?.ownerId).toBeNull();
  });

  test("offers viewers pages and no actions", async () => {
    const page = await desk.openPageAs("viewer", "/activity");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("change");
    await seen(option(page, "Change rules Settings"));
    await hasCount(option(page, "Change seats"), 0);
  });
});

describe("staff", () => {
  test("set owner, tags and follow-up by keyboard, see them on the timeline, filter by them, and save a view", async () => {
    const id = await desk.buyActive("Fabrikam kept");
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
    const kept = page.getByRole("region", { name: "Staff" });
    await kept.getByRole("button", { name: "Assign to me" }).press("Enter");
    await seen(kept.getByText("You", { exact: true }));
    await kept.getByLabel("Add tag").fill("VIP");
    await page.keyboard.press("Enter");
    await seen(kept.getByRole("link", { name: "vip" }));
    await page.getByLabel("Note for colleagues").fill("Called Ada.");
    await page.keyboard.press("Control+Enter");
    await seen(page.getByRole("region", { name: "Timeline" }).getByText("Called Ada."));
    await kept.getByRole("link", { name: "vip" }).press("Enter");
    await seen(page.getByRole("link", { name: "Remove filter: tagged vip" }));
    await seen(page.getByRole("link", { name: "Fabrikam kept" }));
    await page.getByRole("button", { name: "Save view" }).press("Enter");
    await page.getByRole("textbox", { name: "Name" }).fill("Very important");
    await page.keyboard.press("Enter");
    await seen(page.getByRole("link", { name: "Very important" }));
    await page.getByRole("link", { name: "Remove filter: tagged vip" }).press("Enter");
    await becomes(async () => new URL(page.url()).search, "");
    await page.getByRole("link", { name: "Very important" }).press("Enter");
    await becomes(async () => new URL(page.url()).search, "?tag=vip");
  });

  test("replace a view of their own, which stays private even if a new one was to be shared", async () => {
    const page = await desk.openPageAs("operator", "/subscriptions?tag=old");
    const save = page.getByRole("button", { name: "Save view" });
    await save.press("Enter");
    await page.getByRole("textbox", { name: "Name" }).fill("Own view");
    await page.keyboard.press("Enter");
    await seen(page.getByRole("link", { name: "Own view" }));
    await page.goto(`${desk.url}/subscriptions?tag=new`);
    await save.press("Enter");
    await page.getByRole("checkbox", { name: "Share with team" }).press("Space");
    await page.getByRole("textbox", { name: "Name" }).fill("Own view");
    await page.getByRole("button", { name: "Replace “Own view”" }).press("Enter");
    await page.getByRole("link", { name: "Own view" }).and(page.locator("[aria-current=page]")).waitFor();
    await save.waitFor({ state: "hidden" });
    const { rows } = await desk.db.execute(sql`select filters, is_shared from saved_views where name = 'Own view'`);
    expect(rows).toEqual([{ filters: { tag: "new" }, is_shared: false }]);
  });

  test("set a follow-up with Enter and leave its field: it is sent once", async () => {
    const id = await desk.buyActive("Fabrikam followed");
    const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
    let sent = 0;
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route("**/trpc/subscriptions.setFollowUp*", async (route) => {
      sent += 1;
      await released;
      await route.continue();
    });
    await page.getByLabel("Follow-up date").fill("2031-03-04");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    release();
    await becomes(async () => (await desk.find(id))?.followUpOn, dayFrom("2031-03-04"));
    expect(sent).toBe(1);
  });

  test("take, snooze and unsnooze a need by keyboard without losing the focus", async () => {
    await desk.as("admin").needs.setPurchaseGrace({ minutes: 0, seenVersion: 0 });
    await desk.control("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 5,
      purchaser: "ada",
      name: "Fabrikam waits",
    });
    // Microsoft sends no webhook for a purchase before its activation: reconciliation finds it.
    await desk.as("operator").reconcile.start();
    const page = await desk.openPageAs("operator", "/");
    const line = page.locator("[data-need]", { hasText: "Fabrikam waits" });
    await seen(line);
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
    // Others may wait too; the keys go from one to the next.
    const next = () => page.keyboard.press("j").then(focused);
    await expect.poll(next, { timeout: 30_000 }).toBe("Fabrikam waits");
    await line.getByRole("button", { name: /^Assign to me/ }).press("Enter");
    await seen(line.getByRole("button", { name: /^Unassign/ }));
    await line.getByRole("button", { name: /^Snooze/ }).press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").press("ControlOrMeta+a");
    await page.keyboard.type("The customer is on holiday");
    // What was typed is there again when the dialog is, though its preset times are later ones.
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await line.getByRole("button", { name: /^Snooze/ }).press("Enter");
    await seen(dialog.getByText("Your earlier input was restored."));
    await hasValue(dialog.getByLabel("Reason"), "The customer is on holiday");
    await dialog.getByLabel("Reason").press("End");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await becomes(focused, "Snooze");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await seen(page.getByText("Snoozed"));
    await becomes(focused, "Undo: Fabrikam waits");
    await page.keyboard.press("Enter");
    await seen(line.getByRole("button", { name: /^Snooze/ }));
    await becomes(() => page.evaluate(() => document.activeElement === document.body), false);
  });

  test("see no error on any page", () => {
    expect(desk.complaints).toEqual([]);
  });
});
