/**
 * Code of a page or dialog that cannot be loaded, because the server is away or a newer version no longer has it; and answers of
 * another version.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { becomes, type Desk, hasCount, hasValue, seen, startDesk, titleOf } from "../support/desk.ts";

let desk: Desk;
let id: string;
beforeAll(async () => {
  desk = await startDesk();
  id = await desk.buyActive("Fabrikam code");
});
afterAll(() => desk?.stop());

const link = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true });
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { wasNotReloaded: true }));
const wasReloaded = (page: Page) => page.evaluate(() => !("wasNotReloaded" in window));
const offline = (page: Page) => page.getByRole("status").filter({ hasText: "You are offline" });
const withoutCode = (page: Page, name: string) => page.route(new RegExp(`/assets/${name}-[^/]*\\.js$`), gone);
const gone = (route: { fulfill(answer: { status: number }): Promise<void> }) => route.fulfill({ status: 404 });

describe("a page whose code is gone", () => {
  test("is reloaded once, then says so within the frame, and opens with Try again", async () => {
    const page = await desk.openAsStaff("viewer", `/subscriptions/${id}`);
    await seen(page.getByRole("heading", { level: 1 }));
    await withoutCode(page, "activity");
    await mark(page);
    await link(page, "Activity").click();
    await seen(page.getByRole("heading", { level: 1, name: "This page could not be loaded" }));
    expect(await wasReloaded(page)).toBe(true);
    await seen(page.getByText("The connection was interrupted, or Marketdesk was updated."));
    await seen(link(page, "Subscriptions"));
    await page.unrouteAll();
    await page.getByRole("button", { name: "Try again" }).click();
    await becomes(() => titleOf(page), "Activity");
    await page.context().close();
  });
});

describe("while the server is away", () => {
  test("pointing at a link does nothing to the page, and the page behind it opens afterwards", async () => {
    const page = await desk.openAsStaff("operator", `/subscriptions/${id}`);
    const note = page.getByLabel("Note for colleagues");
    await note.fill("Half a thought");
    await mark(page);
    await desk.stopApp();
    await seen(offline(page));
    const failed = page.waitForEvent("requestfailed", (request) => /\/assets\/overview-/.test(request.url()));
    await link(page, "Overview").hover();
    await failed;
    await desk.startApp();
    await offline(page).waitFor({ state: "detached" });
    await hasValue(note, "Half a thought");
    expect(await wasReloaded(page)).toBe(false);
    await link(page, "Overview").click();
    await becomes(() => titleOf(page), "Overview");
    await page.context().close();
  });
});

describe("a dialog whose code is gone", () => {
  test("is announced, and the page stays with what is typed", async () => {
    const page = await desk.openAsStaff("operator", `/subscriptions/${id}`);
    const note = page.getByLabel("Note for colleagues");
    await note.fill("Another thought");
    await mark(page);
    await withoutCode(page, "action-dialog");
    await page.getByRole("group", { name: "Actions" }).getByRole("button", { name: "Change seats" }).click();
    await seen(page.getByRole("alert").or(page.getByRole("status")).filter({ hasText: "could not be loaded" }));
    await hasValue(note, "Another thought");
    expect(await wasReloaded(page)).toBe(false);
    await page.context().close();
  });
});

describe("B28: answers of an instance of another version, during a rolling upgrade", () => {
  type Answer = { result?: { data?: object } };
  /** Fields have other names. */
  function renamed({ result }: Answer): Answer {
    const fields = Object.entries(result?.data ?? {}).map(([name, value]) => [`${name}Former`, value] as const);
    return { result: { data: Object.fromEntries(fields) } };
  }

  test("say to reload the page in words, within the frame, and the page opens again with Try again", async () => {
    const page = await desk.openAsStaff("viewer", `/subscriptions/${id}`);
    await seen(page.getByRole("heading", { level: 1 }));
    await page.route(/\/trpc\/(?!live\.)/, async (route) => {
      const response = await route.fetch();
      const answers = (await response.json()) as Answer | Answer[];
      await route.fulfill({ response, json: Array.isArray(answers) ? answers.map(renamed) : renamed(answers) });
    });
    for (const path of ["/subscriptions", "/customers", "/overview"]) {
      await page.goto(`${desk.url}${path}`);
      await seen(page.getByRole("heading", { level: 1, name: "This page could not be loaded" }));
      await seen(page.getByText("Marketdesk may have been updated since this page was opened. Reload the page."));
      await seen(link(page, "Subscriptions"));
    }
    await page.unrouteAll({ behavior: "wait" });
    await page.getByRole("button", { name: "Try again" }).click();
    await becomes(() => titleOf(page), "Overview");
    await page.context().close();
  });

  test("take away only the part of the frame that they are for, until an answer has it", async () => {
    const page = await desk.openAsStaff("viewer", `/subscriptions/${id}`);
    await page.route(/\/trpc\/[^?]*overview\.health/, async (route) => {
      const response = await route.fetch();
      const procedures = new URL(route.request().url()).pathname.replace("/trpc/", "").split(",");
      const answers = (await response.json()) as Answer[];
      const json = answers.map((one, at) => (procedures[at] === "overview.health" ? renamed(one) : one));
      await route.fulfill({ response, json });
    });
    const failure = page.waitForEvent("console", (message) => message.text().includes("TypeError"));
    await page.reload();
    await failure;
    await seen(page.getByRole("heading", { level: 1, name: "Fabrikam code" }));
    const health = page.getByRole("banner").getByRole("link", { name: /webhook/i });
    await hasCount(health, 0);
    await page.unrouteAll({ behavior: "wait" });
    await seen(health);
    await page.context().close();
  });
});
