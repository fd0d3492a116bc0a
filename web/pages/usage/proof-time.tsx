/** An instant of a proof, to the second. */
import { formatExact, formatMoment } from "../../text/format.ts";

export const none = <span className="dim">–</span>;

export const at = (instant: string | null) =>
  instant === null ? (
    none
  ) : (
    <time dateTime={instant} title={formatExact(Date.parse(instant))}>
      {formatMoment(Date.parse(instant))}
    </time>
  );
