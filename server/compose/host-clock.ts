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
  /** Whether the host's clock was set, and the database's clock has not confirmed it. Also after the machine stood still. */
  isDisputed(): boolean;
  /** The database's time, just read. It decides whether the host's clock was set right or wrong. */
  noteDatabaseTime(databaseMs: number): void;
};

/** For an app whose Microsoft has the same clock: the sandbox in this process. */
export function followHostClock(hostNow: () => Date): HostClock {
  return { hostNow, now: hostNow, isDisputed: () => false, noteDatabaseTime: () => {} };
}

/**
 * A clock that was set is followed when it is at least as near to the database's clock as the time that the app keeps.
 *
 * @param hostNow the host's clock, or another that is as far ahead of it as long as the app runs
 * @param options.wallMs the host's clock
 * @param options.steadyMs time since any moment, which no one sets; it stands still while a virtual machine does
 */
export function createHostClock(
  hostNow: () => Date,
  { wallMs = () => Date.now(), steadyMs = () => performance.now() } = {},
): HostClock {
  const offset = () => wallMs() - steadyMs();
  let trusted = offset();
  const isDisputed = () => Math.abs(offset() - trusted) > toleranceMs;

  return {
    hostNow,
    isDisputed,
    now() {
      const at = hostNow();
      return isDisputed() ? new Date(at.getTime() - (offset() - trusted)) : at;
    },
    noteDatabaseTime(databaseMs) {
      const current = offset();
      const database = databaseMs - steadyMs();
      if (Math.abs(current - database) <= Math.abs(trusted - database) || !isDisputed()) trusted = current;
    },
  };
}
