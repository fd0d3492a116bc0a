/**
 * What customer success staff do all day, each by the shortest way through the pages. A task takes less than fifteen
 * seconds by the keystroke-level model, and docs/tasks.md says how many.
 */
// cspell:ignore humong unas
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { inferRouterOutputs } from "@trpc/server";
import type { Locator, Page } from "playwright-core";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPeople, type People } from "../../sandbox/history/actors.ts";
import type { AppRouter } from "../../server/trpc/router.ts";
import { eventually } from "../support/app.ts";
import { becomes, hasCount, seen, signInAsStaff, startSampleDesk } from "../support/desk.ts";
import { keepStaffPages } from "../support/staff-pages.ts";
import { type Effort, operate, type Operator } from "../support/keystroke-level-model.ts";

type RouterOutputs = inferRouterOutputs<AppRouter>;
type Subscription = RouterOutputs["subscriptions"]["get"];

const maxSeconds = 15;
const root = path.join(import.meta.dirname, "..", "..");

let desk: Awaited<ReturnType<typeof startSampleDesk>>;
let openPage: ReturnType<typeof keepStaffPages>;
let people: People;
const efforts = new Map<string, Effort>();

beforeAll(async () => {
  desk = await startSampleDesk();
  openPage = keepStaffPages(desk.url, () =>
    desk.newContext({ timezoneId: "UTC", permissions: ["clipboard-read", "clipboard-write"] }),
  );
  people = createPeople(desk.url);
});
afterAll(async () => {
  await desk?.stop();
  await writeTable();
});

/** A colleague in a browser of their own, who looks at a page. */
async function signIn(key: string, at = "/"): Promise<Operator> {
  const page = await openPage();
  await signInAsStaff(page, `${desk.url}${at}`, key);
  return operate(page);
}

const find = async (name: string): Promise<Subscription> => {
  const { subscriptions } = await people.asks<RouterOutputs["find"]["all"]>("viewer", "find.all", { q: name });
  const found = subscriptions.find((one) => one.name === name);
  if (!found) throw new Error(`The sample has no subscription ${name}.`);
  return people.asks("viewer", "subscriptions.get", { id: found.id });
};

/** Buys from the sandbox, without telling Marketdesk. */
async function buys(name: string, input: object): Promise<string> {
  const purchase = { offerId: "insight", planId: "team", quantity: 5, purchaser: "ada", name, ...input };
  const { subscriptionId } = await desk.control<{ subscriptionId: string }>("purchases", purchase);
  return subscriptionId;
}

async function buysActive(name: string, input: object = {}): Promise<string> {
  const id = await buys(name, { autoActivate: true, ...input });
  await eventually(async () => {
    const found = await people.asks<Subscription>("viewer", "subscriptions.get", { id }).catch(() => null);
    return found?.status === "Subscribed" && found.openOperations === 0;
  });
  return id;
}

/** Keeps what the task took, and compares it with the documentation. */
async function finish(task: string, person: Operator): Promise<void> {
  const effort = person.effort();
  efforts.set(task, effort);
  expect(effort.seconds, `${task}: ${JSON.stringify(effort)}`).toBeLessThan(maxSeconds);
  const { clicks, keys, seconds } = effort;
  const documented = await documentedRow(task);
  const measured = `| ${task} | ${clicks} | ${keys} | ${seconds.toFixed(1)} |`;
  expect(documented.slice(0, measured.length), "docs/tasks.md").toBe(measured);
}

async function documentedRow(task: string): Promise<string> {
  const text = await readFile(path.join(root, "docs", "tasks.md"), "utf8");
  const rows = text.split("\n").map((line) => line.replaceAll(/ +/g, " ").trim());
  return rows.find((row) => row.startsWith(`| ${task} |`)) ?? "";
}

