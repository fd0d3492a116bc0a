import { expect, test } from "vitest";
import { dayFrom } from "../../shared/day.ts";
import { daysOfSpan, type SpanAhead, type SpanBack } from "../../shared/relative-days.ts";

test.each<[SpanAhead | SpanBack, string, string, string]>([
  ["today", "2026-11-28", "2026-11-28", "2026-11-28"],
  ["next7", "2026-11-28", "2026-11-28", "2026-12-05"],
  ["next30", "2026-12-15", "2026-12-15", "2027-01-14"],
  ["sinceYesterday", "2026-03-01", "2026-02-28", "2026-03-01"],
  ["last7", "2026-01-03", "2025-12-27", "2026-01-03"],
  ["last30", "2024-03-10", "2024-02-09", "2024-03-10"],
  ["thisMonth", "2024-02-29", "2024-02-01", "2024-02-29"],
  ["thisMonth", "2026-12-01", "2026-12-01", "2026-12-31"],
  ["thisMonth", "2026-01-31", "2026-01-01", "2026-01-31"],
])("%s on %s is from %s to %s", (span, today, from, to) => {
  expect(daysOfSpan(span, dayFrom(today))).toEqual({ from, to });
});
