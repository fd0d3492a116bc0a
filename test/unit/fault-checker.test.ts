import { expect, test } from "vitest";
import { everyEventDelivered } from "../faults/invariants.ts";

const events = ["a", "b", "c"].map((id, index) => ({ id, subscription_id: "one", position: index + 1 }));
const accepted = (...ids: string[]) => ids.map((id) => ({ id, subscriptionId: "one", at: 0 }));

function reportsOf(ids: string[], others: { fromPosition?: number; unverified?: string[]; unplaced?: boolean } = {}) {
  const reports: string[] = [];
  const { fromPosition = 0, unverified = [] } = others;
  const shown = others.unplaced ? [{ ...events[0]!, position: null }] : events;
  const receiver = { name: "Product", fromPosition, accepted: accepted(...ids), unverified };
  everyEventDelivered({ events: shown }, receiver, (what) => void reports.push(what));
  return reports;
}

test("I8 accepts every event once or several times in order", () => {
  expect(reportsOf(["a", "b", "c"])).toEqual([]);
  expect(reportsOf(["a", "a", "b", "a", "c", "b"])).toEqual([]);
  expect(reportsOf(["c"], { fromPosition: 2 })).toEqual([]);
});

test("I8 finds lost, unordered, unknown, unsigned and unaddressed events", () => {
  expect(reportsOf(["a", "c"])).toEqual(["Product never got event 2 (b)"]);
  expect(reportsOf(["a", "c", "b"])).toEqual(["Product got the events of one in the order 1, 3, 2"]);
  expect(reportsOf(["a", "b", "c", "x"])).toEqual(["Product got x, which is no event"]);
  expect(reportsOf(["a", "b", "c"], { unverified: ["b"] })).toEqual([
    "Product got a message that is not signed correctly: b",
  ]);
  expect(reportsOf([], { unplaced: true })).toEqual(["Product never got event null (a)"]);
});