async function writeTable(): Promise<void> {
  const lines = [...efforts].map(
    ([task, { clicks, keys, seconds, responseSeconds }]) =>
      `| ${task} | ${clicks} | ${keys} | ${seconds.toFixed(1)} | ${responseSeconds.toFixed(1)} |`,
  );
  const folder = path.join(root, "node_modules", ".cache");
  await mkdir(folder, { recursive: true });
  const head = ["| Task | Clicks | Keys | Seconds | Response |", "| --- | --- | --- | --- | --- |"];
  await writeFile(path.join(folder, "tasks.md"), `${[...head, ...lines].join("\n")}\n`);
}

/** Of the search field, once it shows what was found for all of the text. */
const option = (page: Page, name: RegExp | string) =>
  page.locator('[data-state="answered"]').getByRole("option", { name });
const menu = (page: Page, name: string) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });
const button = (page: Page, name: RegExp | string) => page.getByRole("button", { name });
const dialog = (page: Page) => page.getByRole("dialog");
const isFocused = (field: Locator) =>
  becomes(() => field.evaluate((element) => element === document.activeElement), true);
const isOver = (page: Page) => dialog(page).waitFor({ state: "hidden" });

/** Sets the rule of an offer, as an admin does on its page. */
async function setRule(rule: { offerId: string; maxQuantity?: number; asksStaff?: boolean }): Promise<void> {
  const { scopes } = await people.asks<RouterOutputs["rules"]["list"]>("viewer", "rules.list", {});
  const seenVersion =
    scopes.find(({ offerId, planId }) => offerId === rule.offerId && planId === null)?.own?.version ?? 0;
  const input = { planId: null, followsWider: false, allowedPlans: null, minQuantity: null, maxQuantity: null };
  await people.asks("admin", "rules.set", { ...input, ...rule, seenVersion, reason: "For the tasks" });
}

