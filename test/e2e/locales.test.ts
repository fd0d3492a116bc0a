/** Numbers and days as readers of other languages and time zones meet them. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { utcDayOf } from "../../shared/day.ts";
import { becomes, type Desk, hasAttribute, hasCount, seen, startDesk } from "../support/desk.ts";

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk();
}, 300_000);
afterAll(() => desk?.stop());

const seatsOf = async (id: string) => (await desk.as("viewer").subscriptions.get({ id })).quantity;

describe("A11: a number of seats", () => {
  test.each([
    ["de-DE", "1.000", "1,000"],
    ["en-US", "1,000", "1.000"],
    ["fr-FR", "1 000", "1.000"],
    ["ar-EG", "١٬٠٠٠", "1.000"],
  ])("in a browser in %s: %s is a thousand, and %s is refused with a message", async (locale, thousand, ambiguous) => {
    const id = await desk.buyActive(`Seats in ${locale}`, { planId: "enterprise", quantity: 25 });
    const page = await desk.openAsStaff("operator", `/subscriptions/${id}`, { locale });
    await page.getByRole("button", { name: "Change seats" }).click();
    const dialog = page.getByRole("dialog");
    const seats = dialog.getByLabel("Seats", { exact: true });
    await seats.fill(ambiguous);
    await dialog.getByLabel("Note (optional)").fill("the customer asked for it");
    await dialog.getByRole("button", { name: "Change seats" }).click();
    await seen(dialog.getByText("is not a whole number in your language"));
    await hasAttribute(seats, "aria-invalid", "true");
    expect(await seatsOf(id)).toBe(25);
    await seats.fill(thousand);
    await dialog.getByRole("button", { name: "Change seats" }).click();
    await becomes(() => seatsOf(id), 1_000);
  });

  test("is read in the same way in a bulk action and in a filter", async () => {
    const id = await desk.buyActive("Many seats", { planId: "business" });
    const page = await desk.openAsStaff("operator", `/subscriptions?q=${id}`, { locale: "de-DE" });
    await page.getByRole("button", { name: "Filters", exact: true }).click();
    const from = page.getByLabel("Seats from");
    await from.fill("1,5");
    await from.press("Tab");
    await seen(page.getByText("is not a whole number in your language"));
    await expect.poll(() => page.url()).not.toContain("seatsFrom");
    await from.fill("1.000");
    await from.press("Enter");
    await becomes(async () => new URL(page.url()).searchParams.get("seatsFrom"), "1000");
    await becomes(() => page.getByLabel("Seats from").inputValue(), "1.000");
  });
});

test("A11: a quantity of usage is read as it is written in the browser's language", async () => {
  const id = await desk.buyActive("Usage in German", { offerId: "vault", planId: "basic", quantity: undefined });
  const page = await desk.openAsStaff("operator", `/usage?subscription=${id}`, { locale: "de-DE" });
  await page.getByRole("button", { name: "Enter usage…" }).click();
  const dialog = page.getByRole("dialog");
  const quantity = dialog.getByLabel("Quantity");
  await dialog.getByLabel("Dimension").selectOption("storage");
  await dialog.getByLabel("Reason").fill("read from the meter");
  await quantity.fill("12.5");
  await dialog.getByRole("button", { name: "Enter usage" }).click();
  await seen(dialog.getByText("“12.5” is not an amount in your language. Write it as in 12.345,6."));
  await hasAttribute(quantity, "aria-invalid", "true");
  const used = async () => (await desk.as("viewer").usage.ofSubscription({ id })).dimensions.map((one) => one.used);
  expect(await used()).not.toContain("12.5");
  await quantity.fill("10.000");
  await dialog.getByRole("button", { name: "Enter usage" }).click();
  await becomes(async () => (await used()).includes("10000"), true);
});

describe("A12: the day on which a term ends", () => {
  test.each(["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Los_Angeles"])(
    "is the same on all pages in %s",
    async (timezoneId) => {
      const id = await desk.buyActive(`Term in ${timezoneId}`);
      await desk.db.execute(sql`update subscriptions set term_starts_at = '2030-05-01T00:00:00Z',
        term_ends_at = '2030-05-31T00:00:00Z' where id = ${id}`);
      const page = await desk.openAsStaff("viewer", `/subscriptions/${id}`, { locale: "en-US", timezoneId });
      await seen(page.locator("[data-line=status]").getByText("May 31, 2030"));
      await seen(page.getByText("May 1, 2030"));
      await page.goto(`${desk.url}/subscriptions?q=${id}&endsFrom=2030-05-31&endsTo=2030-05-31`);
      await seen(page.getByText("term end from May 31, 2030"));
      await seen(page.getByRole("cell", { name: "May 31, 2030" }));
      await hasCount(page.getByText("May 30, 2030"), 0);
    },
  );
});

/** Texts of the page in which a right-to-left name is next to other words and is not isolated. */
function notKeptApart(): string[] {
  const rightToLeft = /[\u0590-\u08FF]/;
  const found: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || parent.closest("bdi, pre, textarea, script, style, code, [hidden]")) continue;
    const text = (node.textContent ?? "").replaceAll(/\u2068[^\u2069]*\u2069/g, "");
    if (rightToLeft.test(text)) found.push(`${parent.tagName} ${parent.className}: ${node.textContent}`);
  }
  return found;
}

