import { describe, expect, test } from "vitest";
import { dayFrom } from "../../shared/day.ts";
import { activationSteps, activationTimes, percentileOfSteps, stateLine } from "../../server/domain/figures.ts";
import { imageTypeOf } from "../../server/domain/image-type.ts";
import { webhookHealth } from "../../server/domain/webhook-health.ts";

describe("percentileOfSteps", () => {
  const stepOf = (ms: number) => {
    const step = activationSteps.findIndex((end) => ms <= end);
    return { step: step < 0 ? activationSteps.length : step, count: 1, totalMs: ms };
  };

  test("has a step that ends at each time that the page shows", () => {
    expect(activationSteps).toEqual(activationSteps.toSorted((one, other) => one - other));
    for (const time of activationTimes) expect(activationSteps).toContain(time);
  });

  test("is exact for few values, like PostgreSQL's percentile_cont", () => {
    const steps = [400_000, 5_000, 90_000_000].map(stepOf);
    expect(percentileOfSteps(steps, 0.5)).toBe(400_000);
    expect(percentileOfSteps(steps.slice(0, 2), 0.5)).toBe(202_500);
    expect(percentileOfSteps(steps, 0.9)).toBeCloseTo(400_000 + 0.8 * 89_600_000, 3);
    expect(percentileOfSteps([], 0.5)).toBeNull();
  });

  test("is accurate to a step for many values", () => {
    const all = Array.from({ length: 10_000 }, (_, index) => 1_000 * (index + 1));
    const median = percentileOfSteps(
      all.map(stepOf).reduce<ReturnType<typeof stepOf>[]>((sums, one) => {
        const sum = sums.find(({ step }) => step === one.step);
        if (sum) {
          sum.count += 1;
          sum.totalMs += one.totalMs;
        } else sums.push({ ...one });
        return sums;
      }, []),
      0.5,
    );
    expect(Math.abs((median ?? 0) / 5_000_500 - 1)).toBeLessThan(0.2);
  });
});

describe("stateLine", () => {
  const flow = (day: string, purchased: number, ended = 0, endedUnseen = 0) => ({
    day: dayFrom(day),
    purchased,
    ended,
    endedUnseen,
  });
  const state = (day: string, subscriptions: number, seats = 0) => ({
    day: dayFrom(day),
    subscriptions,
    suspended: 0,
    seats,
  });

  test("follows Microsoft's dates before the first stored day", () => {
    const { states, recordedSince } = stateLine({
      from: dayFrom("2026-11-21"),
      today: state("2026-11-25", 12, 60),
      recorded: [state("2026-11-24", 10, 50)],
      flows: [
        flow("2026-11-21", 9),
        flow("2026-11-22", 2, 1),
        flow("2026-11-23", 3, 0, 1),
        flow("2026-11-24", 1, 4),
        flow("2026-11-25", 2),
      ],
    });
    expect(recordedSince).toBe("2026-11-24");
    expect(states.map(({ subscriptions, seats }) => [subscriptions, seats])).toEqual([
      [10, null],
      [11, null],
      [13, null],
      [10, 50],
      [12, 60],
    ]);
  });
});

describe("webhookHealth", () => {
  const now = new Date("2026-11-25T12:00:00Z");
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const well = { lastDeliveryAt: ago(5), overdue: 0, late: 0, refused: [], access: null, problem: null };

  test.each([
    ["well", well, "good"],
    ["not called yet", { ...well, lastDeliveryAt: null }, "unused"],
    ["a stranger knocks", { ...well, refused: [{ reason: "no-header", at: ago(1) }] }, "good"],
    ["the last call was refused", { ...well, refused: [{ reason: "aud", at: ago(1) }] }, "bad"],
    ["a call was refused, a later one taken", { ...well, refused: [{ reason: "aud", at: ago(30) }] }, "warning"],
    ["long ago", { ...well, refused: [{ reason: "aud", at: ago(3_000) }] }, "good"],
    ["late answers", { ...well, late: 2 }, "warning"],
    ["A10: Microsoft refuses us", { ...well, access: { kind: "refused", what: "The secret has expired" } }, "refused"],
    ["A10: Microsoft cannot be reached", { ...well, access: { kind: "away", what: "No DNS" } }, "away"],
    ["A10: webhooks cannot be stored", { ...well, problem: "the database is read-only" }, "bad"],
    ["no answer", { ...well, overdue: 1, late: 2 }, "bad"],
  ] as const)("%s", (_what, facts, state) => {
    expect(webhookHealth({ ...facts, refused: [...facts.refused] }, now).state).toBe(state);
  });
});

const ascii = (text: string) => [...new TextEncoder().encode(text)];

test.each([
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]],
  ["image/jpeg", [0xff, 0xd8, 0xff, 0xe0]],
  ["image/webp", ascii("RIFF0000WEBP")],
  [null, ascii("<svg xmlns=")],
  [null, ascii("GIF89a")],
  [null, []],
])("an image is recognized by its bytes: %s", (type, bytes) => {
  expect(imageTypeOf(Uint8Array.from(bytes))).toBe(type);
});
