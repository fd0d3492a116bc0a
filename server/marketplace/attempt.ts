/** One attempt of a call to the Marketplace: its token, its deadline, who answered, and what that says about Microsoft. */
import type { AccessWatch } from "./access-watch.ts";
import { BodyTooLargeError } from "../bounded-body.ts";
import type { Breaker } from "./breaker.ts";
import type { Answer, Call, CallIds } from "./call.ts";
import { createDeadline, orAborted } from "./deadline.ts";
import type { MarketplaceError } from "./errors.ts";
import { exchange, type Reply } from "./exchange.ts";
import { errorOfAnswer, errorOfCall, errorOfDeadline, errorOfForeign, errorOfToken } from "./failures.ts";
import { isHtml, minUnclearAnswers, responderOf } from "./responder.ts";
import type { CallRecord, MarketplaceLog } from "./types.ts";

const apiVersion = "2018-08-31";
const maxAttemptMs = 8_000;
/** A page of 100 subscriptions has about 200 kB. */
const maxAnswerBytes = 4_000_000;
/** An attempt with less time than this says nothing about Microsoft. */
const minFairAttemptMs = 1_000;

export type AttemptOptions = {
  baseUrl: string;
  getToken: () => Promise<string>;
  log?: MarketplaceLog;
  onCall?: (call: CallRecord) => void;
  now: () => Date;
  /** Receives how far our clock is ahead of Microsoft's, for each response with a date; exact to about a second. */
  onClock?: (aheadMs: number) => void;
  breaker: Breaker;
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

/** `token`: the token that Microsoft refused. `isUnclear`: the answer may not have been Microsoft's. */
type Result = { answer: Answer } | { error: MarketplaceError; token: string | null; isUnclear?: boolean };

/** The returned function tries once. A failure is a result, too. */
export function createAttempts(options: AttemptOptions): (call: Call, attempt: Try) => Promise<Result> {
  const { getToken, log, onCall, onClock, now, breaker, watch } = options;
  const base = options.baseUrl.replace(/(?<!\/)\/+$/, "");

  return async (call, attempt) => {
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
