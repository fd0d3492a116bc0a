/** Creates the `MarketplaceError` for each way in which a call can fail. */

import type { IncomingHttpHeaders } from "node:http";
import { readErrorBody } from "./parse-response.ts";
import { BodyTooLargeError } from "../bounded-body.ts";
import type { Answer, Call, CallIds } from "./call.ts";
import { AppTokenError, foreignAnswer, MarketplaceError, type MarketplaceErrorFacts, noFacts } from "./errors.ts";
import type { Reply } from "./exchange.ts";

const maxKeptBodyLength = 4_000;
const maxPurchaseTokenLength = 8_000;
const maxRetryAfterMs = 5 * 60_000;

/** With these codes the request was never sent, so nothing can have happened. */
const neverSentCodes = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
];

/** `mayHaveHappened`: in earlier attempts. */
type Attempt = CallIds & { mayHaveHappened: boolean; signal: AbortSignal | undefined };

function failure(ids: CallIds, message: string, facts: Partial<MarketplaceErrorFacts>, cause?: unknown) {
  return new MarketplaceError(
    message,
    { ...noFacts, requestId: ids.requestId, correlationId: ids.correlationId, ...facts },
    { cause },
  );
}

/** Microsoft responded, but not with 2xx. `secrets` and the purchase token are removed from the stored text. */
export function errorOfAnswer(
  call: Call,
  attempt: Attempt,
  answer: Pick<Reply, "status" | "headers">,
  text: string,
  secrets: string[],
  now: Date,
): MarketplaceError {
  const { status } = answer;
  const body = withoutTokens(text, [...secrets, call.purchaseToken]);
  const { code, message } = readErrorBody(body);
  const retryAfterMs = readRetryAfter(answer.headers, now);
  return failure(attempt, sentenceOf(call, status, code, message, retryAfterMs), {
    status,
    code,
    isNotFound: status === 404 || (status === 400 && call.isOperationRead === true && !isAboutApiVersion(code)),
    isLocked: status === 409 || (status === 400 && /\block|pending operation|another operation/i.test(message ?? "")),
    isTransient: status === 429 || status === 408 || status >= 500,
    mayHaveHappened: attempt.mayHaveHappened || (call.effect !== "none" && (status >= 500 || status === 408)),
    retryAfterMs: status === 429 || status >= 500 ? retryAfterMs : null,
    body: body.slice(0, maxKeptBodyLength),
  });
}

/** Something in between answered. It says nothing about what the call asks for, also with a 2xx. */
export function errorOfForeign(
  call: Call,
  attempt: Attempt,
  { status }: Pick<Reply, "status">,
  text: string,
  secrets: string[],
): MarketplaceError {
  const body = withoutTokens(text, [...secrets, call.purchaseToken]);
  const words = readErrorBody(body).message;
  const said = [String(status), words && `“${words}”`].filter(Boolean).join(", ");
  return failure(
    attempt,
    `A proxy or gateway answered "${call.name}" instead of Microsoft (${said}). Check the proxies and gateways between Marketdesk and the Marketplace.`,
    {
      status,
      code: foreignAnswer,
      isTransient: true,
      mayHaveHappened: attempt.mayHaveHappened || (call.effect !== "none" && status < 300),
      body: body.slice(0, maxKeptBodyLength),
      reason: foreignAnswer,
    },
  );
}

function sentenceOf(
  call: Call,
  status: number,
  code: string | null,
  words: string | null,
  retryAfterMs: number | null,
): string {
  const label = code === null ? String(status) : `${status} ${code}`;
  const said = words === null ? "" : ` ${/[.!?]$/.test(words) ? words : `${words}.`}`;
  if (status === 429) {
    const wait = retryAfterMs === null ? "later" : `in ${Math.ceil(retryAfterMs / 1_000)} s`;
    return `Microsoft limits the rate of calls; "${call.name}" can be tried again ${wait} (${label}).${said}`;
  }
  if (status >= 500) return `Microsoft failed to carry out "${call.name}" (${label}).${said}`;
  if (status >= 300 && status < 400) {
    return `Microsoft answered "${call.name}" with a redirect (${label}), which is not followed. Check MARKETPLACE_API_URL.`;
  }
  const hint =
    words === null && (status === 401 || status === 403)
      ? " Check that the offer names this app and tenant in Partner Center, and that the app has a service principal."
      : "";
  return `Microsoft refused "${call.name}" (${label}).${said}${hint}`;
}

function isAboutApiVersion(code: string | null): boolean {
  return code !== null && /apiversion/i.test(code);
}

