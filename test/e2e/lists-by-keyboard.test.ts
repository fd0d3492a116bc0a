/** The lists by keyboard alone: choosing, peeking, a bulk run; and two thousand rows that stay light. */
import { sql } from "drizzle-orm";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { announce } from "../../server/database/record/record.ts";
import { becomes, type Desk, hasAttribute, hasValue, seen, startDesk, titleOf } from "../support/desk.ts";
import { isFocused } from "../support/keyboard.ts";

const many = 2_000;

let desk: Desk;
const ids: string[] = [];
beforeAll(async () => {
  desk = await startDesk();
  for (const name of ["Keyboard one", "Keyboard two", "Keyboard three"]) ids.push(await desk.buyActive(name));
});
afterAll(() => desk?.stop());

const orderIn = (href: string | null) => new URL(href ?? "", desk.url).searchParams.get("order");
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim());
/** How many people have stored these as their last columns. */
async function storedFor(...last: string[]): Promise<number> {
  const { rows } = await desk.db.execute<{ columns: string[] }>(sql`select columns from column_choices`);
  return rows.filter(({ columns }) => columns.slice(-last.length).join() === last.join()).length;
}
const rowsInPage = (page: Page) => page.locator("tbody tr[data-id]").count();
const quickly = { timeout: 30_000, interval: 20 };

/** The name in the row in the middle of the list. */
const middleRow = (page: Page) =>
  page.locator("[data-scroll-restoration-id]").evaluate((element) => {
    const { left, top, height } = element.getBoundingClientRect();
    const row = document.elementFromPoint(left + 60, top + height / 2)?.closest("tr[data-id]");
    return row?.querySelector("[data-row]")?.textContent ?? null;
  });

