/** Metrics of the overview that are derived from others. */
import type { Day } from "../../shared/day.ts";
import type { ActivationTimes, StateOfDay } from "../../shared/views/overview.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The histogram of the time from purchase to activation, in ms; Microsoft cancels a purchase after 30 days. */
export const activationTimes = [minuteMs, 10 * minuteMs, 60 * minuteMs, dayMs, 7 * dayMs, 30 * dayMs] as const;

/**
 * Each range has `stepsPerRange` steps, fine enough for a median. Values are upper ends in ms; what is above the
 * last step has its own step.
 */
const stepsPerRange = [4, 6, 5, 8, 6, 4] as const;
export const activationSteps: readonly number[] = activationTimes.flatMap((end, index) => {
  const from = activationTimes[index - 1] ?? end / 16;
  const parts = stepsPerRange[index] ?? 1;
  return Array.from({ length: parts }, (_, part) =>
    part + 1 === parts ? end : Math.round(from * (end / from) ** ((part + 1) / parts)),
  );
});

/** The count in a step of `activationSteps`, and the sum of their durations. */
export type ActivationStep = { step: number; count: number; totalMs: number };

/**
 * A percentile as PostgreSQL's percentile_cont computes it, by linear interpolation. Values in a step count as
 * their mean.
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

/** The histogram of `activationTimes`, with what took longer as its last part; median and 90th percentile. */
export function activationTimesOf(steps: ActivationStep[]): ActivationTimes {
  const bucketEnds = [0, ...activationTimes.map((ms) => activationSteps.indexOf(ms) + 1), Number.POSITIVE_INFINITY];
  const countBetween = (first: number, end: number) =>
    steps.filter(({ step }) => step >= first && step < end).reduce((sum, { count }) => sum + count, 0);
  return {
    within: [...activationTimes, null].map((upToMs, index) => ({
      upToMs,
      count: countBetween(bucketEnds[index] ?? 0, bucketEnds[index + 1] ?? Number.POSITIVE_INFINITY),
    })),
    medianMs: percentileOfSteps(steps, 0.5),
    p90Ms: percentileOfSteps(steps, 0.9),
  };
}

type Flows = { day: Day; purchased: number; endedUnseen: number; ended: number };

/**
 * Daily counts from a day until today. A day without a stored count repeats the day before. Days before the first
 * stored count are derived from purchase dates, for purchases not known to have ended before.
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
    // The count at the end of the previous day: less what came on this day, plus what ended on it.
    following = {
      ...following,
      subscriptions: Math.max(0, following.subscriptions - (purchased - endedUnseen) + ended),
    };
  }
  return { states, recordedSince: given.recorded.length > 0 ? first.day : null };
}
