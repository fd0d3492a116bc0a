import { describe, expect, test } from "vitest";
import { dayFrom } from "../../shared/day.ts";
import { isAllInSync } from "../../web/pages/subscription/sync-status-rows.ts";

const term = { termStartsOn: dayFrom("2026-11-01"), termEndsOn: dayFrom("2026-11-30"), autoRenews: true };
const subscription = {
  status: "Subscribed" as const,
  planName: "Team",
  quantity: 5,
  access: "full" as const,
  ...term,
  operations: [],
};
const microsoft = {
  readAt: "2026-11-28T12:00:00Z",
  status: "Subscribed",
  planId: "team",
  planName: "Team",
  quantity: 5,
  ...term,
  differences: [],
  missingSince: null,
};
const confirmation = {
  planId: "team",
  planName: "Team",
  quantity: 5,
  access: "full" as const,
  reference: null,
  evidence: null,
  byName: "Product",
  confirmedAt: "2026-11-28T12:00:00Z",
  changedAt: "2026-11-28T12:00:00Z",
  differences: [],
  differsSince: null,
};
const product = { hasKey: true, lastCalledAt: null, confirmation, askedAt: null };
const truth = { microsoft, product, waitsForProductSince: null };

describe("the sync status", () => {
  test("is one line while Microsoft and the product agree, or there is no product", () => {
    expect(isAllInSync(subscription, truth)).toBe(true);
    expect(isAllInSync(subscription, { ...truth, product: null })).toBe(true);
  });

  test.each([
    ["Microsoft has another plan", { ...truth, microsoft: { ...microsoft, differences: ["planId" as const] } }],
    ["Microsoft does not know it", { ...truth, microsoft: { ...microsoft, missingSince: "2026-11-28T12:00:00Z" } }],
    ["the product has not confirmed", { ...truth, product: { ...product, confirmation: null } }],
    [
      "the product has other seats",
      { ...truth, product: { ...product, confirmation: { ...confirmation, differences: ["quantity" as const] } } },
    ],
    ["the product was asked to resync", { ...truth, product: { ...product, askedAt: "2026-11-28T12:00:00Z" } }],
    ["the activation waits for the product", { ...truth, waitsForProductSince: "2026-11-28T12:00:00Z" }],
  ])("is a table when %s", (_, differing) => {
    expect(isAllInSync(subscription, differing)).toBe(false);
  });

  test("is a table while a change of ours is in progress", () => {
    const operations = [{ stage: "requested" as const, source: "Partner" as const }];
    expect(isAllInSync({ ...subscription, operations }, truth)).toBe(false);
    const others = [{ stage: "settled" as const, source: "Partner" as const }];
    expect(isAllInSync({ ...subscription, operations: others }, truth)).toBe(true);
  });
});
