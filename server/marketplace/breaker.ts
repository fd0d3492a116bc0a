/** Whether Microsoft answers at all; while it does not, calls are held back and one at a time asks whether it is back. */

/** So many subscriptions must have failed, and nothing been answered since, before all calls are held back. */
const failingBeforeOpen = 5;
const firstPauseMs = 1_000;
const maxPauseMs = 10_000;
/** What was held back comes back over as long as it was away, and this at most. */
const maxSpreadMs = 15_000;

/** `null`: Microsoft answers. */
export type Outage = { since: Date; nextTryInMs: number } | null;

/** Which of a caller's calls may go out. Of this process: another instance may reach Microsoft when this one does not. */
export type Breaker = {
  /** 0: send it. Else it is held back; its caller comes back after so many milliseconds, not all in one moment. */
  enter(): number;
  /** Microsoft answered, with whatever words. */
  answered(): void;
  /** A 5xx or no answer in time. @param about the subscription, or another name for what was asked */
  failed(about: string): void;
  outage(): Outage;
};

/**
 * Counts subscriptions and not calls: one that is slow or broken, however often it is asked, holds up nobody else. Any
 * answer ends the outage. While it lasts one call goes out each pause, which doubles from 1 s to 10 s.
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
        // The next one does not wait for this one's answer: it may be about a subscription that is slow by itself.
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
