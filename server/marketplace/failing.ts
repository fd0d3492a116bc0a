/** For how long something has failed, without a success in between. */

/** A single failure says nothing; failures over this time do. */
const confirmedAfterMs = 8_000;

/** `sinceMs` and `lastMs` are the first and the last failure by a clock that nothing sets. */
export type Failing = { since: Date; sinceMs: number; lastMs: number; count: number };

export function isConfirmed({ count, sinceMs, lastMs }: Failing): boolean {
  return count > 1 && lastMs - sinceMs >= confirmedAfterMs;
}

export type CountFailure = (previous: Failing | null | undefined) => Failing;

/** Returns a function that adds a failure to the previous ones, if there are any. */
export function failureCounter(now: () => Date, monotonicMs: () => number): CountFailure {
  return (previous) => {
    const ms = monotonicMs();
    return previous
      ? { ...previous, lastMs: ms, count: previous.count + 1 }
      : { since: now(), sinceMs: ms, lastMs: ms, count: 1 };
  };
}
