/** What follows from an attempt to deliver a message: when it is tried again, and when to stop trying. */
import { maxRetryDays } from "../../shared/outbox.ts";

const maxRetryMs = maxRetryDays * 24 * 3_600_000;

/** The first pause is at most this long, and each further one at most twice the one before. */
const firstPauseMs = 5_000;
const maxPauseMs = 60 * 60_000;
/** Without a minimum, full jitter could repeat a call immediately. */
const minPauseMs = 500;
/** A longer Retry-After is cut to this, so that one odd header does not stop a receiver for days. */
const maxRetryAfterMs = 6 * 3_600_000;

/**
 * A receiver in which this many lanes failed since its last delivery is probed: one message at a time. With fewer,
 * a single subscription may be what fails.
 */
export const lanesBeforeProbing = 5;
/** A probe is sent at least this often, so that a recovered receiver is noticed soon. */
const maxProbePauseMs = 5 * 60_000;

export type FailedAttempt = {
  at: Date;
  /** Attempts of this message, with this one. */
  attempts: number;
  firstAttemptAt: Date;
  /** The receiver's first failure since its last delivery. */
  failingSince: Date;
  failingLanes: number;
  retryAfterMs: number | null;
};

export type AfterFailure =
  | {
      next: "retry";
      inMs: number;
      /** How long nothing else is sent to the receiver. */
      receiverPauseMs: number;
    }
  /** The receiver accepts other messages, so only this one has failed. */
  | { next: "give-up" }
  /** Nothing has been delivered for days: the message keeps waiting. */
  | { next: "pause-receiver" };

/** @param random at least 0, below 1 */
export function afterFailure(failure: FailedAttempt, random: number): AfterFailure {
  const { at, attempts, firstAttemptAt, failingSince, failingLanes, retryAfterMs } = failure;
  const failingMs = at.getTime() - failingSince.getTime();
  // Without this message's own days, a failure after a quiet time would count the days in which nothing was sent.
  const isTriedForDays = at.getTime() - firstAttemptAt.getTime() >= maxRetryMs;
  if (isTriedForDays) return { next: failingMs >= maxRetryMs ? "pause-receiver" : "give-up" };
  const askedMs = Math.min(retryAfterMs ?? 0, maxRetryAfterMs);
  const isProbed = failingLanes >= lanesBeforeProbing;
  const probePauseMs = isProbed ? fullJitter(Math.min(failingMs, maxProbePauseMs), random) : 0;
  return {
    next: "retry",
    inMs: Math.max(askedMs, fullJitter(pauseAfter(attempts), random)),
    receiverPauseMs: Math.max(askedMs, probePauseMs),
  };
}

/** The maximum pause after this number of attempts. */
export function pauseAfter(attempts: number): number {
  return Math.min(maxPauseMs, firstPauseMs * 2 ** Math.max(0, attempts - 1));
}

/** Spreads retries over the whole pause, so that messages that failed together do not return together. */
function fullJitter(pauseMs: number, random: number): number {
  return Math.max(minPauseMs, Math.round(pauseMs * random));
}

/**
 * The pause that a `Retry-After` header asks for, in seconds or until a date (RFC 9110, 10.2.3); null without a
 * readable one.
 */
export function readRetryAfter(header: string | null, now: Date): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // Date.parse also reads forms that no server sends, such as "2".
  if (!/^[A-Z][a-z]{2},? /.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
