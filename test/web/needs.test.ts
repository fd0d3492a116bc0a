import { describe, expect, test } from "vitest";
import type { OperationView, SubscriptionRow } from "../../shared/views.ts";
import { needsOf } from "../../web/needs.ts";

const operation = (overrides: Partial<OperationView>): OperationView => ({
  id: "o",
  marketplaceId: null,
  subscriptionId: "s",
  subscriptionName: "Contoso",
  action: "ChangeQuantity",
  source: "Azure",
  stage: "received",
  status: "InProgress",
  outcome: null,
  planId: null,
  quantity: 30,
  decision: null,
  decisionReason: null,
  decisionRuleVersion: null,
  answerDueAt: null,
  acknowledgedAt: null,
  actor: { kind: "marketplace", name: "Microsoft" },
  reason: null,
  attempts: 1,
  lastError: null,
  isStuck: false,
  createdAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
  settledAt: null,
  ...overrides,
});

const row = (overrides: Partial<SubscriptionRow>): SubscriptionRow => ({
  id: "s",
  name: "Contoso",
  offerId: "desk",
  planId: "gold",
  planName: "Gold",
  quantity: 5,
  status: "PendingFulfillmentStart",
  isOnHold: false,
  access: "none",
  beneficiaryEmail: "ada@contoso.example",
  contactCompany: null,
  termEndsAt: null,
  autoRenews: null,
  isFreeTrial: false,
  purchasedAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
  openOperations: 0,
  ...overrides,
});

describe("needsOf", () => {
  test("puts answers of seconds before stuck operations, and those before losses of days", () => {
    const needs = needsOf(
      [
        operation({ id: "stuck", isStuck: true, attempts: 12 }),
        operation({ id: "due", answerDueAt: "2026-11-01T00:00:10.000Z" }),
      ],
      [row({ id: "late", purchasedAt: "2026-11-09T00:00:00.000Z" }), row({ id: "early" })],
      [row({ id: "unpaid", status: "Suspended", updatedAt: "2026-11-05T00:00:00.000Z" })],
    );
    expect(needs.map(({ key }) => key)).toEqual([
      "operation-due",
      "operation-stuck",
      "activation-early",
      "suspension-unpaid",
      "activation-late",
    ]);
  });

  test("leaves out operations that run by themselves or are answered", () => {
    const answered = operation({ answerDueAt: "2026-11-01T00:00:10.000Z", acknowledgedAt: "2026-11-01T00:00:02.000Z" });
    expect(needsOf([operation({}), answered], [], [])).toEqual([]);
  });

  test("counts thirty days from the purchase", () => {
    expect(needsOf([], [row({})], [])[0]?.dueAt).toBe("2026-12-01T00:00:00.000Z");
  });

  test("names no deadline when Microsoft did not tell the purchase date", () => {
    const [known, unknown] = needsOf([], [row({ id: "unknown", purchasedAt: null }), row({ id: "known" })], []);
    expect(known?.key).toBe("activation-known");
    expect(unknown?.dueAt).toBeNull();
  });

  test("offers a retry for what is stuck only", () => {
    const needs = needsOf([operation({ id: "stuck", isStuck: true })], [row({})], []);
    expect(needs.map(({ stuckOperationId }) => stuckOperationId)).toEqual(["stuck", null]);
  });
});
