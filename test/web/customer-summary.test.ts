import { describe, expect, test } from "vitest";
import type { ActivityView } from "../../shared/views/history.ts";
import { customerSummary } from "../../web/pages/subscription/customer-summary.ts";

let count = 0;
function entry(kind: string, at: string, part: Partial<ActivityView> = {}): ActivityView {
  count += 1;
  return {
    id: `019ab000-0000-7000-8000-${String(count).padStart(12, "0")}`,
    at,
    subscriptionId: "37f9dea2-4345-438f-b0bd-03d40d28c7e0",
    subscriptionName: "Fabrikam",
    customerId: null,
    operationId: "529f53e1-c04b-49c8-881c-c49fb5e6b52f",
    deliveryId: null,
    actor: { kind: "staff", name: "Olga Operator" },
    kind,
    summary: "a summary of ours",
    before: null,
    after: null,
    reason: "an internal reason",
    reasonCode: "An internal code",
    source: "desk",
    bulkRunId: null,
    note: null,
    names: { plans: { gold: "Gold" }, offers: {} },
    ...part,
  };
}

const berlin = { name: "Fabrikam", timeZone: "Europe/Berlin" };

describe("customerNote", () => {
  test("explains changes in plain words, oldest first, in the chosen time zone", () => {
    const entries = [
      entry("subscription.quantity_changed", "2026-07-02T10:30:00.000Z", {
        before: { quantity: 5 },
        after: { quantity: 1_200 },
      }),
      entry("subscription.plan_changed", "2026-07-01T22:30:00.000Z", {
        before: { planId: "silver" },
        after: { planId: "gold" },
      }),
      entry("subscription.renewed", "2026-01-15T08:00:00.000Z", { after: { termEndsAt: "2027-01-14T00:00:00.000Z" } }),
    ];
    expect(customerSummary(entries, berlin)).toBe(
      [
        "Fabrikam: changes (times in Europe/Berlin)",
        "",
        "15 January 2026, 09:00: The subscription was renewed until 14 January 2027.",
        "2 July 2026, 00:30: The plan changed from silver to Gold.",
        "2 July 2026, 12:30: The number of seats changed from 5 to 1,200.",
      ].join("\n"),
    );
    expect(customerSummary(entries, { ...berlin, timeZone: "UTC" })).toContain(
      "1 July 2026, 22:30: The plan changed from silver to Gold.",
    );
  });

  test("contains nothing about staff, reasons, notes, ids and internal work", () => {
    const kinds = [
      "subscription.held",
      "subscription.hold_lifted",
      "subscription.note_added",
      "subscription.owner_changed",
      "subscription.tags_changed",
      "subscription.follow_up_changed",
      "subscription.details_changed",
      "subscription.unexpected_transition",
      "subscription.missing",
      "operation.requested",
      "operation.replayed",
      "operation.skipped_by",
      "operation.failed",
      "operation.rejected",
      "landing.refused",
      "something.new",
    ];
    const text = customerSummary(
      kinds.map((kind) => entry(kind, "2026-07-01T10:00:00.000Z", { note: "a note of ours" })),
      berlin,
    );
    expect(text?.split("\n").slice(2)).toEqual([
      "1 July 2026, 12:00: We paused access to the product.",
      "1 July 2026, 12:00: We gave access to the product again.",
      "1 July 2026, 12:00: A requested change did not complete. Nothing changed.",
      "1 July 2026, 12:00: A requested change was declined. Nothing changed.",
    ]);
    expect(text).not.toMatch(/Olga|internal|of ours|019ab|529f|37f9/);
  });

  test("says what was asked for and what is accepted when a rule declined it", () => {
    const declined = (after: Record<string, unknown>) =>
      customerSummary([entry("operation.rejected", "2026-07-01T10:00:00.000Z", { after })], berlin);
    expect(declined({ requested: "480 seats", accepted: "at most 450 seats" })).toContain(
      "A change to 480 seats was declined; accepted: at most 450 seats. Nothing changed.",
    );
    expect(declined({ requested: "Business" })).toContain("A change to Business was declined. Nothing changed.");
  });

  test("is null if no entry concerns the customer", () => {
    expect(customerSummary([entry("subscription.note_added", "2026-07-01T10:00:00.000Z")], berlin)).toBeNull();
    expect(customerSummary([], berlin)).toBeNull();
  });

  test("leaves out values that the audit trail does not have", () => {
    expect(
      customerSummary(
        [entry("subscription.plan_changed", "2026-07-01T10:00:00.000Z", { after: { planId: 7 } })],
        berlin,
      ),
    ).toBeNull();
  });
});
