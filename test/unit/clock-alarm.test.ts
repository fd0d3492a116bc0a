import { describe, expect, test } from "vitest";
import { clockAlarm } from "../../server/domain/alarm.ts";

describe("the alarm of a wrong clock", () => {
  test("is not raised for clocks that agree well enough, or are unknown", () => {
    expect(clockAlarm({ database: 29_000, microsoft: -29_000 }, "one:3000")).toBeNull();
    expect(clockAlarm({ database: null, microsoft: null }, "one:3000")).toBeNull();
  });

  test.each([
    ["Marketdesk's time is wrong too", 90_000, 90_000],
    ["only Marketdesk's time is wrong", 0, -45_000],
  ])("says that webhooks are refused if %s", (_, database, microsoft) => {
    expect(clockAlarm({ database, microsoft }, "one:3000")?.remedy).toContain("webhooks are refused");
  });

  test("says that Marketdesk keeps the right time while it agrees with Microsoft's", () => {
    expect(clockAlarm({ database: 600_000, microsoft: 1_000 }, "one:3000")).toEqual({
      what: "The clock of one:3000 is 600 s ahead of the database's",
      remedy:
        "Marketdesk keeps the right time until it restarts. Synchronize the clocks of its machine and of the database with a time server before that.",
    });
  });

  test("says nothing about webhooks while Microsoft's clock is not known", () => {
    expect(clockAlarm({ database: -600_000, microsoft: null }, "one:3000")?.remedy).toBe(
      "Synchronize the clocks with a time server.",
    );
  });
});
