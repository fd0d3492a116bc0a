import { describe, expect, test } from "vitest";
import { activityKinds } from "../../shared/activity-kinds.ts";
import { activityKindInWords } from "../../web/text/activity-kind.ts";

describe("the kind of an audit entry", () => {
  test.each([
    ["subscription.first_seen", "Purchase discovered"],
    ["subscription.held", "Access hold set"],
    ["subscription.plan_changed", "Plan changed"],
    ["subscription.quantity_changed", "Seats changed"],
    ["usage.threshold_reached", "Usage threshold reached"],
    ["api_key.made", "API key created"],
    ["api_key.revoked", "API key revoked"],
    ["of_a_later.version", "Of a later version"],
  ])("%s is shown as %s", (kind, words) => {
    expect(activityKindInWords(kind)).toBe(words);
  });

  test("is never shown as it is stored, and no two are shown alike", () => {
    const kinds = [...new Set(Object.values(activityKinds).flat())];
    const shown = kinds.map(activityKindInWords);
    for (const words of shown) expect(words).toMatch(/^[A-Z][^._]*$|SESSION_SECRET/);
    expect(new Set(shown).size).toBe(kinds.length);
  });
});
