import { formatNumber } from "../../text/format.ts";
import * as styles from "./table.module.css";

type Props = {
  /** New rows that belong before the first shown row. */
  newRows: { count: number; isMore: boolean } | null;
  noun: [one: string, many: string];
  show(): void;
};

/** How many rows are new, as a button that shows them and for screen readers. */
export function NewRows({ newRows, noun, show }: Props) {
  return (
    <>
      {newRows && (
        <button type="button" className={styles.news} onClick={show}>
          {formatNumber(newRows.count)}
          {newRows.isMore ? "+" : ""} new
          <span className="dim"> · show</span>
        </button>
      )}
      <span className="sr-only" role="status">
        {newRows
          ? `${formatNumber(newRows.count)}${newRows.isMore ? " or more" : ""} new ${newRows.count === 1 && !newRows.isMore ? noun[0] : noun[1]}`
          : ""}
      </span>
    </>
  );
}
