/** How needs are ordered, and how long they can be snoozed. */
import type { NeedKind } from "./need-kind.ts";
import { daysMs, hoursMs } from "./sources.ts";

/** A need that is urgent counts as due in an hour: after needs that are due in minutes, before those that are due in days. */
const minUrgencyMs = hoursMs;

/** After all deadlines. */
const never = Number.MAX_SAFE_INTEGER;

/** When something is lost, in milliseconds since 1970: at the deadline, within an hour if the need is urgent, or never. */
export function lossAt(kind: Pick<NeedKind, "isUrgent" | "isListedLast">, dueAt: Date | null, now: Date): number {
  if (dueAt === null && kind.isListedLast) return never;
  const due = dueAt?.getTime() ?? never;
  return dueAt === null || kind.isUrgent ? Math.min(due, now.getTime() + minUrgencyMs) : due;
}

type Placed = {
  lossAt: number;
  /** The monthly amount of its subscription; null if unknown. */
  money: { currency: string; monthly: string } | null;
};

const noMoney = { currency: "\uffff", monthly: "0" };

/**
 * Orders needs by when something is lost. Needs of the same day, if it is not within 24 hours, and needs without a loss are ordered
 * by monthly amount, the largest first; amounts of different currencies are not compared.
 */
export function compareNeeds(one: Placed, other: Placed, now: Date): number {
  const dayOf = ({ lossAt: at }: Placed) => Math.floor(at / daysMs) * daysMs;
  const isSoon = Math.min(one.lossAt, other.lossAt) < now.getTime() + daysMs;
  if (isSoon || dayOf(one) !== dayOf(other)) return one.lossAt - other.lossAt;
  const [first, second] = [one.money ?? noMoney, other.money ?? noMoney];
  if (first.currency !== second.currency) return first.currency < second.currency ? -1 : 1;
  return Number(second.monthly) - Number(first.monthly) || one.lossAt - other.lossAt;
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
