import { fireEvent, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { PlannedChangeRow } from "../../shared/views/planned-changes.ts";
import { scriptServer, show, signedInAs } from "../support/dashboard-parts.tsx";
import { CustomerPlanned } from "../../web/pages/customer/customer-planned.tsx";

const server = scriptServer();

const row = (id: string, more: Partial<PlannedChangeRow> = {}): PlannedChangeRow => ({
  id,
  subscriptionId: `s-${id}`,
  subscriptionName: `Subscription ${id}`,
  action: "changeQuantity",
  state: "waiting",
  planId: null,
  planName: null,
  quantity: 30,
  on: "2026-12-28" as PlannedChangeRow["on"],
  isAtTermEnd: false,
  until: null,
  reason: "Agreed with the customer",
  reasonCode: null,
  plannedByName: "Amira Dawson",
  plannedAt: "2026-11-20T10:00:00.000Z",
  problem: null,
  operationId: null,
  endedAt: null,
  endedByName: null,
  customer: "Northwind",
  customerId: "c-1",
  ownerName: null,
  ...more,
});
const answer =
  (...rows: PlannedChangeRow[]) =>
  () => ({ rows, nextCursor: null });

test("a customer's planned changes say what, when and who planned them, lead to the subscription, and are undone", async () => {
  server.answers["plannedChanges.list"] = answer(
    row("1"),
    row("2", { action: "suspend", problem: "A change is open." }),
  );
  server.answers["plannedChanges.undo"] = () => ({ ok: true });
  await show(<CustomerPlanned id="c-1" />);
  const region = await screen.findByRole("region", { name: "Planned changes" });
  expect(server.calls.find(({ procedure }) => procedure === "plannedChanges.list")?.input).toEqual({ customer: "c-1" });
  const [first, second] = within(region).getAllByRole("listitem");
  expect(first?.textContent).toMatch(
    /Subscription 1.*: Change seats to 30 on Dec 28, 2026.*Planned by Amira Dawson.*“Agreed/s,
  );
  expect(second?.textContent).toMatch(/Suspend access.*Waiting: A change is open/s);
  expect(within(first!).getByRole("link").getAttribute("href")).toBe("/subscriptions/s-1");

  server.answers["plannedChanges.list"] = answer();
  fireEvent.click(within(first!).getByRole("button", { name: /^Undo: Change seats to 30, Subscription 1/ }));
  await expect.poll(() => screen.queryByRole("region", { name: "Planned changes" })).toBeNull();
  expect(server.calls.find(({ procedure }) => procedure === "plannedChanges.undo")?.input).toEqual({ id: "1" });
});

test("more than five planned changes are shown by the list", async () => {
  server.answers["plannedChanges.list"] = answer(...["1", "2", "3", "4", "5", "6"].map((id) => row(id)));
  await show(<CustomerPlanned id="c-1" />);
  const all = await screen.findByRole("link", { name: /^Show all as a list ?of planned changes$/ });
  expect(all.getAttribute("href")).toBe("/planned?customer=c-1");
  expect(screen.getAllByRole("listitem")).toHaveLength(5);
});

test("a viewer reads why planned changes cannot be undone", async () => {
  server.answers["me.get"] = signedInAs({ role: "viewer" });
  server.answers["plannedChanges.list"] = answer(row("1"));
  await show(<CustomerPlanned id="c-1" />);
  fireEvent.click(await screen.findByRole("button", { name: /^Undo/ }));
  await screen.findByText("You need the Operator role for this.");
  expect(server.calls.some(({ procedure }) => procedure === "plannedChanges.undo")).toBe(false);
});

test("planned changes of a customer that could not be read are not taken for none", async () => {
  server.answers["plannedChanges.list"] = () => {
    throw new Error("The database is busy.");
  };
  await show(<CustomerPlanned id="c-1" />);
  await screen.findByText(/The database is busy/);
  server.answers["plannedChanges.list"] = answer();
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await expect.poll(() => screen.queryByText(/The database is busy/)).toBeNull();
  expect(screen.queryByRole("region")).toBeNull();
});
