import { type Day, localDayOf } from "../../shared/day.ts";
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
import * as styles from "./time.module.css";

/** A relative time, with the exact instant in local time and UTC in the tooltip. */
export function Ago({ at }: { at: string }) {
  const now = useNow(15_000);
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)}>
      {formatRelative(instant, now)}
    </time>
  );
}

/** A calendar day: not an instant, so without zone and tooltip. */
export function DayText({ day }: { day: Day }) {
  return <time dateTime={day}>{formatDay(day)}</time>;
}

/** Whether a day is before the reader's today. */
export function useIsOver(day: Day | null): boolean {
  const now = useNow(15_000);
  return day !== null && day < localDayOf(now);
}

/** The number of calendar days from the reader's today. */
export function DaysUntil({ day }: { day: Day }) {
  const now = useNow(15_000);
  return <>{formatDaysUntil(day, now)}</>;
}

/** The day of an instant in local time, with the exact instant in the tooltip. */
export function LocalDate({ at }: { at: string }) {
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)}>
      {formatDate(instant)}
    </time>
  );
}

/** Day and time, with the exact instant in the tooltip. */
export function DateTime({ at }: { at: string }) {
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)}>
      {formatAppointment(instant)}
    </time>
  );
}

/** The time of day, for places where the day is clear, with the exact instant in the tooltip. */
export function TimeOfDay({ at }: { at: string }) {
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)}>
      {formatTime(instant)}
    </time>
  );
}

/** A countdown to a deadline: amber under a quarter of the window, red under a tenth. */
export function TimeLeft({ until, windowMs }: { until: string; windowMs: number }) {
  const instant = Date.parse(until);
  const now = useNow(windowMs <= 3_600_000 ? 1_000 : 15_000);
  const left = instant - now;
  return (
    <time
      className={styles.timeLeft}
      dateTime={until}
      title={formatExact(instant)}
      data-urgency={urgencyOf(left, windowMs)}
    >
      {left > 0 ? `${formatDuration(left)} left` : `${formatDuration(-left)} overdue`}
    </time>
  );
}
