/**
 * The host's clock, and the time that the app keeps when someone sets it wrong while the app runs: usage would be given up as too
 * old, data deleted before its retention ends, planned changes carried out early, and genuine webhooks refused.
 */

/** Time servers correct clocks by less; Microsoft's tokens are accepted with clocks this far apart. */
const toleranceMs = 60_000;

export type HostClock = {
  /** The host's clock, right or wrong. */
  hostNow: () => Date;
  /** The time that the app keeps. */
  now: () => Date;
  /** The database's time, just read. It decides whether the host's clock was set right or wrong. */
  noteDatabaseTime(databaseMs: number): void;
};

/** For an app whose Microsoft has the same clock: the sandbox in this process. */
export function followHostClock(hostNow: () => Date): HostClock {
  return { hostNow, now: hostNow, noteDatabaseTime: () => {} };
}

/**
 * A clock that was set is not followed until the database's clock agrees with it, or was set by as much: both stand still
 * while a virtual machine does.
 *
 * @param hostNow the host's clock, or another that is as far ahead of it as long as the app runs
 * @param options.wallMs the host's clock
 * @param options.steadyMs time since any moment, which no one sets
 */
export function createHostClock(
  hostNow: () => Date,
  { wallMs = () => Date.now(), steadyMs = () => performance.now() } = {},
): HostClock {
  const offset = () => wallMs() - steadyMs();
  let trusted = offset();
  let database: number | null = null;

  const isNear = (one: number, other: number) => Math.abs(one - other) <= toleranceMs;

  return {
    hostNow,
    now() {
      const at = hostNow();
      const aheadMs = offset() - trusted;
      return Math.abs(aheadMs) <= toleranceMs ? at : new Date(at.getTime() - aheadMs);
    },
    noteDatabaseTime(databaseMs) {
      const current = offset();
      const previous = database;
      database = databaseMs - steadyMs();
      const isSetLikeDatabase = previous !== null && isNear(database - previous, current - trusted);
      if (isNear(current, trusted) || isNear(current, database) || isSetLikeDatabase) trusted = current;
      else database = previous ?? database;
    },
  };
}
