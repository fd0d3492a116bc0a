/** When a message about needs is due: immediately, hourly or daily, and never in quiet hours. */
import type { Frequency, NotificationSettings } from "../../shared/notifications.ts";

/** Needs that appear together are notified of together. */
export const gatherMs = 60_000;
/** A target gets immediate messages at most this often, so that a storm is one message. */
export const minPauseMs = 5 * 60_000;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const minutesOfDay = 24 * 60;

type Times = Pick<NotificationSettings, "quietHours" | "dailyAt" | "zone">;

/**
 * @param about.oldestAt when the oldest need that has not been notified of was first seen
 * @param about.lastAt when the target got its last immediate message; null: not within a day
 */
export function isNoticeDue(
  frequency: Frequency,
  times: Times,
  about: { oldestAt: Date; lastAt: Date | null },
  now: Date,
): boolean {
  if (isQuiet(times, now)) return false;
  const { oldestAt, lastAt } = about;
  switch (frequency) {
    case "now":
      return (
        now.getTime() - oldestAt.getTime() >= gatherMs &&
        (lastAt === null || now.getTime() - lastAt.getTime() >= minPauseMs)
      );
    case "hourly":
      return oldestAt.getTime() < Math.floor(now.getTime() / hourMs) * hourMs;
    case "daily":
      return oldestAt < lastDailyTime(times, now);
  }
}

export function isQuiet({ quietHours, zone }: Times, now: Date): boolean {
  if (quietHours === null) return false;
  const from = minutesOf(quietHours.from);
  const to = minutesOf(quietHours.to);
  const at = localMinutes(zone, now);
  return from <= to ? at >= from && at < to : at >= from || at < to;
}

/** The last time at which a daily digest was due. */
function lastDailyTime({ dailyAt, zone }: Times, now: Date): Date {
  const ago = (localMinutes(zone, now) - minutesOf(dailyAt) + minutesOfDay) % minutesOfDay;
  return new Date(Math.floor(now.getTime() / minuteMs) * minuteMs - ago * minuteMs);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function localMinutes(zone: string, at: Date): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return minutesOf(format.format(at));
}
