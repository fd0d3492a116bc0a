/** What a newcomer asks of a fresh start: four questions, each answered through the pages within a minute. */
import type { Page } from "playwright-core";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasCount, seen, signInAsStaff, startSampleDesk } from "../support/desk.ts";
import { focusOn, tabToLabel } from "../support/keyboard.ts";

let desk: Awaited<ReturnType<typeof startSampleDesk>>;
let page: Page;
beforeAll(async () => {
  desk = await startSampleDesk();
  page = await (await desk.openContext({ timezoneId: "UTC" })).newPage();
  await signInAsStaff(page, desk.url, "operator");
}, 300_000);
afterAll(() => desk?.stop());

const row = (name: RegExp | string) => page.getByRole("row").filter({ hasText: name });
const inMenu = (name: string) =>
  page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: false });

/** The last UTC day with a delivery at this time: midnight may have passed since the history was played. */
async function lastDayAt(time: string): Promise<string> {
  const client = new pg.Client({ connectionString: desk.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ day: string }>(
      `select max((received_at at time zone 'UTC')::date)::text as day from webhook_deliveries
       where to_char(received_at at time zone 'UTC', 'HH24:MI') = $1`,
      [time],
    );
    return rows[0]?.day ?? "";
  } finally {
    await client.end();
  }
}

describe("a newcomer finds out", () => {
  test("why a customer is suspended: by Microsoft, or by a colleague and for which reason", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("Nod Pub");
    await seen(page.getByRole("option", { name: /Nod Publishers Vault/ }));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await seen(
      page.getByText(
        /Microsoft suspended access because a payment failed.*canceled by .* unless paid \(in 2[78] days\)/,
      ),
    );

    await page.keyboard.press("/");
    await page.keyboard.type("Southridge Video");
    await seen(page.getByRole("option", { name: /Southridge Video Insight/ }));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await seen(page.getByRole("heading", { name: /Southridge Video Insight/ }));
    await seen(page.getByText(/Omar Haddad/));
    await seen(page.getByText(/Shared sign-ins found; on hold until Kenji Mori has answered/));
  });

  test("who changed the plan last week, and why", async () => {
    await inMenu("Activity").click();
    await page.getByLabel("What happened").selectOption({ label: "Plan changes" });
    await page.getByRole("button", { name: "Any time" }).click();
    await page.getByRole("button", { name: "Last week", exact: true }).click();
    await seen(
      row("Fincher Architects Insight")
        .filter({ hasText: "Plan changed from Business to Team" })
        .filter({ hasText: "Omar Haddad" })
        .filter({ hasText: "Sofia Lindgren asked to go back to Team" }),
    );
  });

  test("which purchases lapse this week", async () => {
    await inMenu("Needs attention").click();
    const wanted = [
      ["Woodgrove branch pilot", /\d+ h( \d+ min)? left/],
      ["Munson’s second shop", /[34] days left/],
      ["Lucerne editors", /[56] days left/],
    ] as const;
    for (const [name, left] of wanted) {
      const line = page.getByRole("listitem").filter({ hasText: `${name} · Purchase not activated` });
      await seen(line.getByText(left));
      await seen(line.getByRole("button", { name: "Activate" }));
    }
  });

  test("which webhook came at 14:03, by keyboard", async () => {
    await focusOn(inMenu("Webhooks"));
    await page.keyboard.press("Enter");
    await focusOn(page.getByRole("button", { name: "Any time" }));
    await page.keyboard.press("Enter");
    await tabToLabel(page, "From");
    await page.getByLabel("From", { exact: true }).fill(`${await lastDayAt("14:03")}T14:03:00`);
    await page.getByRole("button", { name: "Exactly this minute" }).press("Enter");
    await seen(row("Bellows College Insight").filter({ hasText: "Change seats" }));
    // The head, and the one delivery of that minute.
    await hasCount(page.getByRole("row"), 2);
    await row("Bellows College Insight").getByRole("link").first().press("Enter");
    await seen(page.getByText(/"quantity": 50/));
  });

  test("and no page reports an error", () => {
    expect(desk.complaints).toEqual([]);
  });
});
