/** Forms that are open while someone else saves: nothing that either person typed is lost without a word. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../support/accessibility.ts";
import { becomes, type Desk, hasCount, hasValue, seen, startDesk } from "../support/desk.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk?.stop());

const changedBy = (page: Page, words: string) => page.getByRole("alert").filter({ hasText: words });
const base = { help: {}, min: null, max: null, options: [], isRequired: false };

test("the form of answers keeps what was typed, shows the newer answers, and replaces them only once they were seen", async () => {
  const questions = [
    { ...base, id: "team_size", kind: "number" as const, label: { en: "Team size" } },
    { ...base, id: "system", kind: "text" as const, label: { en: "Current system" } },
  ];
  const scope = { offerId: "insight", planId: null };
  await desk.as("admin").questions.set({ ...scope, questions, seenVersion: 0, reason: "For the first call" });
  const id = await desk.buyActive("Fabrikam");
  const answer = async (answers: Record<string, string>) => {
    const { version } = await desk.as("viewer").questions.ofSubscription({ id });
    await desk.as("admin").questions.answer({ subscriptionId: id, answers, seenVersion: version, reason: "By phone" });
  };
  await answer({ team_size: "12", system: "Paper" });
  const page = await desk.openPageAs("operator", `/subscriptions/${id}`);
  await page.getByRole("button", { name: "Edit answers…" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit answers" });
  await dialog.getByLabel("Team size").fill("15");
  await dialog.getByLabel("Reason").fill("Heard in the call");
  await answer({ team_size: "40", system: "Spreadsheets" });
  await seen(changedBy(page, "Test admin has changed these answers"));
  await hasValue(dialog.getByLabel("Team size"), "15");
  await hasValue(dialog.getByLabel("Current system"), "Spreadsheets");
  await seen(dialog.getByText("Stored now: 40"));
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await seen(dialog.getByText(/Test admin has changed these answers on .* Nothing was saved/));
  await hasValue(dialog.getByLabel("Team size"), "15");
  await dialog.getByRole("button", { name: "Keep my input" }).click();
  await hasCount(changedBy(page, "Test admin has changed"), 0);
  await dialog.getByRole("button", { name: "Save" }).click();
  await becomes(async () => (await desk.find(id))?.answers.map((one) => one.answer), [15, "Spreadsheets"]);
  await hasCount(dialog, 0);
});

test("the messages of a channel follow a colleague's save, and the dialog says that the channel was removed", async () => {
  const { channels } = desk.as("admin");
  const address = `${desk.sandbox.url}/hooks/slack/sales`;
  const { id } = await channels.create({ kind: "slack", name: "Sales", address });
  const page = await desk.openPageAs("admin", "/settings/channels");
  await page.getByRole("button", { name: "Choose messages… of Sales" }).click();
  const dialog = page.getByRole("dialog", { name: "Choose messages for “Sales”" });
  await dialog.getByLabel("Daily messages at").fill("09:30");
  const [shown] = (await channels.list()).channels;
  const rules = [{ kinds: null, scope: "all" as const, via: id, frequency: "daily" as const }];
  const settings = { rules, quietHours: null, dailyAt: "08:00", zone: "UTC" };
  await channels.setRules({ id, settings, seenVersion: shown?.version ?? "" });
  await seen(changedBy(page, "Test admin has changed the messages to this channel"));
  await hasValue(dialog.getByLabel("Daily messages at"), "09:30");
  await hasValue(dialog.getByLabel("How often"), "daily");
  await dialog.getByRole("button", { name: "Keep my input" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await hasCount(dialog, 0);
  expect((await channels.list()).channels[0]?.settings).toEqual({ ...settings, dailyAt: "09:30" });
  await page.getByRole("button", { name: "Choose messages… of Sales" }).click();
  await channels.remove({ id, reason: "The team has moved" });
  await seen(dialog.getByText("A colleague has removed this channel"));
  await expectAccessible(page);
});

test("the form of an endpoint and of the escalation list say that a colleague was faster", async () => {
  const page = await desk.openPageAs("admin", "/settings/channels");
  const form = page.locator("form", { has: page.getByRole("heading", { name: "Escalation" }) });
  await form.getByLabel("Hours for each step").fill("6");
  const { escalation, escalationVersion } = await desk.as("admin").channels.list();
  await desk.as("admin").channels.setEscalation({ ...escalation, afterHours: 9, seenVersion: escalationVersion });
  await seen(changedBy(page, "Test admin has changed this list"));
  await hasValue(form.getByLabel("Hours for each step"), "6");
  await form.getByRole("button", { name: "Discard my input" }).click();
  await hasValue(form.getByLabel("Hours for each step"), "9");

  const target = `${desk.sandbox.url}/product/hooks`;
  const { id } = await desk.as("admin").endpoints.create({
    name: "Production",
    address: target,
    eventTypes: null,
    offerIds: null,
  });
  await page.goto(`${desk.url}/settings/endpoints/${id}`);
  await page.getByRole("button", { name: "Edit…" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit endpoint “Production”" });
  await dialog.getByLabel("Name").fill("Ours");
  const [shown] = await desk.as("admin").endpoints.list();
  const edit = { id, name: "Theirs", address: target, eventTypes: null, offerIds: null };
  await desk.as("admin").endpoints.edit({ ...edit, seenVersion: shown?.version ?? "" });
  await seen(changedBy(page, "Test admin has changed this endpoint"));
  await page.getByRole("dialog").getByRole("button", { name: "Keep my input" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save endpoint" }).click();
  await hasCount(page.getByRole("dialog"), 0);
  expect((await desk.as("admin").endpoints.list())[0]).toMatchObject({ name: "Ours" });
  expect(desk.complaints).toEqual([]);
});

test("a tab that was open during an upgrade says so, and has its input again once it is reloaded", async () => {
  const page = await desk.openPageAs("admin", "/settings/activation");
  const edit = page.getByRole("button", { name: "Edit the policy for all offers" });
  const dialog = page.getByRole("dialog", { name: "Activation policy for all offers" });
  await edit.click();
  await dialog.getByLabel("By staff").click();
  await dialog.getByLabel("Reason").fill("Agreed with sales");
  // As the script of an earlier version would send it.
  await page.evaluate(() => {
    document.documentElement.dataset["build"] = "earlier";
  });
  await page.route("**/trpc/policies.set", (route) => {
    const { mode, ...input } = route.request().postDataJSON() as Record<string, unknown>;
    return route.continue({ postData: JSON.stringify({ ...input, way: mode }) });
  });
  await dialog.getByRole("button", { name: "Save" }).click();
  await seen(
    dialog.getByRole("alert").filter({
      hasText:
        "Marketdesk was updated after this page was opened. Reload the page and try again; what you typed is kept.",
    }),
  );
  await page.unrouteAll();
  await page.reload();
  await edit.click();
  await hasValue(dialog.getByLabel("Reason"), "Agreed with sales");
  await dialog.getByRole("button", { name: "Save" }).click();
  await hasCount(dialog, 0);
  await becomes(async () => (await desk.as("viewer").policies.list()).scopes[0]?.own?.mode, "staff");
});
