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

type Placed = {
  pressure: number;
  /** The monthly amount of its subscription; null if unknown. */
  money: { currency: string; monthly: string } | null;
};

const noMoney = { currency: "\uffff", monthly: "0" };

/**
 * By deadline; of those due on the same day, not before tomorrow, by the monthly amount. Amounts of different currencies
 * are not compared.
 */
export function compareNeeds(one: Placed, other: Placed, now: Date): number {
  const dayOf = ({ pressure: at }: Placed) => Math.floor(at / daysMs) * daysMs;
  const isSoon = Math.min(one.pressure, other.pressure) < now.getTime() + daysMs;
  if (isSoon || dayOf(one) !== dayOf(other)) return one.pressure - other.pressure;
  const [first, second] = [one.money ?? noMoney, other.money ?? noMoney];
  if (first.currency !== second.currency) return first.currency < second.currency ? -1 : 1;
  return Number(second.monthly) - Number(first.monthly) || one.pressure - other.pressure;
}

/** The maximum snooze of a need without a deadline. */
const maxSnoozeDays = 30;

/** The latest end of a snooze; null if the need cannot be snoozed. */
export function latestSnooze(kind: Pick<NeedKind, "snooze">, dueAt: Date | null, now: Date): Date | null {
  if (kind.snooze === "none") return null;
  if (kind.snooze) return kind.snooze(dueAt, now);
  const isAhead = dueAt !== null && dueAt > now;
  return isAhead ? dueAt : new Date(now.getTime() + maxSnoozeDays * daysMs);
}
