/** When a message to staff is due: immediately, hourly, daily or weekly, and never in quiet hours. */
import { addDays, type Day, dayFrom, startInUtc } from "../../shared/day.ts";
import { frequencies, type Frequency, type NotificationSettings } from "../../shared/notifications.ts";

/** Needs that appear within this time are in one message. */
export const gatherMs = 60_000;
/** A target gets immediate messages at most this often, so that a storm is one message. */
export const minPauseMs = 5 * 60_000;

const hourMs = 60 * 60_000;

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
      return isBefore(localTime(times.zone, oldestAt), lastTime(times.zone, times.dailyAt, now));
  }
}

export function byFrequency<Part extends { frequency: Frequency }>(parts: Part[]): Part[] {
  return parts.toSorted((one, other) => frequencies.indexOf(one.frequency) - frequencies.indexOf(other.frequency));
}

export function isQuiet({ quietHours, zone }: Pick<Times, "quietHours" | "zone">, now: Date): boolean {
  if (quietHours === null) return false;
  const from = minutesOf(quietHours.from);
  const to = minutesOf(quietHours.to);
  const at = localMinutes(zone, now);
  return from <= to ? at >= from && at < to : at >= from || at < to;
}

/**
 * The local day whose weekly digest is due; null otherwise. It is due for a day after its time, so that one that was
 * missed arrives soon or not at all.
 * @param since when the settings were chosen: a time before that has no digest
 */
export function dueDigestDay(
  times: Pick<NotificationSettings, "quietHours" | "weekly" | "zone">,
  since: Date,
  now: Date,
): Day | null {
  const { weekly, zone } = times;
  if (weekly === undefined || isQuiet(times, now)) return null;
  const due = lastTime(zone, weekly.at, now);
  if ((startInUtc(due.day).getUTCDay() || 7) !== weekly.weekday) return null;
  return isBefore(localTime(zone, since), due) ? due.day : null;
}

/**
 * A day and a time of a zone. They are compared, not instants: a change of the clock must not move what is due to another
 * hour or a second day.
 */
type LocalTime = { day: Day; minutes: number };

/** The last instant at which it was this time of day. */
function lastTime(zone: string, timeOfDay: string, now: Date): LocalTime {
  const minutes = minutesOf(timeOfDay);
  const current = localTime(zone, now);
  return { day: current.minutes >= minutes ? current.day : addDays(current.day, -1), minutes };
}

function isBefore(one: LocalTime, other: LocalTime): boolean {
  return one.day < other.day || (one.day === other.day && one.minutes < other.minutes);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function localMinutes(zone: string, at: Date): number {
  return localTime(zone, at).minutes;
}

/** A format is made once for each zone, because that costs far more than to use it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(zone, format);
  return format;
}

function localTime(zone: string, at: Date): LocalTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: dayFrom(`${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`),
    minutes: minutesOf(`${parts.get("hour")}:${parts.get("minute")}`),
  };
}

/** The person's day. */
export function localDay(zone: string, at: Date): Day {
  return localTime(zone, at).day;
}
