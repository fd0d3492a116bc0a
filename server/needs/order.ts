/** How needs are ordered, and how long they can be snoozed. */
import type { NeedKind } from "./need-kind.ts";
import { daysMs, hoursMs } from "./sources.ts";

/** A need without a deadline counts as due in an hour: after what is due in minutes, before what is due in days. */
const minUrgencyMs = hoursMs;

/** Sort key in milliseconds since 1970, the smallest first. */
export function pressure(kind: Pick<NeedKind, "isPressing">, dueAt: Date | null, now: Date): number {
  const due = dueAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return dueAt === null || kind.isPressing ? Math.min(due, now.getTime() + minUrgencyMs) : due;
}

/** The longest snooze of a need without a deadline. */
const maxSnoozeDays = 30;

/** The latest end of a snooze; null if the need cannot be snoozed. */
export function latestSnooze(kind: Pick<NeedKind, "snooze">, dueAt: Date | null, now: Date): Date | null {
  if (kind.snooze === "none") return null;
  if (kind.snooze) return kind.snooze(dueAt, now);
  const isAhead = dueAt !== null && dueAt > now;
  return isAhead ? dueAt : new Date(now.getTime() + maxSnoozeDays * daysMs);
}
