/** Watches how Microsoft answers this process, so that staff learn if and why it refuses our calls. */
import type { AppTokenError, MarketplaceError } from "./errors.ts";
import { type Failing, failureCounter, isConfirmed } from "./failing.ts";
import { createRefusedCalls, type RefusedCalls } from "./refused-calls.ts";

export type AccessProblem =
  /** Entra responds but issues no token. */
  | { kind: "token"; code: string | null; message: string; since: Date }
  /** Entra cannot be reached, or fails. */
  | { kind: "entra"; reason: string | null; since: Date }
  /** The Marketplace returns 401 or 403; `calls` is null if it refuses all calls. */
  | { kind: "refused"; calls: string[] | null; status: number; code: string | null; since: Date }
  /** The Marketplace cannot be reached, or fails. */
  | { kind: "away"; reason: string | null; status: number | null; since: Date };

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
  let tokenAtMs = monotonicMs();
  let acceptedAtMs = monotonicMs();
  const countFailure = failureCounter(now, monotonicMs);
  const refused = createRefusedCalls(countFailure, monotonicMs);

  return {
    token(error) {
      if (error === null) {
        tokenError = null;
        tokenAtMs = monotonicMs();
      } else {
        // A refusal after an outage is a new problem.
        const previous = tokenError?.error.isTransient === error.isTransient ? tokenError : null;
        tokenError = { ...countFailure(previous), error };
      }
    },

    call(name, about, error) {
      const status = error?.status ?? null;
      if (error && (error.isForeign || status === null || status === 408 || status >= 500)) {
        unanswered = { ...countFailure(unanswered), error };
        return;
      }
      unanswered = null;
      if (error && (status === 401 || status === 403)) {
        refused.add(name, about, error);
        return;
      }
      // 429 is sent before the token is examined.
      if (status === 429) return;
      refused.remove(name);
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
      const found = refused.find();
      if (found) problems.push(problemOf(found));
      if (unanswered && isConfirmed(unanswered)) {
        const { error, since } = unanswered;
        problems.push({ kind: "away", reason: error.reason, status: error.status, since });
      }
      return problems;
    },

    isSuspicious: () =>
      tokenError !== null || unanswered !== null || refused.has("List subscriptions") || refused.hasSince(acceptedAtMs),

    quietMs: () => ({ token: monotonicMs() - tokenAtMs, calls: monotonicMs() - acceptedAtMs }),
  };
}

function problemOf({ calls, error, since }: RefusedCalls): AccessProblem {
  return { kind: "refused", calls, status: error.status ?? 403, code: error.code, since };
}
