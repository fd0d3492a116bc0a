/** Figures of the overview that follow from others. Pure. */
import type { StateOfDay } from "../../shared/views/overview.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The steps of the time from purchase to activation, in ms; a purchase lapses after 30 days. */
export const activationTimes = [minuteMs, 10 * minuteMs, 60 * minuteMs, dayMs, 7 * dayMs, 30 * dayMs] as const;

type Flows = { day: string; purchased: number; endedUnseen: number; ended: number };

/**
 * The line of what there was, from a day to today. A day that was written down is as written; one between two of them, when
 * the desk did not run, is as the one before. Days before the first follow from Microsoft's dates: each purchase that is not
 * known to have ended before the desk saw it was there from its day on, and each end was seen.
 */
export function stateLine(given: { from: string; today: StateOfDay; recorded: StateOfDay[]; flows: Flows[] }): {
  states: StateOfDay[];
  recordedSince: string | null;
} {
  const { from, today, flows } = given;
  const recorded = [...given.recorded.filter(({ day }) => day < today.day), today];
  const first = recorded[0] ?? today;
  const states: StateOfDay[] = [];
  let following = first;
  for (const { day, purchased, endedUnseen, ended } of flows.toReversed()) {
    if (day < first.day) {
      states.unshift({ day, subscriptions: following.subscriptions, suspended: 0, seats: null });
    } else {
      const held = recorded.findLast((one) => one.day <= day);
      if (held && day >= from) states.unshift({ ...held, day });
    }
    if (day > first.day) continue;
    // What the day before ended with: without what came on this day, and with what went on it.
    following = {
      ...following,
      subscriptions: Math.max(0, following.subscriptions - (purchased - endedUnseen) + ended),
    };
  }
  return { states, recordedSince: given.recorded.length > 0 ? first.day : null };
}
