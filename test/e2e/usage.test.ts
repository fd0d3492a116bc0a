/** Usage as staff meet it: on the page of a subscription, by hour, as the proof of a bill, from a file and by hand. */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { becomes, type Desk, hasCount, hasText, hasValue, seen, startDesk } from "../support/desk.ts";
import { expectAccessible } from "../support/accessibility.ts";

let desk: Desk;
let staff: Page;
let id: string;
beforeAll(async () => {
  desk = await startDesk();
  id = await desk.buyActive("Fabrikam archive", { offerId: "vault", planId: "basic", quantity: undefined });
  await desk.as("operator").usage.enter({ ...entry("storage"), quantity: "40.5" });
  staff = await desk.openAsStaff("operator", `/subscriptions/${id}`);
});
afterAll(() => desk?.stop());

const reason = "Read from the meter";
const entry = (dimension: string) => ({
  id: `staff ${randomUUID()}`,
  subscriptionId: id,
  dimension,
  time: new Date().toISOString(),
  reason,
});
const shot = async (page: Page, name: string) => {
  if (process.env["SHOTS"]) await page.screenshot({ path: `${process.env["SHOTS"]}/${name}.png`, fullPage: true });
};
const hours = () => staff.getByRole("table", { name: "Usage by hour" });
const usedOf = async (dimension: string) =>
  (await desk.as("viewer").usage.ofSubscription({ id })).dimensions.find((one) => one.dimension === dimension)?.used;

describe("the usage of a subscription", () => {
  test("leads from its figures to the hours, and from an hour to its proof", async () => {
    const usage = staff.getByRole("region", { name: "Usage" });
    await seen(usage.getByRole("link", { name: "40.5 GB used of Storage" }));
    await expectAccessible(staff);
    await shot(staff, "usage-subscription");
    await usage.getByRole("link", { name: "40.5 GB used of Storage" }).click();
    await seen(staff.getByRole("heading", { level: 1, name: "Usage" }));
    const rows = hours().locator("tbody tr");
    await hasCount(rows, 1);
    await seen(rows.getByText("40.5 GB"));
    await expectAccessible(staff);
    await shot(staff, "usage-list");
    await rows.locator("[data-row]").click();
    await seen(staff.getByRole("heading", { level: 1, name: /Storage.*Fabrikam archive/ }));
    await seen(staff.getByRole("table", { name: "Events" }).getByText(reason));
    await expectAccessible(staff);
    await shot(staff, "usage-proof");
  });

  test("is on the page of its customer", async () => {
    const { customer } = await desk.as("viewer").subscriptions.get({ id });
    await staff.goto(`${desk.url}/customers/${customer.id}`);
    await seen(staff.getByRole("region", { name: "Usage in the current terms" }).getByText("40.5 GB"));
    await expectAccessible(staff);
    await shot(staff, "usage-customer");
  });
});

describe("the factor above which usage is held", () => {
  test("is previewed on the hours of the last 90 days before it is saved", async () => {
    const other = await desk.buyActive("Fabrikam backups", { offerId: "vault", planId: "basic", quantity: undefined });
    // 24 hours with 6 each, and one with 150.
    await desk.db.execute(sql`
      insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, effective_at, state, sealed_at, ended_at, billable, accepted)
      select gen_random_uuid(), ${other}, 'storage', hour, 'basic', used, hour, 'accepted', hour, now(), used, used
      from generate_series(1, 25) n, lateral (
        select date_trunc('hour', now()) - make_interval(hours => 73 - n) as hour, case when n = 25 then 150 else 6 end as used) h`);
    await desk.db.execute(sql`
      insert into usage_accounts (subscription_id, plan_id, dimension, term_starts_on, is_trial, term_ends_on, used, billed)
      values (${other}, 'basic', 'storage', current_date - 10, false, current_date + 10, 0, 0)`);
    const admin = await desk.openPageAs("admin", "/usage");
    await admin.getByRole("button", { name: "Change settings…" }).click();
    const dialog = admin.getByRole("dialog");
    const preview = dialog.getByRole("region", { name: "Preview" });
    await seen(preview.getByText("Of 25 hours in the last 90 days, 1 would have been held, of 1 subscription."));
    await preview.getByText("All hours").click();
    await seen(preview.getByText("usually at most 6 GB"));
    await expectAccessible(admin);
    await shot(admin, "usage-hold-preview");
    await dialog.getByLabel("Times the highest hour of the last 30 days").fill("26");
    await seen(preview.getByText("Of 25 hours in the last 90 days, none would have been held."));
    await dialog.getByLabel("Times the highest hour of the last 30 days").fill("1");
    await seen(preview.getByText("Correct the number to see what would have been held."));
    expect((await desk.as("viewer").usage.status()).settings.version).toBe(0);
  });
});

