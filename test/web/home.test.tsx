import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { subscriptionStatuses } from "../../shared/lifecycle.ts";
import type { NeedView } from "../../shared/views/needs.ts";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import { DoneToday } from "../../web/pages/home/done-today.tsx";
import { HomePage } from "../../web/pages/home/home.tsx";

const server = scriptServer();

const need = (id: string, kind: string): NeedView => ({
  kind,
  id,
  group: kind === "failed" ? "Payment failed" : "Purchase not activated",
  icon: "clock",
  tone: "warn",
  subject: `Subscription ${id}`,
  subscriptionId: null,
  operationId: null,
  offerId: null,
  cause: null,
  place: null,
  list: null,
  note: null,
  owner: null,
  money: null,
  what: "Waits",
  rule: "It waits.",
  since: null,
  deadline: null,
  isLatest: false,
  windowMs: null,
  actions: [],
  snoozableUntil: null,
  snooze: null,
});

describe("the list of what needs attention", () => {
  beforeEach(() => {
    server.answers["needs.list"] = () => ({
      needs: [need("a", "failed"), need("b", "pending")],
      isCut: false,
      snoozed: 0,
    });
    server.answers["needs.done"] = () => ({ count: 0, isCut: false, latest: [] });
    server.answers["subscriptions.counts"] = () => ({
      byStatus: Object.fromEntries(subscriptionStatuses.map((status) => [status, 1])),
      onHold: 0,
    });
    server.answers["subscriptions.facets"] = () => ({ offers: [] });
  });

  test("says how many of its items a filter shows, and offers the filter even if the list is short", async () => {
    await show(<HomePage />, { at: "/?kind=failed" });
    await screen.findByText("1 of 2 items, most urgent first");
    const kind = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Kind" });
    expect(kind.value).toBe("failed");
    fireEvent.change(kind, { target: { value: "" } });
    await screen.findByText("2 items, most urgent first");
    await screen.findAllByText(/Subscription b/);
  });

  test("shows no filters while it is short and not filtered", async () => {
    await show(<HomePage />);
    await screen.findByText("2 items, most urgent first");
    await screen.findByText("No staff activity yet today.");
    expect(screen.queryByRole("combobox", { name: "Kind" })).toBeNull();
  });
});

describe("similar needs", () => {
  const similar = (count: number) => Array.from({ length: count }, (_, at) => need(`${at}`, "failed"));
  const shown = () => screen.queryAllByText(/^Subscription \d+$/).length;

  beforeEach(() => {
    server.answers["needs.done"] = () => ({ count: 0, isCut: false, latest: [] });
    server.answers["subscriptions.counts"] = () => ({
      byStatus: Object.fromEntries(subscriptionStatuses.map((status) => [status, 1])),
      onHold: 0,
    });
    server.answers["subscriptions.facets"] = () => ({ offers: [] });
  });

  function turn(line: HTMLElement, isOpen: boolean) {
    const group = line.closest("details") as HTMLDetailsElement;
    act(() => {
      group.open = isOpen;
      fireEvent(group, new Event("toggle"));
    });
  }

  test("are drawn only while their line is open", async () => {
    server.answers["needs.list"] = () => ({ needs: similar(12), isCut: false, snoozed: 0 });
    await show(<HomePage />);
    await screen.findByText("12 items, most urgent first");
    const line = await screen.findByText("12 items", { selector: "summary strong" });
    expect(shown()).toBe(0);
    turn(line, true);
    expect(shown()).toBe(10);
    await vi.waitFor(() => expect(shown()).toBe(12));
    turn(line, false);
    expect(shown()).toBe(0);
  });

  test("are drawn in steps when their line is opened, which says that more follow", async () => {
    server.answers["needs.list"] = () => ({ needs: similar(30), isCut: false, snoozed: 0 });
    await show(<HomePage />);
    const line = await screen.findByText("30 items", { selector: "summary strong" });
    vi.useFakeTimers();
    turn(line, true);
    expect(shown()).toBe(10);
    expect(screen.getByText("Loading…")).toBeTruthy();
    await act(() => vi.advanceTimersByTimeAsync(20));
    expect(shown()).toBe(20);
    await act(() => vi.advanceTimersByTimeAsync(20));
    expect(shown()).toBe(30);
    expect(screen.queryByText("Loading…")).toBeNull();
  });

  test("are drawn next to others of which there are fewer than ten", async () => {
    server.answers["needs.list"] = () => ({
      needs: [...similar(10), need("90", "pending"), need("91", "pending")],
      isCut: false,
      snoozed: 0,
    });
    await show(<HomePage />);
    await screen.findByText("10 items", { selector: "summary strong" });
    expect(shown()).toBe(2);
  });

  test("are drawn one by one while there are fewer than ten", async () => {
    server.answers["needs.list"] = () => ({ needs: similar(9), isCut: false, snoozed: 0 });
    await show(<HomePage />);
    await screen.findByText("9 items, most urgent first");
    await screen.findByText("Subscription 8");
    expect(shown()).toBe(9);
  });
});

describe("what staff did today", () => {
  test("begins again at midnight", async () => {
    const lateInTheEvening = new Date(2030, 10, 28, 23, 59, 50);
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"], now: lateInTheEvening });
    server.answers["needs.done"] = ({ since }: { since: string }) => ({
      count: new Date(since).getDate() === 28 ? 3 : 0,
      isCut: false,
      latest: [],
    });
    await show(<DoneToday />);
    await screen.findByText(/3 entries today/);
    act(() => void vi.advanceTimersByTime(15_000));
    await screen.findByText("No staff activity yet today.");
  });

  test("says that it could not be read", async () => {
    server.answers["needs.done"] = () => {
      throw new Error("The database is busy.");
    };
    await show(<DoneToday />);
    await screen.findByText("The database is busy.");
    server.answers["needs.done"] = () => ({ count: 0, isCut: false, latest: [] });
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByText("No staff activity yet today.");
  });
});
