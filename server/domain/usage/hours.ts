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

/** Whether Microsoft no longer accepts usage of this instant. */
export function isTooOld(at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() >= usageWindowMs;
}
