/** One call to the Marketplace: token, ids, deadline, and safe retries. */
import { randomUUID } from "node:crypto";
import type { AccessWatch } from "./access-watch.ts";
import { responderOf, isHtml, minUnclearAnswers } from "./responder.ts";
import type { Answer, Call, CallIds } from "./call.ts";
import { BodyTooLargeError } from "../bounded-body.ts";
import { createBreaker, type Breaker } from "./breaker.ts";
import type { MarketplaceError } from "./errors.ts";
import { exchange, type Reply } from "./exchange.ts";
import {
  errorOfAnswer,
  errorOfCall,
  errorOfDeadline,
  errorOfForeign,
  errorOfId,
  errorOfOutage,
  errorOfPause,
  errorOfToken,
  isHeaderSafe,
} from "./failures.ts";
import { createPauses } from "./pauses.ts";
import type { CallOptions, CallRecord, MarketplaceLog } from "./types.ts";
import { waitFor, addJitter, backoffMs } from "./backoff.ts";
import { createDeadline, orAborted } from "./deadline.ts";

const apiVersion = "2018-08-31";

const defaultDeadlineMs = 8_000;

const maxAttemptMs = 8_000;

const maxAttempts = 4;

/** A page of 100 subscriptions has about 200 kB. */
const maxAnswerBytes = 4_000_000;

const forgetTokenEveryMs = 30_000;

/** An attempt with less time than this says nothing about Microsoft. */
const minFairAttemptMs = 1_000;

export type CallerOptions = {
  baseUrl: string;
  getToken: () => Promise<string>;
  forgetToken?: () => void;
  log?: MarketplaceLog;
  onCall?: (call: CallRecord) => void;
  now?: () => Date;
  /** Receives how far our clock is ahead of Microsoft's, for each response with a date; exact to about a second. */
  onClock?: (aheadMs: number) => void;
  /** Set if others want to know whether Microsoft responds. */
  breaker?: Breaker;
  watch?: Pick<AccessWatch, "call">;
};

type Try = CallIds & {
  attempt: number;
  endsAt: number;
  signal: AbortSignal | undefined;
  mayHaveHappened: boolean;
  /** How many attempts before this one got an answer that may not have been Microsoft's. */
  unclearAnswers: number;
};

type Result = { answer: Answer } | { error: MarketplaceError; token: string | null; isUnclear?: boolean };

/** The returned function throws `MarketplaceError` for anything but a 2xx. */
export function createCaller(options: CallerOptions): (call: Call, options?: CallOptions) => Promise<Answer> {
  const { getToken, forgetToken, log, onCall, onClock, now = () => new Date(), breaker = createBreaker(now) } = options;
  const { watch } = options;
  const base = options.baseUrl.replace(/(?<!\/)\/+$/, "");
  const pauses = createPauses();
  let forgotAt = Number.NEGATIVE_INFINITY;

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

  /** `token` in the result: the token that Microsoft refused. */
  async function tryOnce(call: Call, attempt: Try): Promise<Result> {
    const attemptMs = call.maxAttemptMs ?? maxAttemptMs;
    const leftMs = Math.max(1, Math.ceil(Math.min(attemptMs, attempt.endsAt - performance.now())));
    const deadline = createDeadline(leftMs, attempt.signal);
    let token: string;
    try {
      token = await orAborted(getToken(), deadline.signal);
    } catch (error) {
      deadline.clear();
      return { error: errorOfToken(call, attempt, error), token: null };
    }
    // The token may have taken all the time: nothing is sent after the deadline.
    if (attempt.endsAt <= performance.now()) {
      deadline.clear();
      return { error: errorOfDeadline(call, attempt), token: null };
    }
    const at = now();
    const startedAt = performance.now();
    const path = call.path.map(encodeURIComponent).join("/");
    let status: number | null = null;
    let isForeign = false;
    try {
      const reply = await exchange(`${base}/${path}?${call.query ? `${call.query}&` : ""}api-version=${apiVersion}`, {
        method: call.method,
        headers: headersOf(call, attempt, token),
        body: call.body && JSON.stringify(call.body),
        signal: deadline.signal,
      });
      status = reply.status;
      const isOk = status >= 200 && status < 300;
      const serverMs = Date.parse(reply.headers.date ?? "");
      // The header has whole seconds, so on average half a second has passed.
      if (serverMs > 0) onClock?.(Math.round((at.getTime() + now().getTime()) / 2 - (serverMs + 500)));
      const text = await readText(call, reply, isOk);
      const responder = responderOfReply(call, reply, text);
      const isUnclear = responder === "unclear" && attempt.unclearAnswers + 1 < minUnclearAnswers;
      if (responder === "other" || isUnclear) {
        isForeign = true;
        breaker.failed(subjectOf(call));
        const foreign = errorOfForeign(call, attempt, reply, text, [token]);
        watch?.call(call.name, subjectOf(call), foreign);
        return { error: foreign, token: isUnclear && isAboutToken(status) ? token : null, isUnclear };
      }
      if (status >= 500) breaker.failed(subjectOf(call));
      else if (status !== 429) breaker.answered();
      if (isOk) {
        watch?.call(call.name, subjectOf(call), null);
        return { answer: { ...idsOf(attempt), status, headers: reply.headers, text } };
      }
      const error = errorOfAnswer(call, attempt, reply, text, [token], now());
      watch?.call(call.name, subjectOf(call), error);
      return { error, token: isAboutToken(status) ? token : null };
    } catch (error) {
      const failure = errorOfCall(call, attempt, { cause: error, status, leftMs });
      if (error instanceof BodyTooLargeError) breaker.answered();
      else if (!attempt.signal?.aborted && leftMs >= minFairAttemptMs) {
        breaker.failed(subjectOf(call));
        watch?.call(call.name, subjectOf(call), failure);
      }
      return { error: failure, token: null };
    } finally {
      deadline.clear();
      const durationMs = performance.now() - startedAt;
      const record = { method: call.method, path: `/${path}`, status, ...idsOf(attempt) };
      onCall?.({ ...record, attempt: attempt.attempt, at, durationMs });
      const isRefused = isForeign || status === null || status >= 400;
      if (isRefused) log?.warn({ ...record, attempt: attempt.attempt, durationMs }, `Marketplace: ${call.name} failed`);
    }
  }

  /** A bad token fails many calls at the same time: the first one drops it, the others find the new one. */
  async function hasOtherToken(refused: string, endsAt: number): Promise<boolean> {
    const leftMs = Math.max(1, Math.ceil(endsAt - performance.now()));
    const answer = await orAborted(getToken(), AbortSignal.timeout(leftMs)).catch(() => refused);
    if (answer !== refused) return true;
    if (!forgetToken || performance.now() - forgotAt < forgetTokenEveryMs) return false;
    forgotAt = performance.now();
    forgetToken();
    return true;
  }

  return async (call, o) => {
    const ids = { requestId: randomUUID(), correlationId: o?.correlationId ?? randomUUID() };
    // Ids come from webhook bodies: an empty one or `..` would turn this call into another.
    if (call.path.some((segment) => /^\.*$/.test(segment) || !segment.isWellFormed())) throw errorOfId(call, ids);
    if (call.purchaseToken !== undefined && !isHeaderSafe(call.purchaseToken)) throw errorOfId(call, ids);
    return send(call, { ...o, correlationId: ids.correlationId });
  };
}

