/** Figures of the overview that follow from others. Pure. */
import type { Day } from "../../shared/day.ts";
import type { StateOfDay } from "../../shared/views/overview.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The steps of the time from purchase to activation, in ms; a purchase lapses after 30 days. */
export const activationTimes = [minuteMs, 10 * minuteMs, 60 * minuteMs, dayMs, 7 * dayMs, 30 * dayMs] as const;

/**
 * Between them so many stepsPerRange ones, so that what is in the middle can be told from how many fell into each step. Upper ends in
 * ms; what took longer than the last is in a step of its own.
 */
const stepsPerRange = [4, 6, 5, 8, 6, 4] as const;
export const activationSteps: readonly number[] = activationTimes.flatMap((end, index) => {
  const from = activationTimes[index - 1] ?? end / 16;
  const parts = stepsPerRange[index] ?? 1;
  return Array.from({ length: parts }, (_, part) =>
    part + 1 === parts ? end : Math.round(from * (end / from) ** ((part + 1) / parts)),
  );
});

/** So many in a step of `activationSteps`, and how long they took together. */
export type ActivationStep = { step: number; count: number; totalMs: number };

/**
 * What was reached by a share of them, as PostgreSQL's percentile_cont: between two neighbours by their distance. Of those in
 * one step each counts as their mean, so few are told exactly and many within a step.
 *
 * @param share from 0 to 1
 */
export function percentileOfSteps(steps: ActivationStep[], share: number): number | null {
  const inOrder = steps.filter(({ count }) => count > 0).toSorted((one, other) => one.step - other.step);
  const all = inOrder.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return null;
  const valueAt = (place: number) => {
    let passed = 0;
    const bucket = inOrder.find(({ count }) => (passed += count) > place) ?? inOrder.at(-1);
    return bucket ? bucket.totalMs / bucket.count : 0;
  };
  const place = share * (all - 1);
  const below = valueAt(Math.floor(place));
  return below + (valueAt(Math.ceil(place)) - below) * (place - Math.floor(place));
}

type Flows = { day: Day; purchased: number; endedUnseen: number; ended: number };

/**
 * The line of what there was, from a day to today. A day that was written down is as written; one between two of them, when
 * the desk did not run, is as the one before. Days before the first follow from Microsoft's dates: each purchase that is not
 * known to have ended before the desk saw it was there from its day on, and each end was seen.
 */
export function stateLine(given: { from: Day; today: StateOfDay; recorded: StateOfDay[]; flows: Flows[] }): {
  states: StateOfDay[];
  recordedSince: Day | null;
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
      const latest = recorded.findLast((one) => one.day <= day);
      if (latest && day >= from) states.unshift({ ...latest, day });
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