/** No response, or an interrupted one; `status` if its head had arrived. */
export function errorOfCall(
  call: Call,
  attempt: Attempt,
  { cause, status, leftMs }: { cause: unknown; status: number | null; leftMs: number },
): MarketplaceError {
  const reason = codeOf(cause);
  const isNeverSent = neverSentCodes.includes(reason);
  const hasStopped = attempt.signal?.aborted === true;
  const isTooLarge = cause instanceof BodyTooLargeError;
  const what = hasStopped
    ? `"${call.name}" was stopped before Microsoft responded.`
    : isTooLarge
      ? `Microsoft's response to "${call.name}" is too long.`
      : reason === "TimeoutError"
        ? `Microsoft did not respond to "${call.name}" within ${leftMs >= 1_000 ? `${Math.round(leftMs / 1_000)} s` : `${leftMs} ms`}.`
        : `Microsoft could not be reached for "${call.name}" (${reason}).`;
  return failure(
    attempt,
    what,
    {
      status,
      code: hasStopped ? "Stopped" : isTooLarge ? "TooLarge" : "NoAnswer",
      isTransient: !hasStopped && !isTooLarge,
      mayHaveHappened: attempt.mayHaveHappened || (call.effect !== "none" && !isNeverSent),
      reason,
    },
    cause,
  );
}

/** Why a connection failed, as a Node error code. */
export function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at.name === "TimeoutError") return "TimeoutError";
    if ("code" in at && typeof at.code === "string") return at.code;
    // Both addresses of `localhost` refused.
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return "no connection";
}

/** Nothing was sent: there is no token. */
export function errorOfToken(call: Call, attempt: Attempt, cause: unknown): MarketplaceError {
  const { mayHaveHappened } = attempt;
  if (cause instanceof AppTokenError) {
    const { code, isTransient, retryAfterMs } = cause;
    const facts = { code: code ?? "NoToken", isTransient, mayHaveHappened, retryAfterMs };
    return failure(attempt, cause.message, facts, cause);
  }
  const hasStopped = attempt.signal?.aborted === true;
  const message = hasStopped
    ? `"${call.name}" was stopped before it was sent.`
    : `"${call.name}" was not sent: Microsoft Entra issued no token in time.`;
  const code = hasStopped ? "Stopped" : "NoToken";
  return failure(attempt, message, { code, isTransient: !hasStopped, mayHaveHappened }, cause);
}

/** Nothing was sent: the deadline had passed. */
export function errorOfDeadline(call: Call, attempt: Attempt): MarketplaceError {
  const { mayHaveHappened } = attempt;
  const message = `"${call.name}" was not sent: its deadline had passed.`;
  return failure(attempt, message, { code: "NoTime", isTransient: true, mayHaveHappened });
}

/** Nothing was sent: Microsoft's Retry-After is still running. */
export function errorOfPause(call: Call, ids: CallIds, pauseMs: number): MarketplaceError {
  const message = `Microsoft limits the rate of calls; "${call.name}" can be tried again in ${Math.ceil(pauseMs / 1_000)} s.`;
  return failure(ids, message, { status: 429, code: "Throttled", isTransient: true, retryAfterMs: Math.ceil(pauseMs) });
}

/** Nothing was sent: Microsoft has not responded for a while, and only single calls probe it. */
export function errorOfOutage(call: Call, ids: CallIds, pauseMs: number): MarketplaceError {
  const message = `Microsoft does not respond at the moment; "${call.name}" is retried automatically.`;
  return failure(ids, message, { code: "Away", isTransient: true, retryAfterMs: pauseMs });
}

/** Nothing was sent: an id or purchase token that fits no address or header is unknown to Microsoft. */
export function errorOfId(call: Call, ids: CallIds): MarketplaceError {
  return call.purchaseToken === undefined
    ? failure(ids, `"${call.name}" was not sent: its ID cannot be one of Microsoft's.`, {
        status: 404,
        code: "InvalidId",
        isNotFound: true,
      })
    : failure(ids, "The purchase token cannot be one of Microsoft's.", { status: 400, code: "InvalidPurchaseToken" });
}

/** A 2xx without a usable body. */
export function errorOfUnreadable(call: Call, answer: Answer, why: string): MarketplaceError {
  return failure(answer, `Microsoft's response to "${call.name}" cannot be used. ${why}`, {
    status: answer.status,
    code: "UnreadableAnswer",
    isTransient: true,
    body: withoutTokens(answer.text, [call.purchaseToken]).slice(0, maxKeptBodyLength),
  });
}

export function isHeaderSafe(purchaseToken: string): boolean {
  return purchaseToken.length <= maxPurchaseTokenLength && /^[\x21-\x7e]+$/.test(purchaseToken);
}

/** Microsoft's messages sometimes repeat what was sent. */
function withoutTokens(text: string, secrets: (string | undefined)[]): string {
  let clean = text.replaceAll(/eyJ[\w-]{8,}\.[\w-]+\.?[\w-]*/g, "…");
  for (const secret of secrets) {
    if (secret) clean = clean.replaceAll(secret, "…").replaceAll(encodeURIComponent(secret), "…");
  }
  return clean;
}

/**
 * Seconds, or a date relative to the response's own clock, as milliseconds; null if absent or past. At most five
 * minutes, so that one odd header does not stop everything for hours.
 */
export function readRetryAfter(headers: IncomingHttpHeaders, now: Date): number | null {
  const text = headers["retry-after"]?.trim();
  if (!text) return null;
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1_000), maxRetryAfterMs) || null;
  const at = Date.parse(text);
  const from = Date.parse(headers.date ?? "") || now.getTime();
  return at > from ? Math.min(at - from, maxRetryAfterMs) : null;
}
