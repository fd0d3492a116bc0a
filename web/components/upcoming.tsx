import { useNow } from "../clock.ts";
import { formatExact, formatRelative } from "../text/format.ts";

const minuteMs = 60_000;

/** When something planned happens: `in 5 min`. `Ago` would say of the next minute that it was just now. */
export function Upcoming({ at }: { at: string }) {
  const now = useNow(15_000);
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)}>
      {instant - now < minuteMs ? "in less than a minute" : formatRelative(instant, now)}
    </time>
  );
}
