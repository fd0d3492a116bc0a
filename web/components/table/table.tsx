/** A virtualized table: only visible rows are in the DOM, and everything works without a mouse. */
import { useMediaQuery } from "@mantine/hooks";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { ReactNode, RefObject } from "react";
import { formatNumber } from "../../text/format.ts";
import { Problem } from "../problem.tsx";
import { TableFooter } from "./table-footer.tsx";
import type { RowCount } from "./table-footer.tsx";
import { useTableShortcuts } from "./shortcuts.ts";
import { type ColumnWidths, useColumnWidths } from "./column-widths.ts";
import { ResizeHandle } from "./resize-handle.tsx";
import { PeekPanel } from "./peek-panel.tsx";
import { TableRow } from "./table-row.tsx";
import { useIsPrinting } from "./use-is-printing.ts";
import type { Rows } from "./use-rows.ts";
import type { Selection } from "./selection.ts";
import { type Column, type TableLayout, minTableWidth } from "./column.ts";
import { keepHeights, keptHeights } from "./row-heights.ts";
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
  const { rows } = list;
  const isNarrow = useMediaQuery("(max-width: 700px)") ?? false;
  const isPrinting = useIsPrinting();
  const ids = useMemo(() => (rows ?? []).map(({ id }) => id), [rows]);
  const [activeId, setActiveId] = useState<string | null>(null);
  const [peekId, setPeekId] = useState<string | null>(null);
  const active = activeId === null ? -1 : ids.indexOf(activeId);
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is passed to what remembers its values
  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isNarrow ? 56 : isComfortable ? 44 : 36),
    getItemKey: (index) => ids[index] ?? index,
    initialMeasurementsCache: keptHeights(caption),
    overscan: 10,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    rangeExtractor: (range) => {
      if (isPrinting) return [...ids.keys()];
      // The focused row stays in the DOM while the list is scrolled.
      const shown = defaultRangeExtractor(range);
      if (active < 0 || shown.includes(active)) return shown;
      return [...shown, active].toSorted((one, other) => one - other);
    },
  });
  useEffect(() => () => keepHeights(caption, virtualizer.takeSnapshot()), [caption, virtualizer]);
  /** The row that gets the focus once it is drawn, and whether it is scrolled into view. */
  const wanted = useRef<{ id: string; isScrolledTo: boolean }>(null);
  const body = useRef<HTMLTableSectionElement>(null);

  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const { id, isScrolledTo } = wanted.current;
    const row = rowElement(body.current, id);
    const link = row?.querySelector<HTMLElement>("[data-row]");
    if (!link) return;
    wanted.current = null;
    link.focus({ preventScroll: true });
    // Exactly: the virtualizer knows neither fractions of pixels nor a horizontal scroll bar.
    if (isScrolledTo) row?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  useEffect(() => {
    const element = scroller.current;
    return () => {
      element?.scrollTo({ top: 0 });
    };
  }, [list.key, scroller]);

  const items = virtualizer.getVirtualItems();
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
  const last = items.at(-1)?.index ?? -1;
  const { hasMore, isLoadingMore, hasFailedMore, loadMore } = list;
  useEffect(() => {
    if (hasMore && !isLoadingMore && !hasFailedMore && !isPrinting && last >= ids.length - 15) loadMore();
  }, [hasMore, isLoadingMore, hasFailedMore, isPrinting, loadMore, last, ids.length]);

  /** Closes the preview and returns the focus to the row, which is drawn for it if it is out of view. */
  function closePeek() {
    if (peekId !== null && ids.includes(peekId)) {
      wanted.current = { id: peekId, isScrolledTo: false };
      setActiveId(peekId);
    }
    setPeekId(null);
  }

  function moveTo(index: number) {
    const id = ids[index];
    if (id === undefined) return;
    wanted.current = { id, isScrolledTo: true };
    setActiveId(id);
    if (peekId !== null) setPeekId(id);
    virtualizer.scrollToIndex(index);
  }

  useTableShortcuts({
    move: (step) => {
      const first = items.find((item) => item.end > (virtualizer.scrollOffset ?? 0) + headHeight)?.index ?? 0;
      moveTo(active < 0 ? first : Math.min(Math.max(active + step, 0), ids.length - 1));
    },
    peek: () => {
      if (!peek || activeId === null) return false;
      setPeekId(peekId === activeId ? null : activeId);
      return true;
    },
    choose: (isRange) => {
      if (activeId !== null) selection?.toggle(activeId, ids, isRange);
    },
    leave: () => {
      if (peekId === null) return false;
      closePeek();
      return true;
    },
    isInside: (element) => body.current?.contains(element) ?? false,
  });

  if (list.error && props.refusal !== undefined) return <>{props.refusal}</>;
  if (list.error) return <Problem error={list.error} onRetry={list.retry} />;
  if (rows?.length === 0 && !list.isSettling) return <>{empty}</>;
  const peeked = rows?.find(({ id }) => id === peekId);
  // A cell that spans more columns than are shown would make all of them narrower.
  const colSpan = columns.filter(({ isPrimary }) => !isNarrow || isPrimary).length + (selection ? 1 : 0);
  const isWhole = rows !== undefined && !list.hasMore && !list.isLater;
  const all = isWhole ? { count: rows.length, isMore: false } : total;
  const chosen = selection ? ids.filter((id) => selection.has(id)).length : 0;
  return (
    <div className={styles.tableFrame} data-peek={peeked !== undefined || undefined}>
      <div className={styles.tableMain}>
        {list.newRows && (
          <button type="button" className={styles.news} onClick={() => void list.showNewRows()}>
            {formatNumber(list.newRows.count)}
            {list.newRows.isMore ? "+" : ""} new
            <span className="dim"> · show</span>
          </button>
        )}
        <span className="sr-only" role="status">
          {list.newRows
            ? `${formatNumber(list.newRows.count)}${list.newRows.isMore ? " or more" : ""} new ${list.newRows.count === 1 && !list.newRows.isMore ? noun[0] : noun[1]}`
            : ""}
        </span>
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
            <thead>
              <tr aria-rowindex={1}>
                {selection && (
                  <th className={styles.cellChoose}>
                    <input
                      type="checkbox"
                      aria-label={`Select all loaded ${noun[1]}`}
                      checked={chosen > 0 && chosen === ids.length}
                      ref={(box) => {
                        if (box) box.indeterminate = chosen > 0 && chosen < ids.length;
                      }}
                      onChange={(event) => (event.currentTarget.checked ? selection.choose(ids) : selection.clear())}
                    />
                  </th>
                )}
                {columns.map((column) => (
                  <th
                    key={column.id}
                    className={column.isNumber ? "number" : undefined}
                    data-primary={column.isPrimary}
                    aria-sort={column.head?.sort}
                    data-column={column.id}
                    style={widths ? { width: widths[column.id] } : { width: column.width }}
                  >
                    {column.head?.content ?? column.label}
                    {layout && widths && (
                      <ResizeHandle
                        label={column.label}
                        width={widths[column.id] ?? 0}
                        resize={(width) => layout.resize(column.id, width)}
                      />
                    )}
                  </th>
                ))}
              </tr>
            </thead>
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
                        activate={() => setActiveId(row.id)}
                        peek={
                          peek &&
                          (() => {
                            wanted.current = { id: row.id, isScrolledTo: false };
                            setActiveId(row.id);
                            setPeekId(peekId === row.id ? null : row.id);
                          })
                        }
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
        <PeekPanel title={nameOf(peeked)} onClose={closePeek}>
          {peek(peeked)}
        </PeekPanel>
      )}
    </div>
  );
}

function rowElement(body: HTMLElement | null, id: string): Element | null {
  return body?.querySelector(`tr[data-id="${CSS.escape(id)}"]`) ?? null;
}