/** The subscription, or another subject: `resolve`, or the list. */
function subjectOf({ path }: Call): string {
  return path[2] ?? "";
}

function idsOf({ requestId, correlationId }: CallIds): CallIds {
  return { requestId, correlationId };
}

function headersOf(call: Call, ids: CallIds, token: string): Record<string, string> {
  return {
    accept: "application/json",
    ...(call.isLong ? { "accept-encoding": "gzip" } : {}),
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    "user-agent": "Marketdesk",
    "x-ms-requestid": ids.requestId,
    "x-ms-correlationid": ids.correlationId,
    ...(call.purchaseToken === undefined ? {} : { "x-ms-marketplace-token": call.purchaseToken }),
  };
}

const proxyAuthenticationRequired = 407;

/** Of failures that can pass and of redirects it makes no difference. A change's answer is in its status and headers. */
function responderOfReply(call: Call, { status, headers }: Reply, text: string): ReturnType<typeof responderOf> {
  const isOk = status >= 200 && status < 300;
  if (status === proxyAuthenticationRequired) return "other";
  if (isOk && hasNoResult(call)) return isHtml(headers) ? "other" : "microsoft";
  const canPass = status < 400 || status >= 500 || status === 408 || status === 429;
  if (!isOk && canPass) return "microsoft";
  const responder = responderOf(headers, text, isOk);
  // A gateway that does not reach Microsoft must not prove that a subscription or operation does not exist.
  const saysNotFound = status === 404 || (status === 400 && call.isOperationRead === true);
  return responder === "unclear" && saysNotFound ? "other" : responder;
}

function isAboutToken(status: number): boolean {
  return status === 401 || status === 403;
}

function hasNoResult({ effect, hasResult }: Call): boolean {
  return effect !== "none" && hasResult !== true;
}

/** A change is complete with its 2xx or its refusal, even if the connection breaks before the body ends. */
async function readText(call: Call, reply: Reply, isOk: boolean): Promise<string> {
  if (isOk && hasNoResult(call)) {
    reply.pass();
    return "";
  }
  const text = reply.read(call.maxAnswerBytes ?? maxAnswerBytes);
  return isOk ? text : text.catch(() => "");
}

/** 429 means not carried out. A change that may have arrived is repeated only if sending it twice has one effect. */
function canRepeat(call: Call, error: MarketplaceError): boolean {
  return error.isTransient && (call.effect !== "once" || !error.mayHaveHappened);
}
