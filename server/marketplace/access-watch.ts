/** Watches how Microsoft answers this process, so that staff learn if and why it refuses our calls. */
import type { AppTokenError, MarketplaceError } from "./errors.ts";

/** A single failure says nothing; failures over this time do. */
const confirmedAfterMs = 8_000;
/** One subscription can be refused for its own reasons; two cannot. */
const minRefusedSubjects = 2;
/** A call that was not repeated for this long is no longer known to be refused. */
const forgottenAfterMs = 60 * 60_000;

export type AccessProblem =
  /** Entra responds but issues no token. */
  | { kind: "token"; code: string | null; message: string; since: Date }
  /** Entra cannot be reached, or fails. */
  | { kind: "entra"; reason: string | null; since: Date }
  /** The Marketplace returns 401 or 403; `calls` is null if it refuses all calls. */
  | { kind: "refused"; calls: string[] | null; status: number; code: string | null; since: Date }
  /** The Marketplace cannot be reached, or fails. */
  | { kind: "away"; reason: string | null; status: number | null; since: Date };

type Failing = { since: Date; sinceMs: number; lastMs: number; count: number };
type Refused = Failing & { error: MarketplaceError; subjects: Set<string> };

export type AccessWatch = {
  /** After each token request to Entra; null if it succeeded. */
  token(error: AppTokenError | null): void;
  /**
   * After each attempt of a call.
   * @param about the subscription, or another subject of the call
   */
  call(name: string, about: string, error: MarketplaceError | null): void;
  problems(): AccessProblem[];
  /** A failure that is not confirmed yet, or still lasts. */
  isSuspicious(): boolean;
  /** Milliseconds since Entra and the Marketplace last answered without an error. */
  quietMs(): { token: number; calls: number };
};

export function createAccessWatch(now: () => Date, monotonicMs: () => number = () => performance.now()): AccessWatch {
  let tokenError: (Failing & { error: AppTokenError }) | null = null;
  let unanswered: (Failing & { error: MarketplaceError }) | null = null;
  const refused = new Map<string, Refused>();
  /** All calls since the last accepted one. */
  let refusedAll: (Failing & { error: MarketplaceError }) | null = null;
  let tokenAtMs = monotonicMs();
  let acceptedAtMs = monotonicMs();

  function failing(previous: Failing | null | undefined): Failing {
    const ms = monotonicMs();
    return previous
      ? { ...previous, lastMs: ms, count: previous.count + 1 }
      : { since: now(), sinceMs: ms, lastMs: ms, count: 1 };
  }

  const isConfirmed = ({ count, sinceMs, lastMs }: Failing) => count > 1 && lastMs - sinceMs >= confirmedAfterMs;

  function refusedProblem(): AccessProblem[] {
    const ms = monotonicMs();
    for (const [name, { lastMs }] of refused) if (ms - lastMs > forgottenAfterMs) refused.delete(name);
    if (refusedAll && isConfirmed(refusedAll)) return [problemOf(refusedAll, null)];
    const entries = [...refused].toSorted(([, one], [, other]) => one.sinceMs - other.sinceMs);
    // Resolve is refused per purchaser and has its own need.
    const calls = entries.filter(
      ([name, entry]) =>
        name !== "Resolve" &&
        (entry.subjects.size >= minRefusedSubjects || (entry.subjects.has("") && isConfirmed(entry))),
    );
    const [first] = calls;
    const names = calls.map(([name]) => name);
    return first ? [problemOf(first[1], names)] : [];
  }

  function problemOf({ error, since }: Failing & { error: MarketplaceError }, calls: string[] | null): AccessProblem {
    return { kind: "refused", calls, status: error.status ?? 403, code: error.code, since };
  }

  return {
    token(error) {
      if (error === null) {
        tokenError = null;
        tokenAtMs = monotonicMs();
      } else {
        // A refusal after an outage is a new problem.
        const previous = tokenError?.error.isTransient === error.isTransient ? tokenError : null;
        tokenError = { ...failing(previous), error };
      }
    },

    call(name, about, error) {
      const status = error?.status ?? null;
      if (error && (error.isForeign || status === null || status === 408 || status >= 500)) {
        unanswered = { ...failing(unanswered), error };
        return;
      }
      unanswered = null;
      if (error && (status === 401 || status === 403)) {
        const previous = refused.get(name);
        const subjects = previous?.subjects ?? new Set();
        if (subjects.size < minRefusedSubjects) subjects.add(about);
        refused.set(name, { ...failing(previous), error, subjects });
        refusedAll = { ...failing(refusedAll), error };
        return;
      }
      // 429 is sent before the token is examined.
      if (status === 429) return;
      if (refused.size > 0) refused.delete(name);
      refusedAll = null;
      acceptedAtMs = monotonicMs();
    },

    problems() {
      const problems: AccessProblem[] = [];
      if (tokenError && !tokenError.error.isTransient) {
        const { error, since } = tokenError;
        problems.push({ kind: "token", code: error.code, message: error.message, since });
      } else if (tokenError && isConfirmed(tokenError)) {
        problems.push({ kind: "entra", reason: tokenError.error.reason, since: tokenError.since });
      }
      problems.push(...refusedProblem());
      if (unanswered && isConfirmed(unanswered)) {
        const { error, since } = unanswered;
        problems.push({ kind: "away", reason: error.reason, status: error.status, since });
      }
      return problems;
    },

    isSuspicious: () =>
      tokenError !== null ||
      unanswered !== null ||
      refused.has("List subscriptions") ||
      [...refused.values()].some(({ lastMs }) => lastMs > acceptedAtMs),

    quietMs: () => ({ token: monotonicMs() - tokenAtMs, calls: monotonicMs() - acceptedAtMs }),
  };
}
