import { describe, expect, test } from "vitest";
import type { OperationView, TraceView } from "../../shared/views/operations.ts";
import { retryActionOf, recentFailure } from "../../web/pages/subscription/recent-failure.ts";
import { supportTicket } from "../../web/pages/subscription/support-ticket.ts";

const now = Date.parse("2026-11-25T12:00:00Z");
let count = 0;
function operation(part: Partial<OperationView>): OperationView {
  count += 1;
  const at = new Date(now - 3_600_000 + count * 1_000).toISOString();
  return {
    id: `operation-${count}`,
    marketplaceId: "at-microsoft",
    subscriptionId: "subscription-1",
    subscriptionName: "Fabrikam",
    action: "ChangeQuantity",
    source: "Partner",
    stage: "settled",
    status: "Failed",
    outcome: "failed",
    planId: null,
    planName: null,
    quantity: 9,
    decision: null,
    decisionReason: null,
    decisionRuleVersion: null,
    answerDueAt: null,
    acknowledgedAt: null,
    actor: { kind: "staff", name: "Olga Operator" },
    approvedByName: null,
    reason: "an internal reason",
    attempts: 0,
    lastError: "Microsoft answered 400: quantity is too large",
    isStuck: false,
    createdAt: at,
    updatedAt: at,
    settledAt: at,
    ...part,
  };
}

describe("the failure on a subscription's page", () => {
  test("is our latest one without a later success", () => {
    const failed = operation({});
    expect(recentFailure([failed], now)).toBe(failed);
    const other = operation({ action: "ChangePlan", outcome: "succeeded" });
    expect(recentFailure([failed, other], now)).toBe(failed);
    const again = operation({ outcome: null, stage: "requested", settledAt: null });
    expect(recentFailure([failed, again], now)).toBeNull();
  });

  test("is not one of Microsoft's operations, an old one, or a success", () => {
    expect(recentFailure([operation({ source: "Azure" })], now)).toBeNull();
    expect(recentFailure([operation({})], now + 8 * 86_400_000)).toBeNull();
    expect(recentFailure([operation({ outcome: "succeeded" })], now)).toBeNull();
    expect(recentFailure([], now)).toBeNull();
  });

  test("is retried with the action that it came from", () => {
    expect(
      ["Activate", "ChangePlan", "ChangeQuantity", "Unsubscribe", "Renew"].map((action) => retryActionOf({ action })),
    ).toEqual(["activate", "changePlan", "changeQuantity", "cancel", null]);
  });
});

describe("the text for a support request", () => {
  const call = (status: number | null, requestId: string) => ({
    method: "PATCH",
    path: "/saas/subscriptions/subscription-1",
    status,
    requestId,
    correlationId: "correlation-1",
    attempt: 1,
    at: "2026-11-25T11:00:00.000Z",
    durationMs: 80,
  });
  const traceOf = (calls: ReturnType<typeof call>[]): TraceView => ({
    operation: operation({}),
    deliveries: [],
    claimedAt: null,
    activity: [],
    steps: [{ id: "s", startedAt: "", endedAt: "", step: "send", stage: "requested", note: null, calls }],
  });

  test("has Microsoft's message, all ids, and the failed calls, and no person and no reason of ours", () => {
    const text = supportTicket(traceOf([call(200, "fine"), call(400, "bad")]));
    for (const part of ["quantity is too large", "subscription-1", "at-microsoft", "→ 400", "bad", "correlation-1"]) {
      expect(text).toContain(part);
    }
    for (const part of ["fine", "Olga", "internal"]) expect(text).not.toContain(part);
  });

  test("has the last calls if none failed, and says which had no response", () => {
    expect(supportTicket(traceOf([call(200, "fine")]))).toContain("fine");
    expect(supportTicket(traceOf([call(null, "lost")]))).toContain("→ no response");
    expect(supportTicket(traceOf([]))).not.toContain("Calls:");
  });
});
