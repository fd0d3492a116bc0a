/** Watches what an instance depends on, and raises alarms that staff see. */
import { sql } from "drizzle-orm";
import type { Logger } from "pino";
import type { Alarm, AlarmKind } from "../database/queries/alarms.ts";
import { setAlarm } from "../database/writes/alarms.ts";
import type { Database } from "../database/connection/database.ts";
import { accessAlarm, awayAlarm, clockAlarm, type ClockReadings } from "../domain/alarm.ts";
import type { AccessWatch } from "../marketplace/access-watch.ts";
import type { Outage } from "../marketplace/breaker.ts";

const everyMs = 5_000;
const repeatEveryMs = 30_000;
/** Older readings of Microsoft's clock are ignored. */
const readingKeptMs = 30 * 60_000;

export type AlarmOptions = {
  db: Database;
  instance: string;
  outage: () => Outage;
  access: AccessWatch;
  /** Calls Microsoft if nothing else has recently, to see whether it still accepts our calls. */
  probe: (signal: AbortSignal) => Promise<void>;
  /** The host's clock, which can be wrong. */
  now: () => Date;
  /** Receives the database's time at each check. */
  noteDatabaseTime?: (databaseMs: number) => void;
  log: Logger;
};

export function startAlarms(options: AlarmOptions) {
  const { db, instance, outage, access, probe, now, noteDatabaseTime, log } = options;
  let microsoft: { aheadMs: number; at: number } | null = null;
  let database: number | null = null;
  const raised = new Map<AlarmKind, { what: string; since: Date; raisedAt: number }>();

  const clock = (): ClockReadings => ({
    database,
    microsoft: microsoft && performance.now() - microsoft.at < readingKeptMs ? microsoft.aheadMs : null,
  });

  async function report(kind: AlarmKind, words: Omit<Alarm, "since"> | null, since: Date): Promise<void> {
    const previous = raised.get(kind);
    if (words === null) {
      if (!previous) return;
      await setAlarm(db, kind, instance, null);
      raised.delete(kind);
      log.info({ alarm: kind }, `resolved: ${previous.what}`);
      return;
    }
    if (previous?.what === words.what && performance.now() - previous.raisedAt < repeatEveryMs) return;
    if (previous?.what !== words.what) log.warn({ alarm: kind }, words.what);
    const startedAt = previous?.since ?? since;
    await setAlarm(db, kind, instance, { ...words, since: startedAt });
    raised.set(kind, { what: words.what, since: startedAt, raisedAt: performance.now() });
  }

  async function raiseAccessAlarms(): Promise<void> {
    const problems = access.problems();
    const away = outage();
    for (const kind of ["token", "entra", "refused", "away"] as const) {
      const problem = problems.find((one) => one.kind === kind);
      // A refused token explains why calls are refused.
      const isExplained = kind === "refused" && problems.some((one) => one.kind === "token");
      if (problem && !isExplained) await report(kind, accessAlarm(problem), problem.since);
      else if (kind === "away" && away) await report("away", awayAlarm, away.since);
      else await report(kind, null, now());
    }
  }

  async function check(): Promise<void> {
    const askedAt = now().getTime();
    const { rows } = await db.execute<{ ms: number }>(
      sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
    );
    const [read] = rows;
    if (read) noteDatabaseTime?.(read.ms);
    database = Math.round((askedAt + now().getTime()) / 2 - (read?.ms ?? askedAt));
    await raiseAccessAlarms();
    await report("clock", clockAlarm(clock(), instance), now());
  }

  const stopping = new AbortController();
  let probing: Promise<void> | null = null;
  let current: Promise<void> | null = null;
  const timer = setInterval(() => {
    // Separate from the checks, because a call that hangs must not delay an alarm.
    probing ??= probe(stopping.signal)
      .catch(() => {})
      .finally(() => (probing = null));
    // An unavailable database is reported elsewhere, so a failed check is not.
    current ??= check()
      .catch(() => {})
      .finally(() => (current = null));
  }, everyMs);

  return {
    clock,
    /** @param aheadMs how far our clock is ahead of Microsoft's, from a response that has just arrived */
    recordMicrosoftClock(aheadMs: number): void {
      microsoft = { aheadMs, at: performance.now() };
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      stopping.abort();
      await Promise.all([current, probing]);
      for (const kind of raised.keys()) await setAlarm(db, kind, instance, null).catch(() => {});
    },
  };
}
