import { describe, expect, test } from "vitest";
import {
  causeOf,
  type DifferenceFacts,
  type Evidence,
  isExplained,
  type OperationEvidence,
} from "../../server/domain/difference.ts";

const now = new Date("2027-03-14T15:00:00Z");
const facts: DifferenceFacts = {
  changed: ["status"],
  status: "Suspended",
  unrecognisedStatus: null,
  lastEqualAt: new Date("2027-03-14T14:00:00Z"),
  isFirstComparison: false,
  now,
};
const nothing: Evidence = { operation: null, delivery: null, refusal: null, outage: null };
const operation: OperationEvidence = {
  action: "Suspend",
  isOpen: true,
  isStuck: false,
  outcome: null,
  lastError: null,
  createdAt: new Date("2027-03-14T14:30:00Z"),
  updatedAt: new Date("2027-03-14T14:58:00Z"),
};
const at = new Date("2027-03-14T14:03:00Z");

describe("the likely cause of a difference", () => {
  test.each<[string, Partial<DifferenceFacts>, Partial<Evidence>, RegExp]>([
    ["nothing is known", {}, {}, /^No webhook arrived since the subscription was last in sync: the webhook was lost/],
    ["a call was refused", {}, { refusal: { at, reason: "exp", status: 401 } }, /a call was answered with 401 \(exp\)/],
    ["Marketdesk did not run", {}, { outage: { from: at, to: now } }, /was not running for 57 minutes/],
    ["an operation is stuck", {}, { operation: { ...operation, isStuck: true } }, /operation Suspend is stuck\.$/],
    [
      "an operation makes no progress",
      {},
      { operation: { ...operation, updatedAt: at, lastError: "Microsoft is away." } },
      /makes no progress: Microsoft is away\.$/,
    ],
    [
      "an operation was quarantined",
      {},
      { operation: { ...operation, isOpen: false, outcome: "quarantined" } },
      /was quarantined\.$/,
    ],
    [
      "a webhook was settled before",
      {},
      {
        operation: { ...operation, isOpen: false, outcome: "succeeded" },
        delivery: { at, outcome: "accepted", action: "Suspend" },
      },
      /^A webhook delivery reported Suspend and was applied; .* changed again/,
    ],
    [
      "a webhook was unrecognized",
      {},
      { delivery: { at, outcome: "unprocessable", action: null } },
      /^A webhook delivery could not be parsed\.$/,
    ],
    ["no webhook is sent for it", { changed: ["name", "autoRenews"] }, {}, /sends no webhook for changes of this kind/],
    [
      "it is a purchase",
      { changed: null, status: "PendingFulfillmentStart" },
      {},
      /no one has opened the landing page/,
    ],
    ["nothing was compared before", { changed: null, isFirstComparison: true }, {}, /before Marketdesk first read/],
    ["the status is unknown", { changed: ["unrecognisedStatus"], unrecognisedStatus: "Paused" }, {}, /"Paused"/],
  ])("is right when %s", (_, difference, evidence, words) => {
    expect(causeOf({ ...facts, ...difference }, { ...nothing, ...evidence })).toMatch(words);
  });
});

describe("an operation in progress", () => {
  test("explains the values that it changes, and an unknown subscription", () => {
    expect(isExplained(operation, ["status", "autoRenews"], now)).toBe(true);
    expect(isExplained(operation, null, now)).toBe(true);
  });

  test("does not explain other values", () => {
    expect(isExplained(operation, ["status", "planId"], now)).toBe(false);
    expect(isExplained({ ...operation, action: "Foo" }, ["status"], now)).toBe(false);
  });

  test("explains nothing when it is settled, stuck, or unchanged for more than five minutes", () => {
    expect(isExplained({ ...operation, isOpen: false, outcome: "succeeded" }, ["status"], now)).toBe(false);
    expect(isExplained({ ...operation, isStuck: true }, ["status"], now)).toBe(false);
    expect(isExplained({ ...operation, updatedAt: at }, ["status"], now)).toBe(false);
    expect(isExplained(null, null, now)).toBe(false);
  });
});