describe("usage that staff report", () => {
  test("is entered by hand with a reason", async () => {
    await staff.goto(`${desk.url}/usage?subscription=${id}`);
    await staff.getByRole("button", { name: "Enter usage…" }).click();
    const dialog = staff.getByRole("dialog");
    await dialog.getByLabel("Dimension").selectOption("restores");
    await dialog.getByLabel("Quantity").fill("1.5");
    await expectAccessible(staff);
    await shot(staff, "usage-enter");
    await dialog.getByLabel("Reason").fill(reason);
    await staff.keyboard.press("Escape");
    await hasCount(dialog, 0);
    await staff.getByRole("button", { name: "Enter usage…" }).click();
    await hasValue(dialog.getByLabel("Reason"), reason);
    await hasValue(dialog.getByLabel("Quantity"), "1.5");
    await dialog.getByRole("button", { name: "Enter usage" }).click();
    await becomes(() => usedOf("restores"), "1.5");
    await hasCount(staff.getByRole("dialog"), 0);
    await seen(hours().getByText("Restores"));
  });

  test("and is held has no decision until one is chosen", async () => {
    await desk.db.execute(
      `update usage_slots set state = 'held', problem = 'Unusual', sealed_at = now(), seal_at = null, billable = 1.5,
        is_counted = false where subscription_id = '${id}' and dimension = 'restores'`,
    );
    await staff.reload();
    await staff.getByRole("button", { name: /^Decide/ }).click();
    const dialog = staff.getByRole("dialog");
    await seen(dialog.getByRole("radio", { name: "Send as reported" }));
    await hasCount(dialog.locator("input[type=radio]:checked"), 0);
    await dialog.getByLabel("Reason").fill(reason);
    await dialog.getByRole("button", { name: "Save decision" }).click();
    await seen(dialog.getByText("Choose what happens with the usage."));
    await dialog.getByRole("radio", { name: "Drop" }).check();
    await dialog.getByRole("button", { name: "Save decision" }).click();
    await hasCount(dialog, 0);
    await seen(staff.getByText("Decision saved"));
  });

  test("comes from a file that is checked first", async () => {
    await staff.getByRole("button", { name: "Upload usage…" }).click();
    const dialog = staff.getByRole("dialog");
    const upload = dialog.getByRole("button", { name: /^Upload/ });
    const time = new Date().toISOString();
    const lines = [
      "id,subscriptionId,dimension,quantity,time",
      `${randomUUID()},${id},storage,9.5,${time}`,
      `${randomUUID()},${id},unknown,1,${time}`,
    ];
    await dialog
      .locator("input[type=file]")
      .setInputFiles({ name: "usage.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) });
    await seen(dialog.getByText("can be stored"));
    await seen(dialog.getByText(/Line 3 .*no such dimension/));
    await hasText(upload, "Upload 1 event");
    expect(await usedOf("storage")).toBe("40.5");
    await expectAccessible(staff);
    await shot(staff, "usage-upload");
    await dialog.getByLabel("Reason").fill(reason);
    await upload.click();
    await becomes(() => usedOf("storage"), "50");
    await hasCount(staff.getByRole("dialog"), 0);
  });
});

describe("billed usage on the overview", () => {
  test("is shown in units and at list price, and leads to its hours", async () => {
    // Usage so close to the end of Microsoft's 24 hours is sent immediately.
    const time = new Date(Date.now() - 23.5 * 3_600_000).toISOString();
    await desk.as("operator").usage.enter({ ...entry("restores"), time, quantity: "4.5" });
    const billed = async () =>
      (await desk.as("viewer").overview.usage({})).dimensions.find(({ dimension }) => dimension === "restores")?.total;
    await becomes(billed, { quantity: "2.5", amount: "10", unpriced: "0" });
    await staff.goto(`${desk.url}/overview`);
    const dimensions = staff.locator("[data-chart='Billed usage by dimension']");
    await seen(dimensions.getByText(/^Restores: 2\.5/));
    await seen(staff.locator("[data-chart='Billed usage by month'] svg rect:has(title)"));
    await seen(staff.locator("[data-chart='Restores by month'] svg rect:has(title)"));
    await staff.getByText("How billed usage is counted").click();
    await expectAccessible(staff);
    await shot(staff, "usage-overview");
    await dimensions.getByRole("link", { name: "$10.00" }).click();
    const rows = hours().locator("tbody tr");
    await hasCount(rows, 1);
    await seen(rows.getByRole("cell", { name: "$10.00 at list price" }));
    await seen(staff.getByRole("link", { name: "Price in USD ×" }));
    await expectAccessible(staff);
    await shot(staff, "usage-overview-hours");
    await rows.locator("[data-row]").click();
    await seen(staff.getByText(/\$4\.00 per .* then/));
  });

  test("is written as in the browser's language", async () => {
    const page = await desk.openAsStaff("viewer", "/overview", { locale: "de-DE" });
    const dimensions = page.locator("[data-chart='Billed usage by dimension']");
    await seen(dimensions.getByText(/^Restores: 2,5/));
    await seen(dimensions.getByRole("link", { name: /^10,00\s\$$/ }));
    await shot(page, "usage-overview-german");
  });
});
