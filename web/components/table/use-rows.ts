/** Rows of an infinite list: loaded while scrolling, updated in place, and never moved while someone reads them. */
import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { InfiniteData } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Page } from "../../../shared/views/page.ts";
import { type RowChanges, useRowChanges } from "./use-row-changes.ts";

export type Source<Row> = {
  /** The listing procedure, such as `operations.list`. */
  procedure: string;
  filters: object & { cursor?: string | undefined };
  page(cursor: string | undefined): Promise<Page<Row>>;
  /** Reads current versions of some rows; absent if rows never change. */
  rows?(ids: string[]): Promise<Row[]>;
  subscriptionOf(row: Row): string | null;
  /** All rows are sorted for each page, so pages are read again less often. */
  isSorted?: boolean;
  /** For rows with a fixed order: the scroll position from 0 to 1, around which pages are refreshed. */
  readPosition?(): number;
};

/** New rows that belong before the first shown row. */
type NewRows = { count: number; isMore: boolean };
type Loaded<Row> = InfiniteData<Page<Row>, string | undefined>;

const batchDelayMs = 100;
/** Work in progress reports changes many times a second. */
const maxBatchDelayMs = 500;
const maxBatchSize = 200;
/** In a list with a fixed order. */
const maxRenewedPages = 3;

export type Rows<Row> = ReturnType<typeof useRows<Row & { id: string }>>;

/** Whether the list is neither scrolled, nor focused, nor hovered; only then may rows move. */
export function isUntouched(scroller: HTMLElement | null): boolean {
  return (
    scroller !== null &&
    scroller.scrollTop === 0 &&
    !scroller.contains(document.activeElement) &&
    !scroller.matches(":hover")
  );
}

/** @param isAtRest whether rows may move: the list is not scrolled, selected or hovered */
export function useRows<Row extends { id: string }>(source: Source<Row>, isAtRest: () => boolean) {
  const queryClient = useQueryClient();
  const { procedure, filters } = source;
  const key = useMemo(() => [["rows"], procedure, filters], [procedure, filters]);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => source.page(pageParam),
    initialPageParam: filters.cursor,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    meta: { keepsItself: true },
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows), [query.data]);
  const [newRows, setNewRows] = useState<{ key: unknown; rows: NewRows } | null>(null);

  function patch(fresh: Row[]): void {
    queryClient.setQueryData<Loaded<Row>>(key, (data) => data && withFresh(data, fresh));
  }

  function replace(first: Page<Row>): void {
    queryClient.setQueryData<Loaded<Row>>(key, { pages: [first], pageParams: [filters.cursor] });
    setNewRows(null);
  }

  /** Refreshes the pages around the scroll position; of a few pages also which rows there are. */
  async function renew(offset: number): Promise<void> {
    const data = queryClient.getQueryData<Loaded<Row>>(key);
    if (!data) return;
    // Not while the next page is loading: that would end its load.
    if (data.pages.length <= maxRenewedPages && queryClient.isFetching({ queryKey: key }) === 0)
      return queryClient.refetchQueries({ queryKey: key, exact: true }, { throwOnError: true });
    const middle = Math.min(data.pages.length - 1, Math.floor(offset * data.pages.length));
    const cursors = data.pageParams.slice(Math.max(0, middle - 1)).slice(0, maxRenewedPages);
    const pages = await Promise.all(cursors.map((cursor) => source.page(cursor)));
    patch(pages.flatMap((page) => page.rows));
  }

  async function check(changed: RowChanges): Promise<void> {
    if (source.readPosition) return renew(source.readPosition());
    const first = await source.page(filters.cursor);
    const data = queryClient.getQueryData<Loaded<Row>>(key);
    if (!data) return;
    if (data.pages.length <= 1 && isAtRest()) return replace(first);
    patch(first.rows);
    const known = new Set(first.rows.map(({ id }) => id));
    const stale = data.pages
      .flatMap((page) => page.rows)
      .filter((row) => !known.has(row.id) && (changed.isAll || changed.ids.has(source.subscriptionOf(row) ?? "")));
    if (source.rows && stale.length > 0) patch(await source.rows(stale.slice(0, maxBatchSize).map(({ id }) => id)));
    const ahead = countNewRows(first.rows, data.pages[0]?.rows[0]?.id);
    if (ahead.count !== 0 || ahead.isMore) setNewRows({ key, rows: ahead });
  }

  useRowChanges({
    procedure,
    queryKey: key,
    batchDelayMs: source.readPosition || source.isSorted ? maxBatchDelayMs : batchDelayMs,
    check,
  });

  return {
    rows,
    error: query.data ? null : query.error,
    isSettling: query.isPlaceholderData,
    hasMore: query.hasNextPage && !query.isPlaceholderData,
    isLoadingMore: query.isFetchingNextPage,
    hasFailedMore: query.isFetchNextPageError,
    loadMore: () => void (query.isFetchingNextPage || query.fetchNextPage()),
    retry: () => void query.refetch(),
    newRows: newRows?.key === key ? newRows.rows : null,
    /** Starts again at the first row, including new rows. */
    showNewRows: async () => replace(await source.page(filters.cursor)),
    isLater: filters.cursor !== undefined,
    key,
  };
}

/** The loaded pages with current versions of some of their rows, each in its place. */
function withFresh<Row extends { id: string }>(data: Loaded<Row>, fresh: Row[]): Loaded<Row> {
  const byId = new Map(fresh.map((row) => [row.id, row]));
  return {
    ...data,
    pages: data.pages.map((page) =>
      page.rows.some(({ id }) => byId.has(id))
        ? { ...page, rows: page.rows.map((row) => byId.get(row.id) ?? row) }
        : page,
    ),
  };
}

/** How many rows of the first page, as it is now, belong before the first shown row. */
function countNewRows(first: { id: string }[], top: string | undefined): NewRows {
  const ahead = top === undefined ? first.length : first.findIndex(({ id }) => id === top);
  return { count: ahead < 0 ? first.length : ahead, isMore: ahead < 0 };
}
