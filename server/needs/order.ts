/** Which item comes first, and until when it may be put off. Pure. */
import type { NeedKind } from "./need-kind.ts";
import { daysMs, hoursMs } from "./sources.ts";

/** What has no deadline counts as one of an hour: after what is lost in minutes, before what is lost in days. */
const minUrgencyMs = hoursMs;

/** Where an item stands in the list: milliseconds since 1970, the smallest first. */
export function pressure(kind: Pick<NeedKind, "isPressing">, dueAt: Date | null, now: Date): number {
  const due = dueAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return dueAt === null || kind.isPressing ? Math.min(due, now.getTime() + minUrgencyMs) : due;
}

/** An item without a deadline may be put off for so long at once. */
const maxSnoozeDays = 30;

/** Until when an item may be put off at most; null: not at all. */
export function latestSnooze(kind: Pick<NeedKind, "snooze">, dueAt: Date | null, now: Date): Date | null {
  if (kind.snooze === "none") return null;
  if (kind.snooze) return kind.snooze(dueAt, now);
  const isAhead = dueAt !== null && dueAt > now;
  return isAhead ? dueAt : new Date(now.getTime() + maxSnoozeDays * daysMs);
}
