import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createBreaker, type Breaker } from "../../server/marketplace/breaker.ts";

describe("whether Microsoft is asked while it does not answer", () => {
  let breaker: Breaker;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance", "Date"], now: new Date("2026-03-01T14:03:00Z") });
    breaker = createBreaker(() => new Date());
  });
  afterEach(() => vi.useRealTimers());

  const failed = (count: number) => {
    for (let index = 0; index < count; index += 1) breaker.failed(`subscription ${index}`);
  };

  test("one subscription that fails, however often, holds up no call", () => {
    for (let time = 0; time < 1_000; time += 1) breaker.failed("slow");
    expect(breaker.enter()).toBe(0);
    expect(breaker.outage()).toBeNull();
  });

  test("an answer between failures says that Microsoft is there", () => {
    for (let round = 0; round < 20; round += 1) {
      failed(4);
      breaker.answered();
    }
    expect(breaker.outage()).toBeNull();
  });

  test("when nothing is answered calls are held back, with the time since when", () => {
    failed(1);
    vi.advanceTimersByTime(2_000);
    failed(5);
    expect(breaker.enter()).toBeGreaterThan(0);
    expect(breaker.outage()).toEqual({ since: new Date("2026-03-01T14:03:00Z"), nextTryInMs: expect.any(Number) });
  });

  test("in ten minutes without an answer one call goes out each pause, and the pause is 10 s at last", () => {
    failed(5);
    let sent = 0;
    for (let time = 0; time < 600_000; time += 100) {
      vi.advanceTimersByTime(100);
      if (breaker.enter() === 0) {
        sent += 1;
        breaker.failed(`subscription ${time}`);
      }
    }
    expect(sent).toBeGreaterThan(50);
    expect(sent).toBeLessThanOrEqual(64);
  });

  test("a try that hangs does not keep the next one from going out", () => {
    failed(5);
    vi.advanceTimersByTime(1_200);
    expect(breaker.enter()).toBe(0);
    expect(breaker.enter()).toBeGreaterThan(0);
    vi.advanceTimersByTime(2_300);
    expect(breaker.enter()).toBe(0);
  });

  test("the first answer lets everything out again", () => {
    failed(5);
    vi.advanceTimersByTime(1_200);
    expect(breaker.enter()).toBe(0);
    breaker.answered();
    expect([breaker.enter(), breaker.enter(), breaker.outage()]).toEqual([0, 0, null]);
    failed(4);
    expect(breaker.outage()).toBeNull();
  });

  test("what was held back does not come back in one moment, and none later than 26 s", () => {
    failed(5);
    vi.advanceTimersByTime(60_000);
    breaker.enter();
    const waits = Array.from({ length: 1_000 }, () => breaker.enter());
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(10_000);
    expect(Math.max(...waits)).toBeLessThan(26_000);
  });
});
