/** A column of a table. */
import type { ReactNode } from "react";
import { type ColumnWidths } from "./column-widths.ts";

export type Column<Row> = {
  id: string;
  label: string;
  /** Width in pixels until the rows are loaded; without it the column shares the remaining width. */
  width?: number | string;
  /** If there is no room for its content, the column shrinks to this and the content wraps; without it the column never shrinks. */
  minWidth?: number;
  isNumber?: boolean;
  /** Shown on phones too. */
  isPrimary?: boolean;
  /** Replaces the label: a sort link with its `aria-sort`. */
  head?: { content: ReactNode; sort: "ascending" | "descending" | undefined };
  cell(row: Row): ReactNode;
  /** The full text of a cell, which is truncated in compact rows. */
  title?(row: Row): string | undefined;
};

export type TableLayout = { widths: ColumnWidths; resize(column: string, width: number | null): void };

/** Below this width the table scrolls horizontally. */
export function minTableWidth(columns: { width?: number | string; minWidth?: number }[]): number {
  return columns.reduce(
    (sum, { width, minWidth }) => sum + (typeof width === "number" ? width : (minWidth ?? 150)),
    36,
  );
}
