import { describe, expect, test } from "vitest";
import { isAffected } from "../../web/live/stale-queries.ts";

const key = (path: string, input?: object) => [path.split("."), { input, type: "query" }];

describe("isAffected", () => {
  test("selects the detail of the changed subscription only", () => {
    const changes = [{ topic: "subscription" as const, subscriptionId: "a" }];
    expect(isAffected(key("subscriptions.get", { id: "a" }), changes)).toBe(true);
    expect(isAffected(key("subscriptions.get", { id: "b" }), changes)).toBe(false);
  });

  test("selects all details if a change names no subscription", () => {
    const changes = [{ topic: "operation" as const, subscriptionId: null }];
    expect(isAffected(key("subscriptions.timeline", { id: "b" }), changes)).toBe(true);
  });

  test("selects lists with any filters", () => {
    const changes = [{ topic: "operation" as const, subscriptionId: "a" }];
    expect(isAffected(key("operations.list", { state: "open" }), changes)).toBe(true);
    expect(isAffected(key("subscriptions.list", { q: "b" }), changes)).toBe(true);
  });

  test("selects the count and the filters of a list, and settings that another admin has open", () => {
    const customer = [{ topic: "customer" as const, subscriptionId: null }];
    expect(isAffected(key("customers.count", { q: "b" }), customer)).toBe(true);
    expect(isAffected(key("customers.facets"), customer)).toBe(true);
    // Merged customers have each other's planned changes.
    expect(isAffected(key("plannedChanges.list", { customer: "c" }), customer)).toBe(true);
    const setting = [{ topic: "setting" as const, subscriptionId: null }];
    expect(isAffected(key("destinations.list"), setting)).toBe(true);
    expect(isAffected(key("questions.history", { offerId: null, planId: null }), setting)).toBe(true);
  });

  test("selects the bulk runs whose changes end at Microsoft, and the proof of an hour of usage", () => {
    const operation = [{ topic: "operation" as const, subscriptionId: "a" }];
    for (const procedure of ["bulk.get", "bulk.list", "bulk.rows"]) {
      expect(isAffected(key(procedure, { id: "run" }), operation)).toBe(true);
    }
    expect(isAffected(key("usage.proof", { id: "hour" }), [{ topic: "usage", subscriptionId: "a" }])).toBe(true);
  });

  test("selects what staff did today for each change that the activity shows", () => {
    for (const topic of ["customer", "key", "rule", "setting", "staff", "subscription"] as const) {
      expect(
        isAffected(key("needs.done", { since: "2026-11-29T00:00:00.000Z" }), [{ topic, subscriptionId: null }]),
      ).toBe(true);
    }
    expect(isAffected(key("needs.done"), [{ topic: "view", subscriptionId: null }])).toBe(false);
  });

  test("reads any key, not only those of tRPC queries", () => {
    const changes = [{ topic: "operation" as const, subscriptionId: "a" }];
    for (const odd of [[], ["plans of a", "a"], [undefined], [{ id: "a" }], [7, null]]) {
      expect(isAffected(odd, changes)).toBe(false);
    }
  });

  test("does not select what no change affects", () => {
    const changes = [{ topic: "subscription" as const, subscriptionId: "a" }];
    expect(isAffected(key("me.get"), changes)).toBe(false);
    expect(isAffected(key("reconcile.runs"), changes)).toBe(false);
    expect(isAffected(key("subscriptions.get", { id: "a" }), [])).toBe(false);
  });

  test("selects everything if changes may have been missed", () => {
    expect(isAffected(key("me.get"), [{ topic: "resync", subscriptionId: null }])).toBe(true);
  });
});
