/** Days that Microsoft states, from its answer to everything that people and programs read. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays, dayFrom, utcDayOf } from "../../shared/day.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let cookie: string;

beforeAll(async () => {
  app = await startTestApp();
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), "viewer");
  cookie = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
});
afterAll(() => app?.stop());

const exported = async (query: string) => {
  const response = await fetch(`${app.url}/exports/subscriptions.${query}`, {
    headers: { cookie, "sec-fetch-site": "same-origin" },
  });
  return response.text();
};

/** The subscription after Microsoft has answered with these words for the days of its term. */
async function withTerm(startDate: string, endDate: string): Promise<string> {
  const id = await app.buyActive();
  const raw = (await app.find(id))!.raw as { term: object };
  await app.control("faults", {
    target: `GET ^/api/saas/subscriptions/${id}$`,
    times: 1,
    body: { ...raw, autoRenew: false, term: { ...raw.term, startDate, endDate } },
  });
  await app.as("operator").subscriptions.refresh({ subscriptionId: id });
  return id;
}

describe("A12: the days of a term", () => {
  test.each([
    ["a date", "2030-05-01", "2030-05-31"],
    ["midnight in UTC", "2030-05-01T00:00:00Z", "2030-05-31T00:00:00Z"],
    ["midnight far in the east", "2030-05-01T00:00:00+14:00", "2030-05-31T00:00:00+14:00"],
    ["midnight far in the west", "2030-05-01T00:00:00-11:00", "2030-05-31T00:00:00-11:00"],
    ["the last moment of the day", "2030-05-01T00:00:00", "2030-05-31T23:59:59.9999999Z"],
  ])("stated as %s are the same in lists, filters, the audit trail and exports", async (_form, start, end) => {
    const id = await withTerm(start, end);
    const days = { termStartsOn: "2030-05-01", termEndsOn: "2030-05-31" };
    const viewer = app.as("viewer");
    expect(await viewer.subscriptions.get({ id })).toMatchObject(days);
    expect((await viewer.truth.get({ id })).microsoft).toMatchObject({ ...days, differences: [] });
    const listed = async (endsFrom: string, endsTo: string) =>
      (await viewer.subscriptions.list({ q: id, endsFrom: dayFrom(endsFrom), endsTo: dayFrom(endsTo) })).rows.map(
        (row) => row.id,
      );
    expect(await listed("2030-05-31", "2030-05-31")).toEqual([id]);
    expect(await listed("2030-06-01", "2030-06-30")).toEqual([]);
    expect(await listed("2030-05-01", "2030-05-30")).toEqual([]);
    const entries = (await viewer.subscriptions.timeline({ id })).rows;
    expect(entries.map((entry) => entry.after?.["termEndsOn"])).toContain("2030-05-31");
    const csv = (await exported(`csv?q=${id}`)).split("\r\n");
    const columns = csv[0]!.split(",");
    const cells = csv[1]!.split(",");
    expect(cells[columns.indexOf("Term end")]).toBe("2030-05-31");
    expect(cells[columns.indexOf("Term start")]).toBe("2030-05-01");
    expect(await exported(`json?q=${id}`)).toContain('"termEndsOn":"2030-05-31"');
  });

  test("in another format are not a change", async () => {
    const id = await withTerm("2031-01-01", "2031-01-31");
    const { updatedAt } = (await app.find(id))!;
    const raw = (await app.find(id))!.raw as { term: object };
    await app.control("faults", {
      target: `GET ^/api/saas/subscriptions/${id}$`,
      times: 1,
      body: { ...raw, term: { ...raw.term, startDate: "2031-01-01T00:00:00Z", endDate: "2031-01-31T00:00:00+02:00" } },
    });
    await app.as("operator").subscriptions.refresh({ subscriptionId: id });
    expect((await app.find(id))!.updatedAt).toBe(updatedAt);
  });

  test("are counted in calendar days before the end, and the message names the last day", async () => {
    const last = addDays(utcDayOf(Date.now()), 30);
    const id = await withTerm(addDays(last, -364), last);
    const soon = (await app.as("viewer").needs.list({})).needs.find(
      (need) => need.kind === "term_end" && need.subscriptionId === id,
    );
    const formatted = new Intl.DateTimeFormat("en-US", { dateStyle: "long", timeZone: "UTC" }).format(new Date(last));
    const mail = await app.as("operator").needs.mail({ kind: "term_end", id: soon?.id ?? "" });
    expect(mail?.body).toContain(`ends on ${formatted}`);
    const later = await withTerm(addDays(last, -363), addDays(last, 1));
    const needs = (await app.as("viewer").needs.list({})).needs;
    expect(needs.some((need) => need.kind === "term_end" && need.subscriptionId === later)).toBe(false);
  });
});
