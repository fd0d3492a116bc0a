import { useEffect } from "react";

/** So many rows before the end, the next page is loaded. */
const rowsAhead = 15;

type List = { hasMore: boolean; isLoadingMore: boolean; hasFailedMore: boolean; loadMore(): void };

/**
 * Loads the next page before someone scrolls to the end of the rows.
 * @param position.last the index of the last row that is drawn
 */
export function useLoadAhead(list: List, position: { shown: number; last: number; isPrinting: boolean }): void {
  const { hasMore, isLoadingMore, hasFailedMore, loadMore } = list;
  const { shown, last, isPrinting } = position;
  useEffect(() => {
    if (hasMore && !isLoadingMore && !hasFailedMore && !isPrinting && last >= shown - rowsAhead) loadMore();
  }, [hasMore, isLoadingMore, hasFailedMore, isPrinting, loadMore, last, shown]);
}
