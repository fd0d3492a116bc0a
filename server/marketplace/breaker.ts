/** Detects whether Microsoft responds at all; while it does not, calls are held back and single ones probe. */

/** How many subscriptions must have failed, without any response since, before all calls are held back. */
const failingBeforeOpen = 5;
const firstPauseMs = 1_000;
const maxPauseMs = 10_000;
/** Calls that were held back are spread over the length of the outage, and at most this. */
const maxSpreadMs = 15_000;

/** `null`: Microsoft responds. */
export type Outage = { since: Date; nextTryInMs: number } | null;

/** Which calls may be sent. Per process: another instance may reach Microsoft if this one does not. */
export type Breaker = {
  /** 0: send the call. Otherwise the caller retries after this many milliseconds, spread over time. */
  enter(): number;
  /** Microsoft responded, even if with an error. */
  answered(): void;
  /**
   * A 5xx, or no response in time.
   * @param about the subscription, or another subject of the call
   */
  failed(about: string): void;
  outage(): Outage;
};

/**
 * Counts subscriptions, not calls, so that a single slow or broken one does not stop others. Any response ends the
 * outage. During it one call is sent per pause, which doubles from 1 s to 10 s.
 */
export function createBreaker(now: () => Date): Breaker {
  const failing = new Set<string>();
  let since: Date | null = null;
  let openedAt: number | null = null;
  let pauseMs = firstPauseMs;
  let nextTryAt = 0;

  return {
    enter() {
      if (openedAt === null) return 0;
      const time = performance.now();
      const waitMs = nextTryAt - time;
      if (waitMs <= 0) {
        // The next probe does not wait for this one's response, because its subscription may be slow.
        pauseMs = Math.min(maxPauseMs, pauseMs * 2);
        nextTryAt = time + pauseMs * (1 + Math.random() / 10);
        return 0;
      }
      return Math.ceil(waitMs + Math.random() * Math.min(maxSpreadMs, time - openedAt + firstPauseMs));
    },
    answered() {
      failing.clear();
      since = null;
      openedAt = null;
    },
    failed(about) {
      since ??= now();
      if (openedAt !== null) return;
      failing.add(about);
      if (failing.size < failingBeforeOpen) return;
      openedAt = performance.now();
      pauseMs = firstPauseMs;
      nextTryAt = openedAt + firstPauseMs * (1 + Math.random() / 10);
    },
    outage() {
      if (openedAt === null || since === null) return null;
      return { since, nextTryInMs: Math.max(0, nextTryAt - performance.now()) };
    },
  };
}
