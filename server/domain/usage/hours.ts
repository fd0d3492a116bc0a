/** The hours of usage, when an hour is sealed, and until when Microsoft accepts it. */
import { usageWindowMs } from "../../../shared/usage.ts";

const hourMs = 60 * 60_000;
/** Usage of an hour that has ended often comes in several calls. */
const gatherMs = 60_000;
/** So close to the end of Microsoft's window, an hour is sealed without waiting. */
const edgeMs = hourMs;

/** The UTC hour that contains an instant. Microsoft counts hours from hh:00:00 to hh:59:59. */
export function hourOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / hourMs) * hourMs);
}

export function nextHour(hour: Date): Date {
  return new Date(hour.getTime() + hourMs);
}

/** When an hour that got usage now can be sealed. */
export function sealTime(hour: Date, now: Date, graceMs: number): Date {
  if (hour.getTime() + usageWindowMs - now.getTime() <= edgeMs) return now;
  const ended = hour.getTime() + hourMs + graceMs;
  const gathered = now.getTime() + Math.min(gatherMs, graceMs);
  return new Date(ended > now.getTime() ? ended : gathered);
}

/** Microsoft's time is known to about a second. */
const uncertainMs = 2_000;

/**
 * The time of usage as Microsoft gets it. Exact, because the whole second can be before a change of the plan, or older than 24
 * hours; for usage of the last moments the whole second, because Microsoft refuses the future.
 */
export function sentTime(effectiveAt: Date, now: Date): string {
  const isJustNow = now.getTime() - effectiveAt.getTime() < uncertainMs;
  return new Date(isJustNow ? Math.floor(effectiveAt.getTime() / 1_000) * 1_000 : effectiveAt).toISOString();
}

/** Whether Microsoft no longer accepts usage of this instant. */
export function isTooOld(at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() >= usageWindowMs;
}
