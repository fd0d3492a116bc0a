import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createBreaker, type Breaker } from "../../server/marketplace/breaker.ts";

describe("the circuit breaker", () => {
  let breaker: Breaker;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance", "Date"], now: new Date("2026-03-01T14:03:00Z") });
    breaker = createBreaker(() => new Date());
  });
  afterEach(() => vi.useRealTimers());

  const failed = (count: number) => {
    for (let index = 0; index < count; index += 1) breaker.failed(`subscription ${index}`);
  };

  test("stays closed if one subscription fails repeatedly", () => {
    for (let time = 0; time < 1_000; time += 1) breaker.failed("slow");
    expect(breaker.enter()).toBe(0);
    expect(breaker.outage()).toBeNull();
  });

  test("closes after any answer between failures", () => {
    for (let round = 0; round < 20; round += 1) {
      failed(4);
      breaker.answered();
    }
    expect(breaker.outage()).toBeNull();
  });

  test("opens when nothing is answered, and says since when", () => {
    failed(1);
    vi.advanceTimersByTime(2_000);
    failed(5);
    expect(breaker.enter()).toBeGreaterThan(0);
    expect(breaker.outage()).toEqual({ since: new Date("2026-03-01T14:03:00Z"), nextTryInMs: expect.any(Number) });
  });

  test("lets one call through per pause for ten minutes, with pauses of at most 10 s", () => {
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

  test("does not wait for a hanging call before the next one", () => {
    failed(5);
    vi.advanceTimersByTime(1_200);
    expect(breaker.enter()).toBe(0);
    expect(breaker.enter()).toBeGreaterThan(0);
    vi.advanceTimersByTime(2_300);
    expect(breaker.enter()).toBe(0);
  });

  test("closes with the first answer", () => {
    failed(5);
    vi.advanceTimersByTime(1_200);
    expect(breaker.enter()).toBe(0);
    breaker.answered();
    expect([breaker.enter(), breaker.enter(), breaker.outage()]).toEqual([0, 0, null]);
    failed(4);
    expect(breaker.outage()).toBeNull();
  });

  test("spreads held-back calls over at most 26 s", () => {
    failed(5);
    vi.advanceTimersByTime(60_000);
    breaker.enter();
    const waits = Array.from({ length: 1_000 }, () => breaker.enter());
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(10_000);
    expect(Math.max(...waits)).toBeLessThan(26_000);
  });
});
