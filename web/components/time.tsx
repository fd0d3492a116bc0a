import type { Day } from "../../shared/day.ts";
import { useNow } from "../clock.ts";
import {
  formatAppointment,
  formatDate,
  formatDay,
  formatDaysUntil,
  formatDuration,
  formatExact,
  formatRelative,
  formatTime,
} from "../text/format.ts";
import { urgencyOf } from "../text/urgency.ts";

/** How long ago or how soon; the exact instant with zone and UTC in the tooltip. */
export function Ago({ at }: { at: string }) {
  const now = useNow(15_000);
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)}>
      {formatRelative(instant, now)}
    </time>
  );
}

/** A day of the calendar: no instant, so no zone and no tooltip. */
export function DayText({ day }: { day: Day }) {
  return <time dateTime={day}>{formatDay(day)}</time>;
}

/** How many calendar days ago or ahead, from the reader's own today. */
export function DaysUntil({ day }: { day: Day }) {
  const now = useNow(15_000);
  return <>{formatDaysUntil(day, now)}</>;
}

/** The day of an instant; the exact instant in the tooltip. */
export function DateOf({ at }: { at: string }) {
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)}>
      {formatDate(instant)}
    </time>
  );
}

/** A day and the time of day; the exact instant in the tooltip. */
export function Exactly({ at }: { at: string }) {
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)}>
      {formatAppointment(instant)}
    </time>
  );
}

/** The time of day, where the day goes without saying; the exact instant in the tooltip. */
export function Clock({ at }: { at: string }) {
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)}>
      {formatTime(instant)}
    </time>
  );
}

/** Time left until a deadline: ticks, amber under a quarter of the window, red under a tenth. */
export function TimeLeft({ until, windowMs }: { until: string; windowMs: number }) {
  const instant = Date.parse(until);
  const now = useNow(windowMs <= 3_600_000 ? 1_000 : 15_000);
  const left = instant - now;
  return (
    <time className="time-left" dateTime={until} title={formatExact(instant)} data-urgency={urgencyOf(left, windowMs)}>
      {left > 0 ? `${formatDuration(left)} left` : `${formatDuration(-left)} over`}
    </time>
  );
}
