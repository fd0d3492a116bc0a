import { Link } from "@tanstack/react-router";
import { maxSortedRows } from "../../../shared/bounded-sorts.ts";
import { tooManyToSort } from "../../../shared/too-many-to-sort.ts";
import { formatNumber } from "../../text/format.ts";
import { Empty } from "../problem.tsx";
import type { RowCount } from "./table-footer.tsx";

type Sort = Parameters<typeof tooManyToSort>[1];
type Noun = Parameters<typeof tooManyToSort>[0];

/** Whether there are too many rows to sort them without an index, as far as their number is known. */
export function isTooLongToSort(rows: RowCount | undefined): boolean {
  return rows !== undefined && rows.count >= maxSortedRows && (rows.isMore || rows.count > maxSortedRows);
}

export function sortBlockedReason(noun: Noun, sort: Sort, isTooLong: boolean): string | null {
  return isTooLong ? tooManyToSort(noun, sort, formatNumber(maxSortedRows)) : null;
}

/** Shown in place of the rows after the list has grown, or its filters were removed. */
export function TooManyToSort({ noun, sort }: { noun: Noun; sort: Sort }) {
  return (
    <Empty title={`Too many ${noun} to sort them this way`}>
      {tooManyToSort(noun, sort, formatNumber(maxSortedRows))}{" "}
      <Link to="." search={(before) => ({ ...before, sort: undefined, order: undefined, cursor: undefined })}>
        Show them in the usual order
      </Link>
    </Empty>
  );
}
