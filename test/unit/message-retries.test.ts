import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterFailure,
  type FailedAttempt,
  lanesBeforeProbing,
  pauseAfter,
  readRetryAfter,
} from "../../server/domain/message-retries.ts";

const at = new Date("2026-11-28T12:00:00Z");
const before = (ms: number) => new Date(at.getTime() - ms);
const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;

const failure = (others: Partial<FailedAttempt> = {}): FailedAttempt => ({
  at,
  attempts: 1,
  firstAttemptAt: at,
  failingSince: at,
  failingLanes: 1,
  retryAfterMs: null,
  ...others,
});

describe("after a failed attempt", () => {
  test("pauses double up to an hour", () => {
    expect([1, 2, 3, 4, 10, 11, 500].map(pauseAfter)).toEqual(
      [5, 10, 20, 40, 2_560, 3_600, 3_600].map((s) => s * second),
    );
  });

  test("any pause up to the longest is possible, and each is at least half a second", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, random) => {
          const after = afterFailure(failure({ attempts }), random);
          if (after.next !== "retry") throw new Error(after.next);
          expect(after.inMs).toBeGreaterThanOrEqual(500);
          expect(after.inMs).toBeLessThanOrEqual(pauseAfter(attempts));
        },
      ),
    );
  });

  test("Retry-After makes the pause longer, for the whole receiver, and six hours at most", () => {
    expect(afterFailure(failure({ retryAfterMs: 90 * second }), 0)).toEqual({
      next: "retry",
      inMs: 90 * second,
      receiverPauseMs: 90 * second,
    });
    expect(afterFailure(failure({ retryAfterMs: 30 * day }), 0)).toMatchObject({
      inMs: 6 * hour,
      receiverPauseMs: 6 * hour,
    });
  });

  test("a receiver in which several lanes fail is probed, at least every five minutes", () => {
    const many = { failingLanes: lanesBeforeProbing, failingSince: before(10 * hour) };
    expect(afterFailure(failure(many), 0.999)).toMatchObject({ next: "retry", receiverPauseMs: 299_700 });
    expect(afterFailure(failure({ ...many, failingLanes: lanesBeforeProbing - 1 }), 0.999)).toMatchObject({
      receiverPauseMs: 0,
    });
  });

  test("a failure after a quiet time starts the message's own three days", () => {
    expect(afterFailure(failure({ failingSince: before(4 * day) }), 0)).toMatchObject({ next: "retry" });
  });

  test("after three days without any delivery the receiver is paused; a message alone is given up", () => {
    const long = { firstAttemptAt: before(3 * day), failingSince: before(3 * day) };
    expect(afterFailure(failure(long), 0)).toEqual({ next: "pause-receiver" });
    expect(afterFailure(failure({ ...long, failingSince: before(hour) }), 0)).toEqual({ next: "give-up" });
    expect(
      afterFailure(failure({ ...long, firstAttemptAt: before(3 * day - 1), failingSince: before(3 * day - 1) }), 0),
    ).toMatchObject({ next: "retry" });
  });
});

describe("Retry-After", () => {
  test.each([
    ["120", 120_000],
    [" 0 ", 0],
    ["Sat, 28 Nov 2026 12:01:00 GMT", 60_000],
    ["Sat, 28 Nov 2026 11:00:00 GMT", 0],
    ["Saturday", null],
    ["-5", null],
    ["1.5", null],
    ["1e9", null],
    ["99999999999999999999", null],
    ["2", 2_000],
    ["", null],
    ["2026-11-28T13:00:00Z", null],
    [null, null],
  ])("%s is read as %s ms", (header, expected) => {
    expect(readRetryAfter(header, at)).toBe(expected);
  });
});
