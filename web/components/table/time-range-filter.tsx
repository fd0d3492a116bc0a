import { Button, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { dayMs, formatMoment } from "../../text/format.ts";
import { Dropdown } from "../dropdown.tsx";
import * as buttonStyles from "../button.module.css";
import * as filtersStyles from "./filters.module.css";

type TimeRange = { from?: string | undefined; to?: string | undefined };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const presets: { label: string; range(now: number): TimeRange }[] = [
  { label: "Last hour", range: (now) => ({ from: toIso(now - hourMs), to: undefined }) },
  { label: "Today", range: (now) => ({ from: toIso(startOfDay(now)), to: undefined }) },
  { label: "Yesterday", range: (now) => ({ from: toIso(startOfDay(now - dayMs)), to: toIso(startOfDay(now)) }) },
  { label: "Since yesterday", range: (now) => ({ from: toIso(startOfDay(now - dayMs)), to: undefined }) },
  {
    label: "Last week",
    range: (now) => ({ from: toIso(startOfWeek(now, 1)), to: toIso(startOfWeek(now, 0)) }),
  },
  { label: "Last 7 days", range: (now) => ({ from: toIso(now - 7 * dayMs), to: undefined }) },
  { label: "Last 30 days", range: (now) => ({ from: toIso(now - 30 * dayMs), to: undefined }) },
];

/** A filter by time span, to the second, in the reader's time zone. The URL holds instants. */
export function TimeRangeFilter({ from, to }: TimeRange) {
  const navigate = useNavigate();
  function choose(range: TimeRange) {
    void navigate({
      to: ".",
      search: (before) => ({ ...before, from: undefined, to: undefined, ...range, cursor: undefined }),
      replace: true,
    });
  }
  return (
    <Dropdown
      label={rangeLabel({ from, to })}
      title="Time range"
      className={from || to ? `${buttonStyles.compact} ${buttonStyles.compactOn}` : buttonStyles.compact}
    >
      {(close) => (
        <div className={filtersStyles.spanFilter}>
          <div className={filtersStyles.spanPresets} role="group" aria-label="Presets">
            {presets.map(({ label, range }) => (
              <button
                key={label}
                type="button"
                className={buttonStyles.compact}
                onClick={() => {
                  choose(range(Date.now()));
                  close();
                }}
              >
                {label}
              </button>
            ))}
          </div>
          <ExactRange
            key={`${from} ${to}`}
            range={{ from, to }}
            choose={(range) => {
              choose(range);
              close();
            }}
          />
        </div>
      )}
    </Dropdown>
  );
}

function ExactRange({ range, choose }: { range: TimeRange; choose(range: TimeRange): void }) {
  const [from, setFrom] = useState(range.from ? toLocalInput(Date.parse(range.from)) : "");
  const [to, setTo] = useState(range.to ? toLocalInput(Date.parse(range.to)) : "");
  const start = Date.parse(from);
  const problem = from && to && Date.parse(to) <= start ? "Choose a time after the start." : null;
  const instant = (text: string) => (text ? toIso(Date.parse(text)) : undefined);
  return (
    <form
      className={filtersStyles.spanExact}
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === null) choose({ from: instant(from), to: instant(to) });
      }}
    >
      <TextInput
        size="xs"
        type="datetime-local"
        step={1}
        label="From"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        type="datetime-local"
        step={1}
        label="Until"
        value={to}
        error={problem}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <div className={filtersStyles.spanPresets}>
        {[
          { label: "Exactly this minute", ms: minuteMs },
          { label: "Exactly this hour", ms: hourMs },
          { label: "Exactly this day", ms: dayMs },
        ].map(({ label, ms }) => (
          <button
            key={label}
            type="button"
            className={buttonStyles.compact}
            disabled={!from}
            onClick={() => choose({ from: toIso(start), to: toIso(start + ms) })}
          >
            {label}
          </button>
        ))}
      </div>
      <div className={filtersStyles.spanPresets}>
        <Button type="submit" size="xs">
          Show
        </Button>
        <Button variant="default" size="xs" onClick={() => choose({})}>
          Any time
        </Button>
      </div>
    </form>
  );
}

function rangeLabel({ from, to }: TimeRange): string {
  if (from && to) return `${formatMoment(Date.parse(from))} – ${formatMoment(Date.parse(to))}`;
  if (from) return `Since ${formatMoment(Date.parse(from))}`;
  if (to) return `Until ${formatMoment(Date.parse(to))}`;
  return "Any time";
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** Midnight of Monday, the given number of weeks ago. Weeks start on Monday as in ISO 8601. */
function startOfWeek(ms: number, weeksBefore: number): number {
  const day = new Date(ms);
  return new Date(
    day.getFullYear(),
    day.getMonth(),
    day.getDate() - ((day.getDay() + 6) % 7) - 7 * weeksBefore,
  ).getTime();
}

/** An instant as the value of a `datetime-local` input: in the reader's time zone. */
function toLocalInput(ms: number): string {
  return toIso(ms - new Date(ms).getTimezoneOffset() * minuteMs).slice(0, 19);
}
