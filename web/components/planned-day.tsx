import { type Day, localDayOf, startInUtc } from "../../shared/day.ts";
import { formatDay, formatExact } from "../text/format.ts";
import { DaysUntil } from "./time.tsx";

/** A day on which Marketdesk changes something: it begins at 00:00 UTC, which the tooltip gives in the reader's zone. */
export function PlannedDay({ day }: { day: Day }) {
  const start = startInUtc(day);
  return (
    <time dateTime={start.toISOString()} title={formatExact(start.getTime())}>
      {formatDay(day)}
    </time>
  );
}

/** Days until the change by the reader's calendar, which may be on the day before in UTC. */
export function DaysUntilPlanned({ day }: { day: Day }) {
  return <DaysUntil day={localDayOf(startInUtc(day))} />;
}
