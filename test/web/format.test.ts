import { describe, expect, test } from "vitest";
import {
  countOf,
  formatDuration,
  formatExact,
  formatRelative,
  formatValue,
  prettyJson,
  shortenId,
} from "../../web/text/format.ts";
import { formatMoney, formatUnitPrice } from "../../web/text/money.ts";
import { formatPrice } from "../../web/text/plan-prices.ts";

const now = Date.parse("2026-11-23T12:00:00Z");
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe("formatRelative", () => {
  test.each([
    [now - 4 * second, "just now"],
    [now + 13 * second, "just now"],
    [now - 3 * minute, "3 min ago"],
    [now + 26 * day, "in 26 days"],
    [now - 47 * hour, "2 days ago"],
    [now - 800 * day, "2 yr ago"],
  ])("formats %i as %s", (at, words) => {
    expect(formatRelative(at, now).replaceAll(".", "")).toBe(words);
  });
});

describe("formatDuration", () => {
  test.each([
    [-5, "0 s"],
    [6_200, "7 s"],
    [80 * second, "1 min 20 s"],
    [5 * hour + 12 * minute, "5 h 12 min"],
    [26 * day, "26 days"],
  ])("formats %i ms as %s", (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
});

describe("formatExact", () => {
  test("includes the time in UTC", () => {
    expect(formatExact(now)).toContain("2026-11-23 12:00:00 UTC");
  });
});

describe("shortenId", () => {
  test("keeps both ends of a long id", () => {
    expect(shortenId("37f9dea2-4345-438f-b0bd-03d40d28c7e0")).toBe("37f9dea2…28c7e0");
  });

  test("keeps a short id whole", () => {
    expect(shortenId("contoso-gold")).toBe("contoso-gold");
  });
});

describe("formatValue", () => {
  test("has a word for missing values", () => {
    expect([null, undefined, ""].map(formatValue)).toEqual(["—", "—", "—"]);
  });

  test("formats booleans, lists, and other objects as JSON", () => {
    expect(formatValue(true)).toBe("yes");
    expect(formatValue(["Read", "Update"])).toBe("Read, Update");
    expect(formatValue({ a: 1 })).toBe('{"a":1}');
  });
});

describe("countOf", () => {
  test("has one form for 1 and another for other numbers", () => {
    expect([countOf(1, "seat"), countOf(0, "seat"), countOf(2, "entry", "entries")]).toEqual([
      "1 seat",
      "0 seats",
      "2 entries",
    ]);
  });
});

describe("prettyJson", () => {
  test("breaks lines of JSON and leaves other text unchanged", () => {
    expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(prettyJson("{broken")).toBe("{broken");
  });
});

describe("formatPrice", () => {
  const money = { amount: "1234.5", currency: "EUR", isPerSeat: true };

  test("has the reader's form of money, and says per what", () => {
    const price = { words: "€1,234.50 per seat per month", money, termUnit: "P1M" };
    const euros = new Intl.NumberFormat(undefined, { style: "currency", currency: "EUR" }).format(1234.5);
    expect(formatPrice(price)).toBe(`${euros} per seat per month`);
    expect(formatPrice({ ...price, money: { ...money, isPerSeat: false }, termUnit: "P3Y" })).toBe(
      `${euros} per 3 years`,
    );
    expect(formatPrice({ ...price, termUnit: null })).toBe(`${euros} per seat`);
  });

  test.each([
    ["0.0000000005", "USD", "$0.0000000005"],
    ["123456789012345.678", "USD", "$123,456,789,012,345.678"],
    ["1000", "JPY", "¥1,000"],
    ["1.25", "KWD", "KWD\u00a01.250"],
  ])("is shown in full: %s %s", (amount, currency, words) => {
    const price = { words: "", money: { amount, currency, isPerSeat: false }, termUnit: null };
    expect(formatPrice(price)).toBe(words);
  });

  test("is Microsoft's text if the amount cannot be read", () => {
    expect(formatPrice({ words: "on request", money: null, termUnit: "P1M" })).toBe("on request");
  });
});

describe("formatMoney", () => {
  test.each([
    ["1200", "USD", "$1,200.00"],
    ["0.005", "USD", "$0.01"],
    ["0", "USD", "$0.00"],
    ["0.0012", "USD", "$0.0012"],
    ["-0.004", "USD", "-$0.004"],
    ["0.25", "JPY", "¥0.25"],
  ])("does not round to nothing what is not nothing: %s %s is %s", (amount, currency, words) => {
    expect(formatMoney(amount, currency)).toBe(words);
  });
});

describe("formatUnitPrice", () => {
  test.each([
    ["0.12", "$0.12"],
    ["3", "$3.00"],
    ["0.0004", "$0.0004"],
    ["0.00000125", "$0.00000125"],
  ])("formats %s as %s", (amount, words) => {
    expect(formatUnitPrice(amount, "USD")).toBe(words);
  });
});
