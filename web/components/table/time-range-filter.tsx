import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { formatMoment } from "../../text/format.ts";
import { Dropdown } from "../dropdown.tsx";
import { Button } from "../button.tsx";
import * as buttonStyles from "../button.module.css";
import * as filtersStyles from "./filters.module.css";
import { exactRanges, type TimeRange, timeRangePresets, toIso, toLocalInput } from "./time-ranges.ts";

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
            {timeRangePresets.map(({ label, range }) => (
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
        {exactRanges.map(({ label, end }) => (
          <button
            key={label}
            type="button"
            className={buttonStyles.compact}
            disabled={!from}
            onClick={() => choose({ from: toIso(start), to: toIso(end(start)) })}
          >
            {label}
          </button>
        ))}
      </div>
      <div className={filtersStyles.spanPresets}>
        <Button type="submit" size="compact-sm">
          Show
        </Button>
        <Button variant="default" size="compact-sm" onClick={() => choose({})}>
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
