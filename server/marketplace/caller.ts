/** One call to the Marketplace: ids, deadline, and safe retries. */
import { randomUUID } from "node:crypto";
import { type AttemptOptions, createAttempts } from "./attempt.ts";
import { waitFor, addJitter, backoffMs } from "./backoff.ts";
import { createBreaker, type Breaker } from "./breaker.ts";
import type { Answer, Call } from "./call.ts";
import type { MarketplaceError } from "./errors.ts";
import { errorOfId, errorOfOutage, errorOfPause, isHeaderSafe } from "./failures.ts";
import { createPauses } from "./pauses.ts";
import { createTokenRenewal } from "./token-renewal.ts";
import type { CallOptions } from "./types.ts";

const defaultDeadlineMs = 8_000;

const maxAttempts = 4;

export type CallerOptions = Omit<AttemptOptions, "now" | "breaker"> & {
  forgetToken?: () => void;
  now?: () => Date;
  /** Set if others want to know whether Microsoft responds. */
  breaker?: Breaker;
};

/** The returned function throws `MarketplaceError` for anything but a 2xx. */
export function createCaller(options: CallerOptions): (call: Call, options?: CallOptions) => Promise<Answer> {
  const { getToken, forgetToken, now = () => new Date(), breaker = createBreaker(now) } = options;
  const tryOnce = createAttempts({ ...options, now, breaker });
  const hasOtherToken = createTokenRenewal({ getToken, forgetToken });
  const pauses = createPauses();

  async function send(call: Call, o: CallOptions = {}): Promise<Answer> {
    const correlationId = o.correlationId ?? randomUUID();
    const endsAt = performance.now() + (o.deadlineMs ?? defaultDeadlineMs);
    let last: MarketplaceError | null = null;
    let hasNewToken = false;
    let unclearAnswers = 0;
    for (let attempt = 1; ; attempt++) {
      const ids = { requestId: randomUUID(), correlationId };
      const pauseMs = pauses.leftMs({ call, options: o });
      if (pauseMs > 0 && !(await waitFor(addJitter(pauseMs), endsAt, o.signal)))
        throw last ?? errorOfPause(call, ids, pauseMs);
      // An answer cannot wait for a probe: it is one itself.
      const isProbe = o.isInAnswerWindow === true && last === null;
      const outageMs = isProbe ? 0 : breaker.enter();
      if (outageMs > 0) throw last ?? errorOfOutage(call, ids, outageMs);
      const mayHaveHappened: boolean = last?.mayHaveHappened ?? false;
      const { signal } = o;
      const result = await tryOnce(call, { ...ids, attempt, endsAt, signal, mayHaveHappened, unclearAnswers });
      if ("answer" in result) return result.answer;
      unclearAnswers = result.isUnclear ? unclearAnswers + 1 : 0;
      last = result.error;
      const { status, retryAfterMs } = last;
      // A 5xx says nothing about other calls; the breaker detects an outage.
      if (status === 429 && retryAfterMs !== null) pauses.begin({ call, options: o }, retryAfterMs);
      if (result.token !== null && !hasNewToken) {
        hasNewToken = true;
        if (await hasOtherToken(result.token, endsAt)) continue;
        throw last;
      }
      if (attempt >= maxAttempts || !canRepeat(call, last) || o.signal?.aborted) throw last;
      const waitMs = retryAfterMs === null ? backoffMs(attempt) : addJitter(retryAfterMs);
      if (!(await waitFor(waitMs, endsAt, o.signal))) throw last;
      if (last.mayHaveHappened && call.isDone) {
        const isDone = await call
          .isDone({ correlationId, signal: o.signal, deadlineMs: endsAt - performance.now() })
          .catch(() => null);
        if (isDone) return { ...ids, status: 200, headers: {}, text: "" };
        if (isDone === null) throw last;
      }
    }
  }

  return async (call, o) => {
    const ids = { requestId: randomUUID(), correlationId: o?.correlationId ?? randomUUID() };
    // Ids come from webhook bodies: an empty one or `..` would turn this call into another.
    if (call.path.some((segment) => /^\.*$/.test(segment) || !segment.isWellFormed())) throw errorOfId(call, ids);
    if (call.purchaseToken !== undefined && !isHeaderSafe(call.purchaseToken)) throw errorOfId(call, ids);
    return send(call, { ...o, correlationId: ids.correlationId });
  };
}

/** 429 means not carried out. A change that may have arrived is repeated only if sending it twice has one effect. */
function canRepeat(call: Call, error: MarketplaceError): boolean {
  return error.isTransient && (call.effect !== "once" || !error.mayHaveHappened);
}
