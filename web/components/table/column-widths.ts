/** The widths of a table's columns: as wide as their content where there is room, and as the person has set them. */
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useLayoutEffect, useRef, useState } from "react";
import type { RefObject } from "react";

export type SizedColumn = {
  id: string;
  /** The minimum width in pixels when there is no room for the content; without it the content is never cut. */
  minWidth?: number | undefined;
};

/** Widths in pixels by column. */
export type ColumnWidths = Readonly<Record<string, number>>;

/** The range in pixels in which a person can set a width. */
export const minColumnWidth = 48;
export const maxColumnWidth = 640;
/** The maximum width in pixels, unless there is room to spare; longer content wraps, or is cut and shown in a tooltip. */
const maxContentWidth = 320;

/**
 * Gives each column the width of its content. If there is not enough room, the columns that may shrink do so, in proportion to
 * how far they may. Columns with longer content get the spare width, in proportion to what they lack; what is left is divided among
 * those that may shrink.
 * @param natural the width of each column's content
 */
export function fitColumns(
  columns: readonly SizedColumn[],
  natural: ColumnWidths,
  chosen: ColumnWidths,
  available: number,
): ColumnWidths {
  const own = columns.map(({ id, minWidth }) => {
    const set = chosen[id];
    const width = set ?? Math.min(Math.ceil(natural[id] ?? 100), maxContentWidth);
    const min = set === undefined && minWidth !== undefined ? Math.min(minWidth, width) : width;
    const isFlexible = set === undefined && minWidth !== undefined;
    const lacking = set === undefined ? Math.ceil(natural[id] ?? 100) - width : 0;
    return { id, width, min, lacking, isFlexible };
  });
  const rest = available - own.reduce((sum, { width }) => sum + width, 0);
  const flexible = own.filter(({ isFlexible }) => isFlexible);
  const shrinkable = flexible.reduce((sum, { width, min }) => sum + width - min, 0);
  const share = rest < 0 && shrinkable > 0 ? Math.min(1, -rest / shrinkable) : 0;
  const lack = own.reduce((sum, { lacking }) => sum + lacking, 0);
  const given = lack > 0 ? Math.min(1, Math.max(0, rest) / lack) : 0;
  const extra = flexible.length > 0 ? Math.max(0, rest - lack) / flexible.length : 0;
  return Object.fromEntries(
    own.map(({ id, width, min, lacking, isFlexible }) => [
      id,
      Math.floor(width - (width - min) * share + lacking * given + (isFlexible ? extra : 0)),
    ]),
  );
}

/** By list and columns: how many rows are measured depends on their heights, and columns must not move when someone returns. */
const widest = new Map<string, ColumnWidths>();

/** @returns for each column the widest that was measured so far */
export function keepWidest(of: string, measured: ColumnWidths): ColumnWidths {
  const earlier = widest.get(of) ?? {};
  const widths = Object.fromEntries(
    Object.entries(measured).map(([id, width]) => [id, Math.max(width, earlier[id] ?? 0)]),
  );
  widest.set(of, widths);
  return widths;
}

type Measured = { of: string; natural: ColumnWidths; frameWidth: number };

/**
 * Measured once for each set of columns and each list, so that columns do not move while someone scrolls, and again when listed
 * rows have changed, so that a longer status is not cut.
 * @param of changes when the columns have to be measured again; null while there are no rows
 */
export function useColumnWidths(props: {
  table: RefObject<HTMLTableElement | null>;
  columns: readonly SizedColumn[];
  chosen: ColumnWidths;
  of: string | null;
  rows: readonly unknown[] | undefined;
  isNarrow: boolean;
  /** The width in pixels that is not available to columns. */
  reservedWidth: number;
}) {
  const { table, columns, chosen, of, rows, isNarrow, reservedWidth } = props;
  const frameElement = useRef<HTMLDivElement>(null);
  const { ref: frameSize, width: observedWidth } = useElementSize<HTMLDivElement>({ box: "content-box" });
  const frame = useMergedRef(frameElement, frameSize);
  const [measured, setMeasured] = useState<Measured | null>(null);
  const earlier = useRef<readonly unknown[]>([]);
  useLayoutEffect(() => {
    const hasChanged = earlier.current.some((row, index) => row !== rows?.[index]);
    earlier.current = rows ?? [];
    if (hasChanged) setMeasured((last) => last && { ...last, of: "" });
  }, [rows]);
  const isDue = of !== null && !isNarrow && measured?.of !== of;
  useLayoutEffect(() => {
    if (!isDue || !table.current || !frameElement.current) return;
    const natural = keepWidest(of, measure(table.current));
    setMeasured({ of, natural, frameWidth: frameElement.current.clientWidth });
  }, [isDue, of, table]);
  // The observer reports the width only after a paint, so rows that are already shown would visibly move.
  const frameWidth = observedWidth > 0 ? observedWidth : (measured?.frameWidth ?? 0);
  if (isNarrow || measured === null || frameWidth === 0) return { frame, widths: null, total: 0 };
  const widths = fitColumns(columns, measured.natural, chosen, frameWidth - reservedWidth);
  return { frame, widths, total: reservedWidth + Object.values(widths).reduce((sum, width) => sum + width, 0) };
}

/** Lets the browser lay out the table without limits, and reads the width of each column. */
function measure(table: HTMLTableElement): ColumnWidths {
  table.dataset["measuring"] = "";
  const widths = Object.fromEntries(
    [...table.querySelectorAll<HTMLElement>("thead th[data-column]")].map((head) => [
      head.dataset["column"] ?? "",
      head.getBoundingClientRect().width,
    ]),
  );
  delete table.dataset["measuring"];
  return widths;
}
