/** The term that an hour belongs to, also before the renewal is known and after the term has ended. */
import { addDays, type Day, daysBetween, startInUtc, utcDayOf } from "../../../shared/day.ts";
import { maxDriftDays, readTerm } from "../../../shared/term.ts";

/** The first and last day. */
export type TermSpan = { startsOn: Day; endsOn: Day };

export type KnownTerm = { unit: string | null; startsOn: Day | null; endsOn: Day | null };

/**
 * @param accounts terms that already have usage: one of these is preferred, so that what a term includes counts once
 * @param current the term that the subscription has now; without dates, terms are calendar months
 */
export function termOf(at: Date, current: KnownTerm, accounts: readonly TermSpan[]): TermSpan {
  const day = utcDayOf(at);
  const span = spanOf(current, day);
  const same = accounts.find((known) => Math.abs(daysBetween(known.startsOn, span.startsOn)) <= maxDriftDays);
  if (same !== undefined) return same;
  if (current.startsOn === span.startsOn) return span;
  return accounts.find((known) => includesDay(known, day)) ?? span;
}

/**
 * When a free trial became paid: with the term that followed it, also if that was noticed later. Otherwise, as with a change
 * of the plan, when it was noticed.
 * @param lastDay of the trial's term, if a renewal ended the trial
 */
export function trialEnd(noticedAt: Date, lastDay: Day | null): Date {
  if (lastDay === null) return noticedAt;
  const endedAt = startInUtc(addDays(lastDay, 1));
  return endedAt < noticedAt ? endedAt : noticedAt;
}

/**
 * Whether the term of a free trial had ended by then. It has become paid or ended since, even if Microsoft reports that later.
 */
export function isAfterTrial(at: Date, lastDay: Day | null): boolean {
  return lastDay !== null && at >= startInUtc(addDays(lastDay, 1));
}

function includesDay({ startsOn, endsOn }: TermSpan, day: Day): boolean {
  return startsOn <= day && day <= endsOn;
}

function spanOf({ unit, startsOn, endsOn }: KnownTerm, day: Day): TermSpan {
  if (startsOn === null || endsOn === null || endsOn < startsOn) return monthOf(day);
  if (startsOn <= day && day <= endsOn) return { startsOn, endsOn };
  const days = daysBetween(startsOn, endsOn) + 1;
  const read = unit === null ? null : readTerm(unit);
  // A renewal follows the last day that Microsoft names.
  const base = day > endsOn ? addDays(endsOn, 1) : startsOn;
  // Counted from one day, so that the 31st is the 31st again after a short month.
  const startOf = (index: number) =>
    read && read.count > 0 ? addTerms(base, index, read) : addDays(base, index * days);
  let index = Math.trunc(daysBetween(base, day) / days);
  while (startOf(index) > day) index -= 1;
  while (startOf(index + 1) <= day) index += 1;
  return { startsOn: startOf(index), endsOn: addDays(startOf(index + 1), -1) };
}

function monthOf(day: Day): TermSpan {
  const start = startInUtc(day);
  start.setUTCDate(1);
  const next = new Date(start);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return { startsOn: utcDayOf(start), endsOn: addDays(utcDayOf(next), -1) };
}

function addTerms(day: Day, times: number, { count, unit }: NonNullable<ReturnType<typeof readTerm>>): Day {
  if (unit === "day") return addDays(day, times * count);
  if (unit === "week") return addDays(day, times * count * 7);
  const date = startInUtc(day);
  const dayOfMonth = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + times * count * (unit === "year" ? 12 : 1));
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(dayOfMonth, lastDay));
  return utcDayOf(date);
}
