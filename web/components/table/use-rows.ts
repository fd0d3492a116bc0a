/** Rows of an infinite list: loaded while scrolling, updated in place, and never moved while someone reads them. */
import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { InfiniteData } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import type { Page } from "../../../shared/views/page.ts";
import { isAffected } from "../../live/stale-queries.ts";
import { onLiveChange, repeatDelayMs } from "../../live/live-updates.ts";
import { isWorthRetrying } from "../../text/call-errors.ts";

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
/** Older answers are refreshed when the list is opened again. */
const staleAfterMs = 5_000;

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
  const pendingIds = useRef<{ ids: Set<string>; isAll: boolean } | null>(null);
  const isChecking = useRef(false);
  const [failedAt, setFailedAt] = useState<number | null>(null);

  /** Replaces shown rows with their current versions, in place. */
  function patch(fresh: Row[]): void {
    const byId = new Map(fresh.map((row) => [row.id, row]));
    queryClient.setQueryData<Loaded<Row>>(
      key,
      (data) =>
        data && {
          ...data,
          pages: data.pages.map((page) =>
            page.rows.some(({ id }) => byId.has(id))
              ? { ...page, rows: page.rows.map((row) => byId.get(row.id) ?? row) }
              : page,
          ),
        },
    );
  }

  function replace(first: Page<Row>): void {
    queryClient.setQueryData<Loaded<Row>>(key, { pages: [first], pageParams: [filters.cursor] });
    setNewRows(null);
  }

  /** Refreshes the pages around the scroll position. */
  async function renew(offset: number): Promise<void> {
    const data = queryClient.getQueryData<Loaded<Row>>(key);
    if (!data) return;
    const middle = Math.min(data.pages.length - 1, Math.floor(offset * data.pages.length));
    const cursors = data.pageParams.slice(Math.max(0, middle - 1), middle + 2);
    const pages = await Promise.all(cursors.map((cursor) => source.page(cursor)));
    patch(pages.flatMap((page) => page.rows));
  }

  async function check(changed: { ids: Set<string>; isAll: boolean }): Promise<void> {
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
    const top = data.pages[0]?.rows[0]?.id;
    const ahead = top === undefined ? first.rows.length : first.rows.findIndex(({ id }) => id === top);
    if (ahead !== 0) setNewRows({ key, rows: { count: ahead < 0 ? first.rows.length : ahead, isMore: ahead < 0 } });
  }

  const run = useEffectEvent(async () => {
    if (isChecking.current) return;
    isChecking.current = true;
    try {
      while (pendingIds.current !== null) {
        await new Promise((resolve) =>
          setTimeout(resolve, source.readPosition || source.isSorted ? maxBatchDelayMs : batchDelayMs),
        );
        const changed = pendingIds.current;
        pendingIds.current = null;
        // The shown rows stay until a later refresh.
        if (changed)
          await check(changed).catch((error: unknown) => {
            if (isWorthRetrying(error)) setFailedAt(Date.now());
          });
      }
    } finally {
      isChecking.current = false;
    }
  });

  const note = useEffectEvent((subscriptionId: string | null) => {
    pendingIds.current ??= { ids: new Set(), isAll: false };
    if (subscriptionId === null) pendingIds.current.isAll = true;
    else pendingIds.current.ids.add(subscriptionId);
    void run();
  });

  useEffect(
    () =>
      onLiveChange((change) => {
        if (isAffected([procedure.split(".")], [change])) note(change.subscriptionId);
      }),
    [procedure],
  );
  useEffect(() => {
    const at = queryClient.getQueryState(key)?.dataUpdatedAt ?? 0;
    if (at > 0 && Date.now() - at > staleAfterMs) note(null);
  }, [key, queryClient]);
  useEffect(() => {
    if (failedAt === null) return undefined;
    const timer = setTimeout(() => note(null), repeatDelayMs);
    return () => clearTimeout(timer);
  }, [failedAt]);

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
