/** A card in Teams, from the need to the person who takes it up. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { plan } from "../../server/notify/planner.ts";
import type { ReceivedMessage } from "../../sandbox/inbox/inbox.ts";
import { eventually } from "../support/app.ts";
import { type Desk, seen, startDesk } from "../support/desk.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk?.stop());

test("the button of a card leads through sign-in to the need, which a person takes up once", async () => {
  const { channels } = desk.as("admin");
  const address = `${desk.sandbox.url}/hooks/teams/sales`;
  const { id } = await channels.create({ kind: "teams", name: "Sales", address });
  const rule = { kinds: ["suspension"], scope: "all" as const, via: id, frequency: "now" as const };
  await channels.setRules({ id, settings: { rules: [rule], quietHours: null, dailyAt: "08:00", zone: "UTC" } });
  await plan(desk.db, new Date());
  const subscriptionId = await desk.buyActive("Fabrikam Insight");
  await desk.control(`subscriptions/${subscriptionId}/suspend`, {});
  await eventually(async () => (await desk.find(subscriptionId))?.status === "Suspended");
  await eventually(() => plan(desk.db, new Date()));
  // What appears together is gathered for a minute.
  await eventually(() => plan(desk.db, new Date(Date.now() + 61_000)));
  const card = await eventually(async () => {
    const { messages } = await desk.control<{ messages: ReceivedMessage[] }>("inbox");
    return messages.find(({ subject }) => subject === "Payment failed: will be canceled");
  });
  const link = /https?:[^"]+\/act\?link=[\w.-]+/.exec(JSON.stringify(card))?.[0] ?? "";

  const page = await desk.openAsStaff("operator", link.slice(desk.url.length));
  await seen(page.getByRole("heading", { name: "Payment failed: will be canceled" }));
  await seen(page.getByText("Fabrikam Insight"));
  await page.getByRole("button", { name: "Take up" }).click();
  await seen(page.getByText(/^Taken up by you/));
  await seen(page.getByText(/^This link was used .*A link works once\.$/));
  await expect.poll(() => page.getByRole("button", { name: "Take up" }).count()).toBe(0);
});
