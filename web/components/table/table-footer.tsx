import { Link } from "@tanstack/react-router";
import { formatNumber } from "../../text/format.ts";
import * as buttonStyles from "../button.module.css";
import * as tableStyles from "./table.module.css";

/** The number of matching rows; `isMore`: at least this many. */
export type RowCount = { count: number; isMore: boolean };

type Props = {
  list: { hasMore: boolean; isLoadingMore: boolean; hasFailedMore: boolean; loadMore(): void; isLater: boolean };
  shown: number;
  total: RowCount | undefined;
  noun: [one: string, many: string];
};

/** The number of loaded rows, and how to load more. */
export function TableFooter({ list, shown, total, noun }: Props) {
  const isPart = list.hasMore || list.isLater;
  const count =
    isPart && total && total.count >= shown
      ? `${formatNumber(shown)} of ${formatNumber(total.count)}${total.isMore ? "+" : ""}`
      : formatNumber(shown);
  return (
    <div className={tableStyles.listFoot} data-list-footer>
      <span role="status">
        {count} {(total?.count ?? shown) === 1 ? noun[0] : noun[1]}
        {total === undefined && list.hasMore ? " loaded" : ""}
      </span>
      <span className={tableStyles.listFootButtons}>
        {list.isLater && (
          <Link to="." search={(before) => ({ ...before, cursor: undefined })} className={buttonStyles.compact}>
            Back to top
          </Link>
        )}
        {list.hasMore && (
          <button
            type="button"
            className={buttonStyles.compact}
            aria-busy={list.isLoadingMore || undefined}
            aria-disabled={list.isLoadingMore || undefined}
            onClick={list.isLoadingMore ? undefined : list.loadMore}
          >
            {list.isLoadingMore ? "Loading…" : list.hasFailedMore ? "Try again" : "Load more"}
          </button>
        )}
      </span>
    </div>
  );
}
