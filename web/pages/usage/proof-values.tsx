/** Values of a proof: an instant to the second, and what is shown in place of an absent value. */
import { formatExact, formatMoment } from "../../text/format.ts";

export const absent = <span className="dim">–</span>;

export const momentOf = (instant: string | null) =>
  instant === null ? (
    absent
  ) : (
    <time dateTime={instant} title={formatExact(Date.parse(instant))}>
      {formatMoment(Date.parse(instant))}
    </time>
  );
