/**
 * Keeps the right time when the host's clock is set wrong while the app runs. Otherwise usage would be given up as too
 * old, data deleted before its retention ends, planned changes carried out early, and genuine webhooks refused.
 */

/** Time servers correct clocks by less, and token checks tolerate clocks that are this far apart. */
const toleranceMs = 60_000;

export type HostClock = {
  /** The host's clock, right or wrong. */
  hostNow: () => Date;
  /** The trusted time. */
  now: () => Date;
  /** Whether the host's clock was set, and the database's clock has not confirmed it. Also after the machine stood still. */
  isDisputed(): boolean;
  /** Takes the database's time, just read, which decides whether the host's clock was set right or wrong. */
  noteDatabaseTime(databaseMs: number): void;
};

/** For an app whose Microsoft has the same clock: the sandbox in this process. */
export function followHostClock(hostNow: () => Date): HostClock {
  return { hostNow, now: hostNow, isDisputed: () => false, noteDatabaseTime: () => {} };
}

/**
 * After the host's clock was set, its time is trusted if it is at least as near to the database's time as the trusted time is.
 *
 * @param hostNow the host's clock, or another that is as far ahead of it as long as the app runs
 * @param options.wallMs the host's clock
 * @param options.steadyMs monotonic time, which no one can set; it stops while a virtual machine is paused
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
