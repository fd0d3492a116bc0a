/** A virtualized table: only visible rows are in the DOM, and everything works without a mouse. */
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useMemo, useRef } from "react";
import type { ReactNode, RefObject } from "react";
import { Problem } from "../problem.tsx";
import { TableFooter } from "./table-footer.tsx";
import type { RowCount } from "./table-footer.tsx";
import { useRowShortcuts } from "./row-shortcuts.ts";
import { type ColumnWidths, useColumnWidths } from "./column-widths.ts";
import { NewRows } from "./new-rows.tsx";
import { PeekPanel } from "./peek-panel.tsx";
import { useRowCursor, useWantedFocus } from "./row-cursor.ts";
import { SelectAll, TableHead } from "./table-head.tsx";
import { TableRow } from "./table-row.tsx";
import { useIsPrinting } from "./use-is-printing.ts";
import { useLoadAhead } from "./use-load-ahead.ts";
import { useVirtualRows } from "./use-virtual-rows.ts";
import type { Rows } from "./use-rows.ts";
import type { Selection } from "./selection.ts";
import { type Column, type TableLayout, minTableWidth } from "./column.ts";
import { headHeight, RowsInView, SkeletonRows } from "./rows-in-view.tsx";
import * as styles from "./table.module.css";

type Props<Row extends { id: string }> = {
  /** Accessible name of the list. */
  caption: string;
  /** Singular and plural noun of a row. */
  noun: [one: string, many: string];
  columns: Column<Row>[];
  list: Rows<Row>;
  total?: RowCount;
  empty: ReactNode;
  /** Shown in place of the list's error if retrying would not help. */
  refusal?: ReactNode;
  nameOf(row: Row): string;
  /** Present if rows can be selected. */
  selection?: Selection;
  /** Content of the preview panel. */
  peek?(row: Row): ReactNode;
  scroller: RefObject<HTMLDivElement | null>;
  /** The widths that the person has set; absent if the table cannot remember them. */
  layout?: TableLayout;
  /** True: two lines in each row; false: one line, truncated if it does not fit. */
  isComfortable?: boolean;
  /** Between the rows and the footer. */
  children?: ReactNode;
};

const chooseWidth = 36;

const noWidths: ColumnWidths = {};

export function Table<Row extends { id: string }>(props: Props<Row>) {
  const { caption, noun, columns, list, total, empty, nameOf, selection, peek, scroller, layout, children } = props;
  const isComfortable = props.isComfortable ?? false;
  const table = useRef<HTMLTableElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const { rows } = list;
  const isNarrow = useMediaQuery("(max-width: 700px)") ?? false;
  const isPrinting = useIsPrinting();
  const ids = useMemo(() => (rows ?? []).map(({ id }) => id), [rows]);
  const cursor = useRowCursor(caption, ids);
  const { activeIndex, peekId } = cursor;
  const estimatedHeight = isNarrow ? 56 : isComfortable ? 44 : 36;
  const virtualizer = useVirtualRows({ caption, ids, activeIndex, estimatedHeight, isPrinting, scroller });
  const items = virtualizer.getVirtualItems();
  useWantedFocus(cursor.wanted, body);
  useTopOfNewList(list.key, scroller);
  const {
    frame,
    widths,
    total: tableWidth,
  } = useColumnWidths({
    table,
    columns,
    chosen: layout?.widths ?? noWidths,
    // Rows known from the start are shown only in the second render, when the scroller's height is known.
    of:
      items.length === 0 || list.isSettling
        ? null
        : JSON.stringify([list.key, isComfortable, columns.map(({ id }) => id)]),
    rows,
    isNarrow,
    reservedWidth: selection ? chooseWidth : 0,
  });
  useLoadAhead(list, { shown: ids.length, last: items.at(-1)?.index ?? -1, isPrinting });

  useRowShortcuts({ cursor, ids, virtualizer, selection, canPeek: peek !== undefined, body });

  if (list.error && props.refusal !== undefined) return <>{props.refusal}</>;
  if (list.error) return <Problem error={list.error} onRetry={list.retry} />;
  if (rows?.length === 0 && !list.isSettling) return <>{empty}</>;
  const peeked = rows?.find(({ id }) => id === peekId);
  // A cell that spans more columns than are shown would make all of them narrower.
  const colSpan = columns.filter(({ isPrimary }) => !isNarrow || isPrimary).length + (selection ? 1 : 0);
  const isWhole = rows !== undefined && !list.hasMore && !list.isLater;
  const all = isWhole ? { count: rows.length, isMore: false } : total;
  return (
    <div className={styles.tableFrame} data-peek={peeked !== undefined || undefined}>
      <div className={styles.tableMain}>
        <NewRows newRows={list.newRows} noun={noun} show={() => void list.showNewRows()} />
        <div ref={frame} className={styles.tableWidth} />
        <div ref={scroller} className={styles.tableScroll} data-scroll-restoration-id={`list-${caption}`} tabIndex={-1}>
          <table
            ref={table}
            className={`${styles.list} ${styles.table}`}
            data-comfortable={isComfortable || undefined}
            data-compact={props.isComfortable === false || undefined}
            aria-busy={rows === undefined || list.isSettling}
            aria-rowcount={all && !all.isMore ? all.count + 1 : -1}
            style={isNarrow ? undefined : widths ? { width: tableWidth } : { minWidth: minTableWidth(columns) }}
          >
            <caption className="sr-only">{caption}</caption>
            <TableHead columns={columns} widths={widths} layout={layout}>
              {selection && <SelectAll selection={selection} ids={ids} noun={noun[1]} />}
            </TableHead>
            <tbody ref={body}>
              {rows === undefined ? (
                <SkeletonRows colSpan={colSpan} />
              ) : (
                <RowsInView
                  items={items}
                  end={headHeight + virtualizer.getTotalSize()}
                  colSpan={colSpan}
                  row={(index) => {
                    const row = rows[index];
                    if (!row) return null;
                    return (
                      <TableRow
                        key={row.id}
                        row={row}
                        index={index}
                        measure={virtualizer.measureElement}
                        columns={columns}
                        name={nameOf(row)}
                        selection={
                          selection && {
                            isSelected: selection.has(row.id),
                            toggle: (isRange) => selection.toggle(row.id, ids, isRange),
                          }
                        }
                        isPeeked={row.id === peekId}
                        activate={() => cursor.setActive(row.id)}
                        peek={peek && (() => cursor.clickRow(row.id))}
                      />
                    );
                  }}
                />
              )}
            </tbody>
          </table>
        </div>
        {children}
        <TableFooter list={list} shown={ids.length} total={all} noun={noun} />
      </div>
      {peek && peeked && (
        <PeekPanel title={nameOf(peeked)} onClose={cursor.closePeek}>
          {peek(peeked)}
        </PeekPanel>
      )}
    </div>
  );
}

/** Scrolls to the top when another list takes the place of this one. */
function useTopOfNewList(key: unknown, scroller: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const element = scroller.current;
    return () => {
      element?.scrollTo({ top: 0 });
    };
  }, [key, scroller]);
}
