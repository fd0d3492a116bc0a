import { describe, expect, test } from "vitest";
import type { ActivityView, CauseView } from "../../shared/views/history.ts";
import { groupByCause } from "../../web/components/timeline/timeline-groups.ts";

const entry = (id: string, operationId: string | null): ActivityView => ({
  id,
  at: `2026-11-25T12:00:0${id}Z`,
  subscriptionId: "s",
  subscriptionName: "Fabrikam",
  customerId: null,
  operationId,
  deliveryId: null,
  actor: { kind: "system", name: "Marketdesk" },
  kind: "operation.succeeded",
  summary: "",
  before: null,
  after: null,
  names: { plans: {}, offers: {} },
  reason: null,
  reasonCode: null,
  note: null,
  source: "job",
  bulkRunId: null,
});
const cause = (operationId: string): CauseView => ({
  operationId,
  action: "Renew",
  planName: null,
  quantity: null,
  source: "Azure",
  outcome: "succeeded",
  actor: { kind: "marketplace", name: "Microsoft" },
  createdAt: "2026-11-25T12:00:00Z",
  deliveries: [],
  calls: 0,
});

test("entries of an operation are together, the earliest first, at the position of the newest", () => {
  const items = groupByCause(
    [entry("5", "a"), entry("4", null), entry("3", "b"), entry("2", "a"), entry("1", "unknown")],
    [cause("a"), cause("b")],
  );
  expect(items.map((item) => [item.key, item.at.slice(-3, -1)])).toEqual([
    ["a", "05"],
    ["4", "04"],
    ["b", "03"],
    ["1", "01"],
  ]);
  const [first] = items;
  expect(first?.cause && first.parts.map(({ id }) => id)).toEqual(["2", "5"]);
});

test("there are no groups without entries", () => {
  expect(groupByCause([], [])).toEqual([]);
});

test("a reason that several entries of an operation share is the change's, and is not repeated", () => {
  const because = (id: string, reason: string) => ({ ...entry(id, "a"), reason });
  const [item] = groupByCause([because("3", "Grew"), because("2", "Shrank"), because("1", "Grew")], [cause("a")]);
  expect(item?.cause && item.reason).toEqual({ reason: "Grew", reasonCode: null });
  expect(item?.cause && item.parts.map(({ id, reason }) => [id, reason])).toEqual([
    ["1", null],
    ["2", "Shrank"],
    ["3", null],
  ]);
});

test("the evidence of the product is with its confirmation, and is no reason of the change", () => {
  const evidence = { ...entry("2", "a"), kind: "subscription.confirmed", reason: "Workspace 17" };
  const requested = { ...entry("1", "a"), kind: "operation.requested" };
  const [without] = groupByCause([evidence, requested], [cause("a")]);
  expect(without?.cause && without.reason).toBeNull();
  expect(without?.cause && without.parts.map(({ reason }) => reason)).toEqual([null, "Workspace 17"]);
  const [reasoned] = groupByCause([evidence, { ...requested, reason: "Grew" }], [cause("a")]);
  expect(reasoned?.cause && reasoned.reason).toEqual({ reason: "Grew", reasonCode: null });
});

describe("the result of a change is said by", () => {
  const parts = [
    { ...entry("3", "a"), kind: "subscription.confirmed", summary: "The product confirmed" },
    { ...entry("2", "a"), kind: "subscription.quantity_changed", summary: "Seats changed" },
    { ...entry("1", "a"), kind: "operation.requested", summary: "Change seats requested" },
  ];
  const resultOf = (entries: ActivityView[], outcome: CauseView["outcome"]) => {
    const [item] = groupByCause(entries, [{ ...cause("a"), outcome }]);
    return item?.cause ? item.result : undefined;
  };

  test("what it changed", () => expect(resultOf(parts, "succeeded")).toBe("Seats changed"));
  test("its end, if it was rejected", () => {
    const end = { ...entry("4", "a"), kind: "operation.rejected", summary: "Rejected by the publisher" };
    expect(resultOf([end, ...parts.slice(2)], "rejected")).toBe("Rejected by the publisher");
  });
  test("nothing while it is in progress", () => expect(resultOf(parts.slice(2), null)).toBeNull());
});
