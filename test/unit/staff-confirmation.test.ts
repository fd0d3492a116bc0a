import { describe, expect, test } from "vitest";
import { dueWithoutSecondAdmin, isConfirmedFor } from "../../server/domain/staff-confirmation.ts";

const now = new Date("2026-11-29T02:00:00Z");
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

test.each([
  ["policyChange", 2],
  ["bulkRun", 24],
  ["plannedChange", 168],
] as const)("a confirmation by Entra counts for a %s for %i hours", (what, hours) => {
  expect(isConfirmedFor(what, hoursAgo(hours), now)).toBe(true);
  expect(isConfirmedFor(what, hoursAgo(hours + 0.01), now)).toBe(false);
});

describe("a policy change that is due without a second admin", () => {
  test.each([
    ["takes effect while its requester is signed in", 0, 1, "act"],
    ["waits for a requester who is away", 0, 24, "wait"],
    ["waits for a requester who was never seen", 167, null, "wait"],
    ["takes effect when its requester is back after long", 400, 0, "act"],
    ["ends if its requester stays away for a week", 169, 193, "end"],
  ] as const)("%s", (_sentence, dueHours, confirmedHours, next) => {
    const confirmedAt = confirmedHours === null ? null : hoursAgo(confirmedHours);
    expect(dueWithoutSecondAdmin({ appliesAt: hoursAgo(dueHours), confirmedAt }, now)).toBe(next);
  });
});
