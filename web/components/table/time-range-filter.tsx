import { Button, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { dayMs, formatMoment } from "../../text/format.ts";
import { Dropdown } from "../dropdown.tsx";

type Span = { from?: string | undefined; to?: string | undefined };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const presets: { label: string; span(now: number): Span }[] = [
  { label: "Last hour", span: (now) => ({ from: iso(now - hourMs), to: undefined }) },
  { label: "Today", span: (now) => ({ from: iso(startOfDay(now)), to: undefined }) },
  { label: "Yesterday", span: (now) => ({ from: iso(startOfDay(now - dayMs)), to: iso(startOfDay(now)) }) },
  {
    label: "Last week",
    span: (now) => ({ from: iso(startOfWeek(now, 1)), to: iso(startOfWeek(now, 0)) }),
  },
  { label: "Last 7 days", span: (now) => ({ from: iso(now - 7 * dayMs), to: undefined }) },
  { label: "Last 30 days", span: (now) => ({ from: iso(now - 30 * dayMs), to: undefined }) },
];

/** Which time the list is about, to the second, in the person's zone; the address carries it as instants. */
export function SpanFilter({ from, to }: Span) {
  const navigate = useNavigate();
  function choose(span: Span) {
    void navigate({
      to: ".",
      search: (before) => ({ ...before, from: undefined, to: undefined, ...span, cursor: undefined }),
      replace: true,
    });
  }
  return (
    <Dropdown label={inWords({ from, to })} title="From when until when" className={from || to ? "way way-on" : "way"}>
      {(close) => (
        <div className="span-filter">
          <div className="span-presets" role="group" aria-label="Common times">
            {presets.map(({ label, span }) => (
              <button
                key={label}
                type="button"
                className="way"
                onClick={() => {
                  choose(span(Date.now()));
                  close();
                }}
              >
                {label}
              </button>
            ))}
          </div>
          <Exact
            key={`${from} ${to}`}
            span={{ from, to }}
            choose={(span) => {
              choose(span);
              close();
            }}
          />
        </div>
      )}
    </Dropdown>
  );
}

function Exact({ span, choose }: { span: Span; choose(span: Span): void }) {
  const [from, setFrom] = useState(span.from ? localOf(Date.parse(span.from)) : "");
  const [to, setTo] = useState(span.to ? localOf(Date.parse(span.to)) : "");
  const start = Date.parse(from);
  const problem = from && to && Date.parse(to) <= start ? "Choose a time after the first one." : null;
  const instant = (text: string) => (text ? iso(Date.parse(text)) : undefined);
  return (
    <form
      className="span-exact"
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
      <div className="span-presets">
        {[
          { label: "That minute", ms: minuteMs },
          { label: "That hour", ms: hourMs },
          { label: "That day", ms: dayMs },
        ].map(({ label, ms }) => (
          <button
            key={label}
            type="button"
            className="way"
            disabled={!from}
            onClick={() => choose({ from: iso(start), to: iso(start + ms) })}
          >
            {label}
          </button>
        ))}
      </div>
      <div className="span-presets">
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

function inWords({ from, to }: Span): string {
  if (from && to) return `${formatMoment(Date.parse(from))} – ${formatMoment(Date.parse(to))}`;
  if (from) return `Since ${formatMoment(Date.parse(from))}`;
  if (to) return `Until ${formatMoment(Date.parse(to))}`;
  return "Any time";
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** Monday's midnight, so many weeks before this one: ISO 8601 begins weeks so, and so do most of those who say "last week" at work. */
function startOfWeek(ms: number, weeksBefore: number): number {
  const day = new Date(ms);
  return new Date(
    day.getFullYear(),
    day.getMonth(),
    day.getDate() - ((day.getDay() + 6) % 7) - 7 * weeksBefore,
  ).getTime();
}

/** An instant as such a field has it: in the person's zone, without naming it. */
function localOf(ms: number): string {
  return iso(ms - new Date(ms).getTimezoneOffset() * minuteMs).slice(0, 19);
}