describe("staff", () => {
  test("find a customer from a colleague's pasted signature", async () => {
    const person = await signIn("operator");
    const { page } = person;
    await person.press("/");
    await person.paste(
      "Kind regards\n\nMarco Bianchi\nHead of IT | Tailspin Toys\nmarco.bianchi@tailspintoys.example\n+39 02 5550 1212",
    );
    await person.choose(option(page, /2 of 2 subscriptions active/));
    await person.sees(page.getByRole("heading", { level: 1, name: "tailspintoys.example" }));
    const table = page.getByRole("table", { name: "Subscriptions of this customer" });
    await seen(table.getByRole("link", { name: "Tailspin Toys Insight" }));
    await seen(table.getByRole("link", { name: "Tailspin backups" }));
    await finish("Find a customer from a pasted signature", person);
  });

  test("see everything of one tenant: subscriptions of all times, money, needs and one timeline", async () => {
    const { beneficiary } = await find("First Up Consultants Insight");
    const tenantId = beneficiary?.tenantId ?? "";
    const person = await signIn("viewer");
    const { page } = person;
    await person.press("/");
    await person.paste(tenantId);
    await person.press("Enter");
    const table = page.getByRole("table", { name: "Subscriptions of this customer" });
    await person.sees(table);
    const { rows } = await people.asks<RouterOutputs["subscriptions"]["list"]>("viewer", "subscriptions.list", {
      customer: tenantId,
    });
    expect(new Set(rows.map(({ status }) => status)).size).toBeGreaterThan(1);
    for (const { name } of rows) await seen(table.getByRole("link", { name, exact: true }));
    await hasCount(table.getByRole("row"), rows.length + 1);
    await seen(page.getByText(/MRR.*at risk/));
    await seen(page.getByRole("link", { name: /Payment failed/ }).or(page.getByText(/Payment failed/)));
    await seen(page.getByRole("region", { name: "Timeline" }).getByRole("listitem"));
    await finish("See everything about one tenant", person);
  });

  test("plan a bigger plan for the end of the term", async () => {
    const { id } = await find("Fourth Coffee Insight");
    const person = await signIn("operator");
    const { page } = person;
    await person.press("/");
    await person.type("change plan four");
    await person.sees(option(page, "Change plan… Fourth Coffee Insight"));
    await person.press("Enter");
    await person.point(dialog(page).getByRole("radio", { name: "Business", exact: true }));
    await person.point(dialog(page).getByRole("radio", { name: /^After the term/ }));
    await person.select(dialog(page).getByLabel("Reason"), "Customer request");
    await person.press("Control+Enter");
    await isOver(page);
    await seen(page.getByRole("region", { name: "Planned changes" }).getByText("Change plan to Business"));
    const { planned, termEndsOn, planId } = await people.asks<Subscription>("viewer", "subscriptions.get", { id });
    expect(planned).toMatchObject([{ action: "changePlan" }]);
    expect({ termEndsOn, planId }).toMatchObject({ planId: "team" });
    await finish("Plan an upgrade for the end of the term", person);
  });

  test("find out why seats were refused, and get the answer for the customer", async () => {
    const name = "Humongous Insurance Insight";
    const { id } = await find(name);
    await setRule({ offerId: "insight", maxQuantity: 450 });
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 480 });
    await eventually(async () => (await find(name)).operations.find(({ outcome }) => outcome === "rejected"));
    const person = await signIn("viewer");
    const { page } = person;
    await person.press("/");
    await person.type("humong");
    await person.sees(option(page, name));
    await person.press("ArrowDown", "Enter");
    const timeline = page.getByRole("region", { name: "Timeline" });
    await person.sees(timeline.getByText("480", { exact: false }));
    await person.choose(button(page, "Summary for customer"));
    await person.choose(button(page, "Copy summary"));
    await isOver(page);
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("480");
    expect(copied).toContain("450");
    await finish("Find out why seats were refused, and copy the answer for the customer", person);
  });

  test("write to all whose purchases lapse within seven days", async () => {
    const filters = { lapsesIn: "next7", test: false };
    const { rows } = await people.asks<RouterOutputs["subscriptions"]["list"]>("viewer", "subscriptions.list", filters);
    expect(rows.map(({ name }) => name)).toContain("Woodgrove branch pilot");
    const person = await signIn("operator");
    const { page } = person;
    await person.press("/");
    await person.type("laps");
    await person.sees(option(page, "Purchases lapsing"));
    await person.press("ArrowDown", "Enter");
    await person.sees(page.getByRole("row").getByRole("link", { name: "Woodgrove branch pilot" }));
    await person.point(page.getByRole("checkbox", { name: "Select all loaded subscriptions" }));
    await person.choose(page.getByRole("group", { name: "Bulk actions" }).getByRole("button", { name: "Write" }));
    await person.choose(button(page, "Dry run"));
    await person.sees(
      page.getByRole("cell", { name: "Email “Subscription is about to end” to grace.mbeki@woodgrove.example." }),
    );
    await person.choose(button(page, `Apply to ${rows.length} subscriptions`));
    await seen(page.getByText("Completed."));
    for (const { id } of rows) {
      const timeline = await people.asks<RouterOutputs["subscriptions"]["timeline"]>(
        "viewer",
        "subscriptions.timeline",
        { id },
      );
      expect(timeline.rows.filter(({ kind }) => kind === "mail.written")).toHaveLength(1);
    }
    await finish("Write to all customers whose purchases lapse within 7 days", person);
  });

  test("export this month's trials with their owners", async () => {
    const id = await buysActive("Fabrikam tries", { planId: "team-trial" });
    await people.asks("operator", "subscriptions.assignOwner", { subscriptionId: id, owner: "me" });
    const person = await signIn("viewer");
    const { page } = person;
    await person.press("/");
    await person.type("trials th");
    await person.sees(option(page, "Trials this month"));
    await person.press("ArrowDown", "Enter");
    await person.sees(page.getByRole("row").getByRole("link", { name: "Fabrikam tries" }));
    await person.choose(button(page, "Export"));
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      person.choose(page.getByRole("link", { name: "CSV" })),
    ]);
    const [head = "", ...lines] = (await readFile(await download.path(), "utf8")).trim().split(/\r?\n/);
    expect(head.toLowerCase()).toContain("owner");
    expect(lines.join("\n")).toContain("Fabrikam tries");
    expect(lines.find((line) => line.includes("Fabrikam tries"))).toContain("Omar Haddad");
    const { rows } = await people.asks<RouterOutputs["subscriptions"]["list"]>("viewer", "subscriptions.list", {
      trial: true,
      purchasedIn: "thisMonth",
      test: false,
    });
    expect(lines).toHaveLength(rows.length);
    await finish("Export this month's trials with their owners", person);
  });

  test("see who suspended access and why, and reinstate it", async () => {
    const name = "Southridge Video Insight";
    const person = await signIn("operator");
    const { page } = person;
    await person.press("/");
    await person.type("reinstate southridge v");
    await person.sees(option(page, `Reinstate access… ${name}`));
    await person.press("Enter");
    await person.sees(dialog(page).getByText(/Omar Haddad set is removed: “Shared sign-ins found; on hold until/));
    await person.select(dialog(page).getByLabel("Reason"), "Customer request");
    await person.choose(button(page, "Reinstate access"));
    await isOver(page);
    await becomes(async () => (await find(name)).hold, null);
    await finish("See who suspended access and why, and reinstate it", person);
  });

  test("answer a change while Microsoft waits", async () => {
    await setRule({ offerId: "insight", asksStaff: true });
    const id = await buysActive("Fabrikam asks");
    // The machine may be too slow for the seconds that Microsoft waits: then the customer asks again.
    for (let quantity = 11; quantity < 20; quantity += 1) {
      const person = await signIn("operator", "/activity");
      const { page } = person;
      await desk.control(`subscriptions/${id}/change-quantity`, { quantity });
      const alert = page
        .getByRole("region", { name: "Changes that wait for an answer" })
        .getByRole("group")
        .filter({ hasText: `wants ${quantity} seats` });
      const isShown = await alert
        .locator("kbd", { hasText: "A" })
        .waitFor({ timeout: 15_000 })
        .then(
          () => true,
          () => false,
        );
      if (isShown) await person.press("a");
      const found = await eventually(async () => {
        const now = await people.asks<Subscription>("viewer", "subscriptions.get", { id });
        return now.openOperations === 0 && now;
      });
      if (found.quantity === quantity) {
        const { rows } = await people.asks<RouterOutputs["subscriptions"]["timeline"]>(
          "viewer",
          "subscriptions.timeline",
          { id },
        );
        expect(rows.map(({ kind }) => kind)).toContain("operation.accepted_by_staff");
        return finish("Answer a customer's change while Microsoft waits", person);
      }
      await page.context().close();
    }
    throw new Error("Nine changes were decided before the page could show them.");
  }, 240_000);

  test("take over twenty subscriptions", async () => {
    const filters = { owner: "none", access: "full", test: false, sort: "money" };
    const list = () => people.asks<RouterOutputs["subscriptions"]["list"]>("viewer", "subscriptions.list", filters);
    const before = (await list()).rows.slice(0, 20).map(({ id }) => id);
    const person = await signIn("operator");
    const { page } = person;
    await person.press("/");
    await person.type("unas");
    await person.sees(option(page, "Unassigned"));
    await person.press("ArrowDown", "Enter");
    const boxes = page.getByRole("checkbox", { name: /^Select (?!all)/ });
    await person.point(boxes.first());
    await person.point(boxes.nth(19), ["Shift"]);
    await person.choose(page.getByRole("group", { name: "Bulk actions" }).getByRole("button", { name: "Owner" }));
    await person.point(dialog(page).getByRole("button", { name: "Me", exact: true }));
    await person.choose(button(page, "Apply to 20 subscriptions"));
    await seen(page.getByText("Completed."));
    for (const id of before)
      expect(await people.asks<Subscription>("operator", "subscriptions.get", { id })).toMatchObject({ isMine: true });
    await finish("Take over 20 subscriptions", person);
  });

  test("see what changed since yesterday", async () => {
    const person = await signIn("viewer");
    const { page } = person;
    await person.choose(menu(page, "Activity"));
    await person.choose(button(page, "Any time"));
    await person.choose(button(page, "Since yesterday"));
    await person.sees(page.getByRole("row").filter({ hasText: "Bellows College Insight" }));
    const from = new URL(page.url()).searchParams.get("from") ?? "";
    const now = await page.evaluate(() => Date.now());
    expect(from.slice(11)).toMatch(/^00:00:00/);
    expect(now - Date.parse(from)).toBeLessThan(2 * 86_400_000);
    expect(now - Date.parse(from)).toBeGreaterThanOrEqual(86_400_000);
    await finish("See what changed since yesterday", person);
  });

  test("see the revenue at risk, and whose it is", async () => {
    const revenue = await people.asks<RouterOutputs["overview"]["revenue"]>("viewer", "overview.revenue", {});
    const person = await signIn("viewer");
    const { page } = person;
    await person.choose(menu(page, "Overview"));
    const risk = page.getByRole("listitem").filter({ hasText: "Suspended, payment failed" });
    await person.choose(risk.getByRole("link"));
    const { rows } = await people.asks<RouterOutputs["subscriptions"]["list"]>("viewer", "subscriptions.list", {
      money: "suspended",
    });
    for (const { name } of rows) await person.sees(page.getByRole("row").getByRole("link", { name, exact: true }));
    expect(rows.length).toBeGreaterThan(0);
    expect(Number(revenue.mrr)).toBeGreaterThan(0);
    await finish("See the revenue at risk, and whose it is", person);
  });

  test("request a cancellation, and approve a colleague's", async () => {
    const policy = await people.asks<RouterOutputs["cancellations"]["policy"]>("viewer", "cancellations.policy", {});
    await people.asks("admin", "cancellations.setPolicy", {
      needsSecondPerson: true,
      waitsHours: 48,
      seenVersion: policy.version,
      reason: "Two people",
    });
    const id = await buysActive("Fabrikam ends");
    const requester = await signIn("admin");
    await requester.press("/");
    await requester.type("cancel fabrikam e");
    await requester.sees(option(requester.page, "Cancel subscription… Fabrikam ends"));
    await requester.press("Enter");
    await requester.point(dialog(requester.page).getByLabel("Type the name to confirm"));
    await requester.type(id.slice(0, 8));
    await requester.tab();
    await requester.type("Customer r");
    await requester.press("Control+Enter");
    await isOver(requester.page);
    await becomes(async () => (await find("Fabrikam ends")).status, "Subscribed");
    await finish("Request a cancellation", requester);

    const approver = await signIn("second-admin");
    const line = approver.page.locator("[data-need]", { hasText: "Fabrikam ends" });
    await approver.choose(line.getByRole("link", { name: /^Open/ }));
    const request = approver.page.getByRole("region", { name: "Cancellation request" });
    await approver.choose(request.getByRole("button", { name: "Approve" }));
    await approver.sees(dialog(approver.page).getByText("Metered usage so far is still billed."));
    await approver.choose(button(approver.page, "Approve and cancel"));
    await isOver(approver.page);
    await becomes(
      async () => (await people.asks<Subscription>("viewer", "subscriptions.get", { id })).status,
      "Unsubscribed",
    );
    await finish("Approve a colleague's cancellation", approver);
  });

  test("save a view and share it", async () => {
    const person = await signIn("operator");
    const { page } = person;
    await person.choose(menu(page, "Subscriptions"));
    await person.choose(
      page.getByRole("group", { name: "Filter by status" }).getByRole("link", { name: /^Suspended/ }),
    );
    await page.waitForURL(/status=Suspended/);
    await person.choose(button(page, "Save view"));
    await isFocused(page.getByRole("textbox", { name: "Name" }));
    await person.type("Unpaid in EMEA");
    await person.tab();
    await isFocused(page.getByRole("checkbox", { name: "Share with team" }));
    await person.type(" ");
    await person.press("Enter");
    await seen(page.getByRole("link", { name: "Unpaid in EMEA" }));
    const seenByAll = async () => {
      const views = await people.asks<RouterOutputs["views"]["list"]>("viewer", "views.list", {});
      return views.find(({ name }) => name === "Unpaid in EMEA")?.filters;
    };
    await becomes(seenByAll, { status: "Suspended" });
    await finish("Save a view and share it", person);
  });

  test("after a key rotation, check the connection and send again what had failed", async () => {
    const ids = await Promise.all(["one", "two", "three"].map((name) => buysActive(`Fabrikam rotates ${name}`)));
    for (const id of ids) {
      await desk.control("faults", { target: `PATCH ^/api/saas/subscriptions/${id}$`, times: 50, status: 403 });
      await people.asks("operator", "subscriptions.changeQuantity", {
        subscriptionId: id,
        quantity: 9,
        reason: "Order",
      });
    }
    await waitLong(ids);
    await desk.control("faults", undefined, "DELETE");
    const person = await signIn("operator");
    const { page } = person;
    await person.press("/");
    await person.type("conn");
    await person.sees(option(page, "Connection"));
    await person.press("ArrowDown", "Enter");
    await person.sees(page.getByText("operations have failed and wait for the next attempt", { exact: false }));
    await person.choose(button(page, "Try again…"));
    await person.point(dialog(page).getByLabel("Reason"));
    await person.type("Key rotated");
    await person.press("Control+Enter");
    await isOver(page);
    for (const id of ids)
      await becomes(async () => (await people.asks<Subscription>("viewer", "subscriptions.get", { id })).quantity, 9);
    await finish("After a key rotation, check the connection and send failed changes again", person);
  });

  test("hand over what a colleague owned who has left to a new colleague", async () => {
    await (await signIn("second-admin")).page.context().close();
    const owned = await find("Woodgrove Bank Insight");
    expect(owned.ownerName).toBe("Omar Haddad");
    await people.asks("admin", "staff.disable", {
      tenantId: owned.ownerId?.split(":")[0],
      objectId: owned.ownerId?.split(":")[1],
      reason: "Has left the company",
    });
    const person = await signIn("admin");
    const { page } = person;
    await person.press("/");
    await person.type("staff");
    await person.sees(option(page, "Staff"));
    await person.press("ArrowDown", "Enter");
    await person.choose(button(page, "Hand over…"));
    await person.select(dialog(page).getByLabel("New owner"), "Nadia Ferreira");
    await person.choose(dialog(page).getByRole("button", { name: "Hand over", exact: true }));
    await isOver(page);
    await becomes(async () => (await find("Woodgrove Bank Insight")).ownerName, "Nadia Ferreira");
    await finish("Hand over what a colleague owned to a new one", person);
  });

  test("see no error on any page", () => {
    expect(desk.complaints).toEqual([]);
  });
});

/** As if these operations had failed for hours: their next attempt is far away. */
async function waitLong(ids: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: desk.databaseUrl });
  await client.connect();
  try {
    for (const id of ids)
      await eventually(async () => {
        const { rowCount } = await client.query(
          `update operations set due_at = now() + interval '1 hour'
           where subscription_id = $1 and stage <> 'settled' and attempts > 0 and last_error is not null and claimed_by is null`,
          [id],
        );
        return rowCount === 1;
      });
  } finally {
    await client.end();
  }
}
