import { useNow } from "../clock.ts";
import { formatExact, formatRelative } from "../text/format.ts";

const minuteMs = 60_000;

/** When a planned thing happens: `in 5 min`. `Ago` would show an instant within the next minute as "just now". */
export function Upcoming({ at }: { at: string }) {
  const now = useNow(15_000);
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)}>
      {instant - now < minuteMs ? "in less than a minute" : formatRelative(instant, now)}
    </time>
  );
}
