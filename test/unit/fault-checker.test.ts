import Big from "big.js";
import { expect, test } from "vitest";
import { everyEventDelivered } from "../faults/invariants.ts";
import { type Bill, billedIsExcess, type LedgerHour } from "../faults/usage-invariant.ts";

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

const hour = new Date("2026-11-28T10:00:00Z");
const ledgerHour: LedgerHour = {
  subscriptionId: "one",
  dimension: "storage",
  hour,
  state: "accepted",
  accepted: "20.25",
  lost: "0",
  notSent: "0",
  late: "0",
};
const usage = { subscriptionId: "one", dimension: "storage", isLost: false };
const bill: Bill = {
  reported: [
    { ...usage, quantity: "100.2" },
    { ...usage, quantity: "20.059" },
  ],
  accepted: [{ resourceId: "one", dimension: "storage", hour: hour.getTime(), quantity: 20.25 }],
  hours: [ledgerHour],
  included: new Map([["storage", new Big(100)]]),
};

function differencesOf(others: Partial<Bill>): string[] {
  const reports: string[] = [];
  billedIsExcess({ ...bill, ...others }, (what) => void reports.push(what));
  return reports;
}

test("I12 accepts a bill of exactly what exceeds the included quantity", () => {
  expect(differencesOf({})).toEqual([]);
  const tooLate = { ...usage, quantity: "5", isLost: true };
  expect(differencesOf({ reported: [...bill.reported, tooLate], hours: [{ ...ledgerHour, lost: "5" }] })).toEqual([]);
});

test("I12 finds usage that is billed twice, too little, lost or unsent, and hours that only one side has", () => {
  const [first] = bill.accepted;
  const later = new Date("2026-11-28T11:00:00Z");
  expect(differencesOf({ accepted: [first!, { ...first!, hour: later.getTime() }] })).toEqual([
    "Microsoft accepted 40.5 storage of one, and the excess is 20.25",
    "Microsoft accepted 20.25 storage of one at 2026-11-28T11:00:00.000Z, and the ledger has nothing",
  ]);
  expect(differencesOf({ reported: [...bill.reported, { ...usage, quantity: "0.001" }] })).toEqual([
    "Microsoft accepted 20.25 storage of one, and the excess is 20.26",
  ]);
  expect(differencesOf({ accepted: [] })).toEqual([
    "Microsoft accepted 0 storage of one, and the excess is 20.25",
    "the ledger has 20.25 storage of one at 2026-11-28T10:00:00.000Z, and Microsoft nothing",
  ]);
  expect(differencesOf({ hours: [{ ...ledgerHour, notSent: "3", lost: "1" }] })).toEqual([
    "3 storage of one at 2026-11-28T10:00:00.000Z was lost",
    "1 storage of one counts as lost, and 0 was reported too late",
  ]);
  expect(
    differencesOf({ hours: [ledgerHour, { ...ledgerHour, hour: later, state: "waiting", accepted: null }] }),
  ).toEqual(["storage of one at 2026-11-28T11:00:00.000Z is waiting, with 0 late"]);
});