describe("a list, by keyboard", () => {
  test("selects rows, previews a bulk action and runs it", async () => {
    const page = await desk.openPageAs("operator", "/subscriptions?q=keyboard&sort=name");
    await seen(page.getByRole("link", { name: "Keyboard one" }));
    await page.keyboard.press("j");
    await becomes(() => focused(page), "Keyboard one");
    await page.keyboard.press("x");
    await page.keyboard.press("j");
    await page.keyboard.press("Shift+X");
    await seen(page.getByText("2 selected"));
    await becomes(() => focused(page), "Keyboard three");

    await page.keyboard.press("Space");
    await seen(page.getByRole("complementary", { name: "Keyboard three" }).getByText("Latest activity"));
    await becomes(() => focused(page), "Keyboard three");
    await page.keyboard.press("k");
    await seen(page.getByRole("complementary", { name: "Keyboard one" }));
    await page.keyboard.press("Escape");
    await page.getByRole("complementary").waitFor({ state: "detached" });
    await becomes(() => focused(page), "Keyboard one");

    await page.keyboard.press("b");
    const bar = page.getByRole("region", { name: "Bulk actions" });
    await bar.getByRole("button", { name: "Suspend" }).press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Dry run" }).press("Enter");
    await seen(dialog.getByText("of at least 3 characters"));
    await dialog.getByLabel("Note (optional)").fill("Invoices are overdue");
    await dialog.getByRole("button", { name: "Dry run" }).press("Enter");
    await becomes(() => titleOf(page), "Suspend access · 2 subscriptions");
    await seen(page.getByText("2 subscriptions would be changed"));
    expect((await desk.as("viewer").subscriptions.get({ id: ids[0] ?? "" })).hold).toBeNull();
    await page.getByRole("button", { name: "Apply to 2 subscriptions" }).press("Enter");
    await seen(page.getByText("Completed."));
    await page.reload();
    await seen(page.getByText("Completed."));
    await seen(page.locator("td[title='Access suspended.']"));
    expect((await desk.as("viewer").subscriptions.get({ id: ids[0] ?? "" })).hold).toMatchObject({
      reason: "Invoices are overdue",
    });
    expect((await desk.as("viewer").subscriptions.get({ id: ids[1] ?? "" })).hold).toBeNull();
  });

  test.each(["/operations", "/activity", "/deliveries", "/customers"])(
    "keeps the focus in the search of %s while the list follows what is typed",
    async (address) => {
      const page = await desk.openPageAs("viewer", address);
      const search = page.locator("main").getByRole("searchbox");
      await search.focus();
      await page.keyboard.type("key");
      await becomes(async () => new URL(page.url()).searchParams.get("q"), "key");
      await page.keyboard.type("board");
      await becomes(async () => new URL(page.url()).searchParams.get("q"), "keyboard");
      await hasValue(search, "keyboard");
      await becomes(() => isFocused(search), true);
      await page.getByRole("navigation", { name: "Main" }).locator(`a[href="${address}"]`).first().click();
      await hasValue(search, "");
    },
  );

  test("leaves the rows behind a dialog alone", async () => {
    const page = await desk.openPageAs("operator", "/operations");
    await seen(page.locator("[data-row]"));
    await page.keyboard.press("j");
    await becomes(() => page.locator("[data-row]:focus").count(), 1);
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog");
    await seen(dialog);
    await becomes(() => dialog.locator(":focus").count(), 1);
    for (const key of ["j", "k", "/", "Control+k"]) {
      await page.keyboard.press(key);
      await becomes(() => dialog.locator(":focus").count(), 1);
    }
  });

  test("has the arrow of the order in which it is", async () => {
    const page = await desk.openPageAs("viewer", "/subscriptions?sort=quantity");
    for (const [sort, head, order] of [
      ["quantity", "Seats", "descending"],
      ["money", "Monthly price", "descending"],
      ["termEnd", "Term end", "ascending"],
      ["name", "Subscription", "ascending"],
      ["plan", "Plan", "ascending"],
      ["status", "Status", "ascending"],
      ["owner", "Owner", "ascending"],
    ] as const) {
      await page.goto(`${desk.url}/subscriptions?sort=${sort}`);
      const column = page.getByRole("columnheader", { name: head });
      await hasAttribute(column, "aria-sort", order);
      // The next click turns it around.
      const next = order === "descending" ? "asc" : "desc";
      await becomes(async () => orderIn(await column.getByRole("link").getAttribute("href")), next);
    }
  });

  test("leads from the purchaser, the domain and the tenant to the customer", async () => {
    const { customerId } = await desk.as("viewer").subscriptions.get({ id: ids[0] ?? "" });
    const page = await desk.openPageAs("admin", "/subscriptions?q=keyboard");
    await seen(page.getByRole("link", { name: "Keyboard one" }));
    await page.getByRole("button", { name: "Columns" }).press("Enter");
    for (const name of ["Purchaser", "Domain", "Tenant"]) await page.getByRole("checkbox", { name }).press("Space");
    await page.keyboard.press("Escape");
    const row = page.getByRole("row").filter({ hasText: "Keyboard one" });
    for (const name of ["ada@fabrikam.example", "fabrikam.example", /^a1a1a1a1/]) {
      // The first column can have the same address.
      const link = row.getByRole("link", { name, exact: true }).last();
      await hasAttribute(link, "href", `/customers/${customerId}`);
      await link.press("Enter");
      await page.waitForURL(`**/customers/${customerId}`);
      await seen(page.getByRole("link", { name: "Keyboard one" }));
      await page.goBack();
      await seen(row);
    }
  });

  test("keeps the columns that a person has chosen and ordered", async () => {
    const page = await desk.openPageAs("viewer", "/subscriptions");
    await seen(page.locator("[data-row]"));
    const heads = () => page.locator("thead th").allInnerTexts();
    await page.getByRole("button", { name: "Columns" }).press("Enter");
    await page.getByRole("checkbox", { name: "Tenant" }).press("Space");
    await page.getByRole("button", { name: "Move Tenant left" }).press("Enter");
    await becomes(async () => (await heads()).slice(-2), ["Tenant", "Changed"]);
    await becomes(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Move Tenant left");
    await becomes(() => storedFor("tenant", "updated"), 1);
    await page.reload();
    await becomes(async () => (await heads()).slice(-2), ["Tenant", "Changed"]);
  });
});

test("columns that a person chooses while the page is refreshed stay as chosen", async () => {
  const page = await desk.openPageAs("operator", "/subscriptions");
  await seen(page.locator("[data-row]"));
  const heads = () => page.locator("thead th").allInnerTexts();
  const before = await storedFor("tenant", "updated");
  let isRefreshed = false;
  await page.route("**/trpc/subscriptions.chooseColumns*", async (route) => {
    if (!isRefreshed) {
      isRefreshed = true;
      const refreshed = page.waitForResponse((response) => response.url().includes("subscriptions.columns"));
      await announce(desk.db, [{ topic: "offer", subscriptionId: null }]);
      await (await refreshed).finished();
    }
    await route.continue();
  });
  await page.getByRole("button", { name: "Columns" }).press("Enter");
  await page.getByRole("checkbox", { name: "Tenant" }).press("Space");
  await page.getByRole("button", { name: "Move Tenant left" }).press("Enter");
  await becomes(async () => (await heads()).slice(-2), ["Tenant", "Changed"]);
  await becomes(() => storedFor("tenant", "updated"), before + 1);
  expect(isRefreshed).toBe(true);
  await page.reload();
  await becomes(async () => (await heads()).slice(-2), ["Tenant", "Changed"]);
});

describe("two thousand rows", () => {
  beforeAll(async () => {
    await desk.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, quantity, status, status_since, first_seen_by, synced_at, created_at, updated_at)
      select 'tall-' || lpad(n::text, 3, '0'), 'Tall ' || lpad(n::text, 3, '0') || repeat(' of several lines', (n - 1) % 7), 'insight', 'team', 5,
        'Subscribed', now(), 'reconcile', now(), now(), now() from generate_series(1, 400) n`);
  });

  test("load while scrolling, stay fast, and keep their position when the person comes back", async () => {
    await desk.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, quantity, status, status_since, first_seen_by, synced_at, created_at, updated_at)
      select 'row-' || lpad(n::text, 5, '0'), 'Row ' || lpad(n::text, 5, '0'), 'insight', 'team', 5, 'Subscribed', now(),
        'reconcile', now(), now(), now() from generate_series(1, ${many}) n`);
    const page = await desk.openPageAs("viewer", "/subscriptions?q=row-&sort=name");
    await seen(page.getByRole("link", { name: "Row 00001" }));
    const scroller = page.locator("[data-scroll-restoration-id]");
    const foot = page.locator("[data-list-footer] [role=status]");
    await expect
      .poll(
        async () => {
          await scroller.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
          return foot.innerText();
        },
        { timeout: 60_000, interval: 20 },
      )
      .toBe("2,000 subscriptions");
    await scroller.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    await seen(page.getByRole("link", { name: "Row 02000" }));
    await expect.poll(() => rowsInPage(page)).toBeLessThan(80);
    await hasAttribute(page.locator("table"), "aria-rowcount", "2001");
    await hasAttribute(page.locator("tr", { hasText: "Row 02000" }), "aria-rowindex", "2001");

    await scroller.evaluate((element) => element.scrollTo({ top: 1_000 * 44 }));
    await seen(page.getByRole("link", { name: "Row 01010" }));
    await page.keyboard.press("j");
    await expect.poll(() => focused(page)).toMatch(/^Row 010/);
    const first = (await focused(page)) ?? "";
    for (let step = 0; step < 60; step += 1) await page.keyboard.press("j");
    const wanted = `Row ${String(Number(first.slice(4)) + 60).padStart(5, "0")}`;
    await becomes(() => focused(page), wanted);
    await expect.poll(() => rowsInPage(page)).toBeLessThan(80);
    const place = await scroller.evaluate((element) => element.scrollTop);
    await page.keyboard.press("Enter");
    await becomes(() => titleOf(page), expect.stringContaining(wanted) as unknown as string);
    await page.goBack();
    await seen(page.getByRole("link", { name: wanted }));
    await expect
      .poll(async () => Math.abs((await scroller.evaluate((element) => element.scrollTop)) - place))
      .toBeLessThan(200);
  });

  test.each([
    { on: "a desk", viewport: { width: 1280, height: 800 } },
    { on: "a small window", viewport: { width: 1024, height: 600 } },
    { on: "a phone", viewport: { width: 360, height: 760 } },
  ])("of several lines are on $on where they were when the person comes back", async ({ viewport }) => {
    const page = await desk.openAsStaff("viewer", "/subscriptions?q=tall-&sort=name", { viewport });
    await seen(page.getByRole("link", { name: "Tall 001" }));
    const scroller = page.locator("[data-scroll-restoration-id]");
    const foot = page.locator("[data-list-footer] [role=status]");
    await expect
      .poll(async () => {
        await scroller.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
        return foot.innerText();
      }, quickly)
      .toBe("400 subscriptions");
    await scroller.evaluate((element) => element.scrollTo({ top: element.scrollHeight * 0.7 }));
    await becomes(async () => (await middleRow(page))?.startsWith("Tall 2") || "none of two hundred", true);
    const row = (await middleRow(page)) ?? "";
    await page.getByRole("link", { name: row, exact: true }).press("Enter");
    await becomes(() => titleOf(page), expect.stringContaining(row) as unknown as string);
    await page.goBack();
    await becomes(() => middleRow(page), row);
  });

  test.each([1280, 1100, 1024, 800, 360])(
    "stay where they are at %i px when they are sorted or filtered by status",
    async (width) => {
      const page = await desk.openAsStaff("viewer", "/subscriptions", { viewport: { width, height: 800 } });
      await seen(page.locator("[data-row]"));
      const top = () => page.locator("thead").evaluate((head) => head.getBoundingClientRect().top);
      const before = await top();
      const saveView = page.getByRole("button", { name: "Save view" });
      await page.getByRole("link", { name: "Subscription", exact: true }).press("Enter");
      await seen(saveView);
      expect(await top()).toBe(before);
      const statuses = page.getByRole("group", { name: "Filter by status" });
      await statuses.getByRole("link", { name: /^Subscribed/ }).press("Enter");
      await page.waitForURL("**status=Subscribed**");
      expect(await top()).toBe(before);
    },
  );

  test("give the focus back to the row whose preview is closed, also when it is out of view", async () => {
    const page = await desk.openPageAs("operator", "/subscriptions?q=tall-&sort=name");
    await seen(page.getByRole("link", { name: "Tall 001" }));
    await page.keyboard.press("j");
    await becomes(() => focused(page), "Tall 001");
    await page.keyboard.press("Space");
    const preview = page.getByRole("complementary", { name: "Tall 001" });
    await seen(preview);
    await page.getByRole("checkbox", { name: "Select Tall 003" }).press("Space");
    await page.locator("[data-scroll-restoration-id]").evaluate((element) => element.scrollTo({ top: 1_500 }));
    await page.locator("tr[data-id=tall-001]").waitFor({ state: "detached" });
    await preview.getByRole("button", { name: "Close preview" }).press("Enter");
    await becomes(() => focused(page), "Tall 001");
  });

  test("show the row of the keyboard and the footer in full, also below a notice, and fit on paper", async () => {
    const page = await desk.openPageAs("operator", "/subscriptions?q=tall-&sort=name");
    await seen(page.getByRole("link", { name: "Tall 001" }));
    const hidden = () =>
      page.evaluate(() => {
        const scroller = document.querySelector("[data-scroll-restoration-id]");
        const row = document.activeElement?.closest("tr")?.getBoundingClientRect();
        if (!scroller || !row) return null;
        const { top } = scroller.getBoundingClientRect();
        const head = document.querySelector("thead")?.clientHeight ?? 0;
        return Math.max(row.bottom - top - scroller.clientHeight, top + head - row.top) > 0.5;
      });
    for (const key of "j".repeat(14) + "k".repeat(12)) {
      await page.keyboard.press(key);
      await becomes(hidden, false);
    }
    const belowWindow = () =>
      page.locator("[data-list-footer]").evaluate((foot) => foot.getBoundingClientRect().bottom - innerHeight);
    await page.context().setOffline(true);
    await seen(page.getByText("You are offline."));
    await becomes(belowWindow, 0);
    await page.context().setOffline(false);
    await page.getByText("You are offline.").waitFor({ state: "hidden" });
    await becomes(belowWindow, 0);

    const loaded = parseInt(await page.locator("[data-list-footer] [role=status]").innerText(), 10); // read-once: no more rows are loaded
    expect(await rowsInPage(page)).toBeLessThan(loaded);
    // A4 in portrait, without the usual margins.
    await page.setViewportSize({ width: 718, height: 1_040 });
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    expect(await rowsInPage(page)).toBe(loaded);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(718);
    const beyond = await page
      .locator("table :is(th, td)")
      .evaluateAll((cells) => cells.filter((cell) => cell.getBoundingClientRect().right > 718).length);
    expect(beyond).toBe(0);
    const linesOfHeading = await page.getByRole("link", { name: "Seats", exact: true }).evaluate((heading) => {
      const text = document.createRange();
      text.selectNodeContents(heading);
      return text.getClientRects().length;
    });
    expect(linesOfHeading).toBe(1);
    const linesOfAmount = await page
      .locator("td.number")
      .first()
      .evaluate((cell) => {
        cell.textContent = "$1,234,567,890.00";
        const text = document.createRange();
        text.selectNodeContents(cell);
        return text.getClientRects().length;
      });
    expect(linesOfAmount).toBe(1);
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  });

  test("cause no error on the page", () => {
    expect(desk.complaints).toEqual([]);
  });
});
