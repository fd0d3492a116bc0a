/** The calls that the Marketplace refuses with 401 or 403: some of them, or all. */
import type { MarketplaceError } from "./errors.ts";
import { type CountFailure, type Failing, isConfirmed } from "./failing.ts";

/** One subscription can be refused for its own reasons; two cannot. */
const minRefusedSubjects = 2;
/** A call that was not repeated for this long is no longer known to be refused. */
const forgottenAfterMs = 60 * 60_000;

type Refusal = Failing & { error: MarketplaceError };

/** `calls` is null if all calls are refused. */
export type RefusedCalls = Refusal & { calls: string[] | null };

export function createRefusedCalls(countFailure: CountFailure, monotonicMs: () => number) {
  const refused = new Map<string, Refusal & { subjects: Set<string> }>();
  /** All calls since the last accepted one. */
  let refusedAll: Refusal | null = null;

  return {
    /** @param about the subscription, or another subject of the call */
    add(name: string, about: string, error: MarketplaceError): void {
      const previous = refused.get(name);
      const subjects = previous?.subjects ?? new Set();
      if (subjects.size < minRefusedSubjects) subjects.add(about);
      refused.set(name, { ...countFailure(previous), error, subjects });
      refusedAll = { ...countFailure(refusedAll), error };
    },

    /** The call was accepted. */
    remove(name: string): void {
      if (refused.size > 0) refused.delete(name);
      refusedAll = null;
    },

    /** What is confirmed; null if nothing is. */
    find(): RefusedCalls | null {
      const ms = monotonicMs();
      for (const [name, { lastMs }] of refused) if (ms - lastMs > forgottenAfterMs) refused.delete(name);
      if (refusedAll && isConfirmed(refusedAll)) return { ...refusedAll, calls: null };
      const entries = [...refused].toSorted(([, one], [, other]) => one.sinceMs - other.sinceMs);
      // Resolve is refused per purchaser and has its own need.
      const calls = entries.filter(
        ([name, entry]) =>
          name !== "Resolve" &&
          (entry.subjects.size >= minRefusedSubjects || (entry.subjects.has("") && isConfirmed(entry))),
      );
      const [first] = calls;
      return first ? { ...first[1], calls: calls.map(([name]) => name) } : null;
    },

    has: (name: string): boolean => refused.has(name),
    /** Whether a call was refused after this time of the monotonic clock. */
    hasSince: (ms: number): boolean => [...refused.values()].some(({ lastMs }) => lastMs > ms),
  };
}
