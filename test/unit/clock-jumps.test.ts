/** The host's clock can be set forwards or backwards while the app runs. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createHostClock } from "../../server/compose/host-clock.ts";
import { freshMs, isFresh } from "../../server/auth/fresh-sign-in.ts";
import { createLimit } from "../../server/http/limits/rate-limit.ts";

const hourMs = 3_600_000;

describe("when the clock is set back", () => {
  test.each([
    ["now", 0, true],
    ["almost too long ago", freshMs - 1, true],
    ["too long ago", freshMs, false],
    ["some seconds ahead, as clocks are", -5_000, true],
    ["an hour ahead", -hourMs, false],
    ["ten days ahead", -240 * hourMs, false],
  ])("a sign-in from %s is fresh or not", (_, ageMs, fresh) => {
    const now = new Date("2026-11-29T12:00:00Z");
    expect(isFresh(new Date(now.getTime() - ageMs), now)).toBe(fresh);
  });

  test("a limit begins a new window", () => {
    let at = Date.parse("2026-11-29T12:00:00Z");
    const limit = createLimit({ maxPerWindow: 1, windowMs: 60_000, now: () => new Date(at) });
    expect([limit("a"), limit("a")]).toEqual([true, false]);
    at -= hourMs;
    expect([limit("a"), limit("a")]).toEqual([true, false]);
  });
});

describe("the time that the app keeps", () => {
  const begin = Date.parse("2026-11-29T12:00:00Z");

  function start() {
    const host = { aheadMs: 0, steadyMs: 1_000 };
    const database = { aheadMs: 0 };
    const wallMs = () => begin + host.steadyMs + host.aheadMs;
    const clock = createHostClock(() => new Date(wallMs()), { wallMs, steadyMs: () => host.steadyMs });
    const check = () => clock.noteDatabaseTime(begin + host.steadyMs + database.aheadMs);
    const pass = (ms: number) => void (host.steadyMs += ms);
    check();
    return {
      host,
      database,
      check,
      pass,
      isDisputed: clock.isDisputed,
      aheadMs: () => clock.now().getTime() - begin - host.steadyMs,
    };
  }

  test.each([2 * hourMs, -2 * hourMs, 10 * 365 * 24 * hourMs])("continues when the clock is set by %i ms", (ms) => {
    const { host, check, pass, aheadMs } = start();
    host.aheadMs = ms;
    expect(aheadMs()).toBe(0);
    for (let round = 0; round < 3; round += 1) {
      pass(5_000);
      check();
      expect(aheadMs()).toBe(0);
    }
    host.aheadMs = 0;
    check();
    expect(aheadMs()).toBe(0);
  });

  test("follows the corrections of a time server", () => {
    const { host, check, aheadMs } = start();
    for (let step = 1; step <= 10; step += 1) {
      host.aheadMs = step * 20_000;
      check();
      expect(aheadMs()).toBe(step * 20_000);
    }
  });

  test("follows a clock that was wrong and is set right", () => {
    const { host, database, check, aheadMs } = start();
    database.aheadMs = 3 * hourMs;
    check();
    expect(aheadMs()).toBe(0);
    host.aheadMs = 3 * hourMs;
    check();
    expect(aheadMs()).toBe(3 * hourMs);
  });

  test.each([2 * 60_000, -2 * 60_000])("follows a clock that is set right if the database is wrong by %i ms", (ms) => {
    const { host, database, check, aheadMs } = start();
    database.aheadMs = hourMs + ms;
    check();
    host.aheadMs = hourMs;
    check();
    expect(aheadMs()).toBe(hourMs);
  });

  test("is in dispute from when the machine stood still until the database is asked", () => {
    const { host, database, check, isDisputed, aheadMs } = start();
    expect(isDisputed()).toBe(false);
    host.aheadMs = database.aheadMs = 8 * hourMs;
    expect(isDisputed()).toBe(true);
    check();
    expect(isDisputed()).toBe(false);
    expect(aheadMs()).toBe(8 * hourMs);
  });

  test("stays in dispute while the clock is wrong", () => {
    const { host, check, isDisputed } = start();
    host.aheadMs = -2 * hourMs;
    check();
    expect(isDisputed()).toBe(true);
    host.aheadMs = 0;
    expect(isDisputed()).toBe(false);
  });

  test("follows the clock after the machine stood still, with a database whose clock is wrong too", () => {
    const { host, database, check, aheadMs } = start();
    database.aheadMs = 10 * 60_000;
    check();
    host.aheadMs = 8 * hourMs;
    database.aheadMs += 8 * hourMs;
    check();
    expect(aheadMs()).toBe(8 * hourMs);
  });

  test("is the host's as long as no one sets it, also if the database differs", () => {
    const { database, check, aheadMs } = start();
    for (const ms of [hourMs, -hourMs, 0]) {
      database.aheadMs = ms;
      check();
      expect(aheadMs()).toBe(0);
    }
  });
});

/** Instants that others state or read, and not durations. */
const readsTheClock = ["server/compose/host-clock.ts", "server/marketplace/app-token.ts"];

test("durations are measured by performance.now, which no one sets: only instants are read from the clock", () => {
  const files = globSync("server/**/*.ts", { cwd: process.cwd() }).map((file) => file.split(path.sep).join("/"));
  const reading = files.filter((file) => readFileSync(file, "utf8").includes("Date.now()"));
  expect(reading.toSorted()).toEqual(readsTheClock);
});
