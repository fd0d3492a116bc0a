/** Spans of days that move with the reader's today, so that a saved view stays true. */
import { addDays, type Day } from "./day.ts";

export const spansAhead = ["today", "next7", "next30", "thisMonth"] as const;
export type SpanAhead = (typeof spansAhead)[number];

export const spansBack = ["today", "sinceYesterday", "last7", "last30", "thisMonth"] as const;
export type SpanBack = (typeof spansBack)[number];

/** Both days are included; today counts in all of them. */
export function daysOfSpan(span: SpanAhead | SpanBack, today: Day): { from: Day; to: Day } {
  switch (span) {
    case "today":
      return { from: today, to: today };
    case "next7":
      return { from: today, to: addDays(today, 7) };
    case "next30":
      return { from: today, to: addDays(today, 30) };
    case "sinceYesterday":
      return { from: addDays(today, -1), to: today };
    case "last7":
      return { from: addDays(today, -7), to: today };
    case "last30":
      return { from: addDays(today, -30), to: today };
    case "thisMonth":
      return monthOf(today);
  }
}

function monthOf(today: Day): { from: Day; to: Day } {
  const from = addDays(today, 1 - Number(today.slice(8)));
  const inNext = addDays(from, 31);
  return { from, to: addDays(inNext, -Number(inNext.slice(8))) };
}
