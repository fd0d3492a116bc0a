import { describe, expect, test } from "vitest";
import { isAffected } from "../../web/live/stale-queries.ts";

const key = (path: string, input?: object) => [path.split("."), { input, type: "query" }];

describe("isTouched", () => {
  test("marks the detail of the changed subscription and leaves others alone", () => {
    const changes = [{ topic: "subscription" as const, subscriptionId: "a" }];
    expect(isAffected(key("subscriptions.get", { id: "a" }), changes)).toBe(true);
    expect(isAffected(key("subscriptions.get", { id: "b" }), changes)).toBe(false);
  });

  test("marks every detail when a change names no subscription", () => {
    const changes = [{ topic: "operation" as const, subscriptionId: null }];
    expect(isAffected(key("subscriptions.timeline", { id: "b" }), changes)).toBe(true);
  });

  test("marks lists whatever their filters", () => {
    const changes = [{ topic: "operation" as const, subscriptionId: "a" }];
    expect(isAffected(key("operations.list", { state: "open" }), changes)).toBe(true);
    expect(isAffected(key("subscriptions.list", { q: "b" }), changes)).toBe(true);
  });

  test("reads any key, not only those of tRPC's queries", () => {
    const changes = [{ topic: "operation" as const, subscriptionId: "a" }];
    for (const odd of [[], ["plans of a", "a"], [undefined], [{ id: "a" }], [7, null]]) {
      expect(isAffected(odd, changes)).toBe(false);
    }
  });

  test("leaves what no change can touch", () => {
    const changes = [{ topic: "subscription" as const, subscriptionId: "a" }];
    expect(isAffected(key("me.get"), changes)).toBe(false);
    expect(isAffected(key("reconcile.runs"), changes)).toBe(false);
    expect(isAffected(key("subscriptions.get", { id: "a" }), [])).toBe(false);
  });

  test("marks everything when changes may have been missed", () => {
    expect(isAffected(key("me.get"), [{ topic: "resync", subscriptionId: null }])).toBe(true);
  });
});
