import { describe, expect, test } from "vitest";
import { compareDay, type LedgerDay, type ListedUsage } from "../../server/domain/usage/comparison.ts";
import { quantityOf } from "../../server/domain/usage/quantity.ts";
import { thresholdsReached } from "../../server/domain/usage/thresholds.ts";

const ledger = (others: Partial<LedgerDay> = {}): LedgerDay => ({
  subscriptionId: "ab-1",
  dimension: "storage",
  accepted: "5.3",
  settled: "5.3",
  hasWaiting: false,
  hasUnanswered: false,
  hasUndecided: false,
  hasDropped: false,
  ...others,
});
const listed = (submitted: string, others: Partial<ListedUsage> = {}): ListedUsage => ({
  subscriptionId: "ab-1",
  dimension: "storage",
  reconStatus: "Accepted",
  submittedQuantity: submitted,
  processedQuantity: submitted,
  ...others,
});
const causeOf = (own: LedgerDay[], microsoft: ListedUsage[]) => compareDay(own, microsoft).map(({ cause }) => cause);

describe("a day that both sides agree on", () => {
  test("has the same quantity, also with another case of IDs and the noise of floating point", () => {
    expect(compareDay([ledger()], [listed("5.300000000000001", { subscriptionId: "AB-1" })])).toEqual([
      {
        subscriptionId: "ab-1",
        dimension: "storage",
        ledger: "5.3",
        submitted: "5.3",
        processed: "5.3",
        reconStatus: "Accepted",
        cause: null,
      },
    ]);
  });

  test("can be listed in several rows, and not be processed yet", () => {
    const waiting = { reconStatus: "Submitted", processedQuantity: "0" };
    expect(causeOf([ledger()], [listed("5", waiting), listed("0.3", waiting)])).toEqual([null]);
  });

  test("can have usage that is on its way to either side", () => {
    expect(causeOf([ledger({ settled: "5" })], [listed("5")])).toEqual([null]);
    expect(causeOf([ledger({ hasWaiting: true })], [listed("9")])).toEqual([null]);
    expect(causeOf([ledger({ settled: "0" })], [])).toEqual([null]);
  });
});

describe("a difference", () => {
  test.each([
    { cause: "rejected", own: ledger(), microsoft: listed("5.3", { reconStatus: "Rejected", processedQuantity: "0" }) },
    { cause: "mismatch", own: ledger(), microsoft: listed("5.3", { reconStatus: "Mismatch", processedQuantity: "5" }) },
    { cause: "mismatch", own: ledger(), microsoft: listed("5.3", { processedQuantity: "5" }) },
    { cause: "not_listed", own: ledger(), microsoft: listed("5") },
    { cause: "undecided", own: ledger({ hasUndecided: true }), microsoft: listed("6") },
    { cause: "dropped", own: ledger({ hasDropped: true }), microsoft: listed("6") },
    { cause: "answer_lost", own: ledger({ hasUnanswered: true }), microsoft: listed("6") },
    { cause: "other_sender", own: ledger(), microsoft: listed("6") },
  ])("is $cause", ({ cause, own, microsoft }) => {
    expect(causeOf([own], [microsoft])).toEqual([cause]);
  });

  test("is found where only one side has usage", () => {
    expect(causeOf([ledger()], [])).toEqual(["not_listed"]);
    expect(causeOf([], [listed("1")])).toEqual(["other_sender"]);
    expect(causeOf([ledger()], [listed("5.3"), listed("1", { dimension: "restores" })])).toEqual([
      null,
      "other_sender",
    ]);
  });
});

describe("thresholds of the included quantity", () => {
  const reached = (used: string, included: string, notified: number) =>
    thresholdsReached(quantityOf(used), quantityOf(included), notified);

  test("are 80 and 100 percent, each once", () => {
    expect(reached("79.99", "100", 0)).toEqual([]);
    expect(reached("80", "100", 0)).toEqual([80]);
    expect(reached("99.9999999999", "100", 80)).toEqual([]);
    expect(reached("100", "100", 80)).toEqual([100]);
    expect(reached("5000", "100", 0)).toEqual([80, 100]);
    expect(reached("5000", "100", 100)).toEqual([]);
  });

  test("do not exist where nothing or everything is included, or it is unknown", () => {
    expect(reached("5", "0", 0)).toEqual([]);
    expect(thresholdsReached(quantityOf("5"), "unlimited", 0)).toEqual([]);
    expect(thresholdsReached(quantityOf("5"), null, 0)).toEqual([]);
  });
});