describe("B19: names from right to left", () => {
  const name = "חברת פבריקם";

  test("are isolated in all texts of the dashboard, the landing page and the sandbox", async () => {
    const id = await desk.buyActive(name);
    const operator = desk.as("operator", {
      staff: { id: "tenant:rtl", name: "מיכל כהן", email: "m@example.com", role: "operator" },
    });
    await operator.subscriptions.assignOwner({ subscriptionId: id, owner: "me" });
    await operator.subscriptions.changeTags({ subscriptionId: id, add: ["לקוח"], remove: [] });
    await operator.subscriptions.addNote({ subscriptionId: id, text: "שלום 5" });
    await operator.subscriptions.setFollowUp({ subscriptionId: id, on: utcDayOf(new Date()) });
    await operator.subscriptions.changeQuantity({ subscriptionId: id, quantity: 7, reason: "הלקוח ביקש" });
    await becomes(async () => (await desk.find(id))?.quantity, 7);
    await desk.db.execute(sql`update subscriptions set contact_name = 'נועה', contact_email = 'n@example.com',
      contact_company = ${name}, contact_phone = '' where id = ${id}`);
    const page = await desk.openPageAs("admin", `/subscriptions/${id}`);
    const shown = async () => {
      await seen(page.getByText(name).filter({ visible: true }));
      expect(await page.evaluate(notKeptApart)).toEqual([]);
    };
    await shown();
    for (const action of ["Change seats", "Change plan", "Cancel subscription"]) {
      await page.getByRole("group", { name: "Actions" }).getByRole("button", { name: action, exact: true }).click();
      await seen(page.getByRole("dialog"));
      await shown();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
    }
    for (const path of [`/subscriptions?q=${id}`, "/", "/activity", "/operations"]) {
      await page.goto(`${desk.url}${path}`);
      await shown();
    }
    await page.goto(`${desk.sandbox.url}/subscriptions/${id}`);
    await shown();
    const { token } = await desk.control<{ token: string }>("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 5,
      purchaser: "ada",
      name,
    });
    await page.goto(`${desk.url}/landing?token=${encodeURIComponent(token)}`);
    await page.getByRole("link", { name: "Sign in with Microsoft" }).click();
    await page.getByRole("button", { name: "Ada Moreau", exact: true }).click();
    await shown();
  });
});

describe("B19: the name of a customer", () => {
  test("that reverses text does not reorder the words next to it", async () => {
    const id = await desk.buyActive("Fabrikam \u202Egnp.tfel\u202C Ltd");
    const page = await desk.openPageAs("viewer", `/subscriptions/${id}`);
    await becomes(
      () => page.getByRole("heading", { level: 1 }).textContent(),
      "Fabrikam gnp.tfel Ltd · Team · 5 seats",
    );
    await becomes(() => page.title(), "Fabrikam gnp.tfel Ltd · Team · 5 seats · Marketdesk");
    await page.goto(`${desk.url}/subscriptions?q=${id}`);
    await seen(page.getByRole("link", { name: "Fabrikam gnp.tfel Ltd" }));
  });

  test("that is written from right to left is isolated in headings and titles", async () => {
    const id = await desk.buyActive("חברת פבריקם");
    const page = await desk.openPageAs("viewer", `/subscriptions/${id}`);
    const words = "\u2068חברת פבריקם\u2069 · Team · 5 seats";
    await becomes(() => page.getByRole("heading", { level: 1 }).textContent(), words);
    await becomes(() => page.title(), `${words} · Marketdesk`);
  });
});
