/** Shared by lists: table with loading and empty states, filter chips, and paging. */
import { Skeleton } from "@mantine/core";
import { Link, useLocation, useRouter } from "@tanstack/react-router";
import { useRef } from "react";
import type { ReactNode } from "react";
import type { Page } from "../../shared/views/page.ts";
import { formatNumber } from "../text/format.ts";
import { usePageKeys } from "./page-keys.ts";
import { Problem } from "./problem.tsx";
import * as buttonStyles from "./button.module.css";
import * as filtersStyles from "./table/filters.module.css";
import * as tableStyles from "./table/table.module.css";

export type PageQuery<Row> = {
  data: Page<Row> | undefined;
  error: unknown;
  isFetching: boolean;
  isPlaceholderData: boolean;
  refetch(): unknown;
};

type PagedTableProps<Row> = {
  /** Accessible name of the list. */
  caption: string;
  className: string;
  query: PageQuery<Row>;
  head: ReactNode;
  columns: number;
  renderRow(row: Row): ReactNode;
  empty: ReactNode;
  /** The number of matching rows, such as `1,204`, if known. */
  total?: number;
  /** Singular and plural noun of a row. */
  noun: [one: string, many: string];
};

/** A table of one page of rows. `j` and `k` move between the links marked `data-row`; Enter opens, as on any link. */
export function PagedTable<Row>(props: PagedTableProps<Row>) {
  const { caption, className, query, head, columns, renderRow, empty, total, noun } = props;
  const body = useRowKeys<HTMLTableSectionElement>();
  if (query.error && !query.data) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  const rows = query.data?.rows;
  if (rows?.length === 0 && !query.isPlaceholderData) return empty;
  return (
    <>
      <table className={`${tableStyles.list} ${className}`} aria-busy={rows === undefined || query.isPlaceholderData}>
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody ref={body}>{rows ? rows.map(renderRow) : <SkeletonRows columns={columns} />}</tbody>
      </table>
      {query.data && (
        <PagedTableFooter shown={query.data.rows.length} next={query.data.nextCursor} total={total} noun={noun} />
      )}
    </>
  );
}

function SkeletonRows({ columns }: { columns: number }) {
  return Array.from({ length: 12 }, (_, row) => (
    <tr key={row}>
      <td colSpan={columns}>
        <Skeleton height={12} width={`${55 + ((row * 17) % 40)}%`} />
      </td>
    </tr>
  ));
}

/** `j` and `k` move the focus between the links marked `data-row` inside the element that takes the ref. */
export function useRowKeys<Rows extends HTMLElement>() {
  const rows = useRef<Rows>(null);
  usePageKeys([
    ["j", () => moveFocus(rows.current, 1)],
    ["k", () => moveFocus(rows.current, -1)],
  ]);
  return rows;
}

function moveFocus(body: HTMLElement | null, step: number) {
  const all = [...(body?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
  const links = all.filter((link) => link.checkVisibility());
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next]?.focus();
}

type FooterProps = { shown: number; next: string | null; total?: number; noun: [one: string, many: string] };

/** Row count and paging. */
export function PagedTableFooter({ shown, next, total, noun }: FooterProps) {
  const location = useLocation();
  const router = useRouter();
  const isLater = (location.search as { cursor?: string }).cursor !== undefined;
  const count =
    total !== undefined && total >= shown ? `${formatNumber(shown)} of ${formatNumber(total)}` : formatNumber(shown);
  return (
    <div className={tableStyles.listFoot} data-list-footer>
      <span role="status">
        {count} {(total ?? shown) === 1 ? noun[0] : noun[1]}
        {total === undefined && (next !== null || isLater) ? " on this page" : ""}
      </span>
      <span className={tableStyles.listFootButtons}>
        {isLater && (
          <Link to="." search={(before) => ({ ...before, cursor: undefined })} className={buttonStyles.compact}>
            First page
          </Link>
        )}
        {isLater && location.state.hasPreviousPage && (
          <button type="button" className={buttonStyles.compact} onClick={() => router.history.back()}>
            Previous
          </button>
        )}
        {next !== null && (
          <Link
            to="."
            search={(before) => ({ ...before, cursor: next })}
            state={{ hasPreviousPage: true }}
            className={buttonStyles.compact}
          >
            Next
          </Link>
        )}
      </span>
    </div>
  );
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    hasPreviousPage?: boolean;
  }
}

type FilterChipProps = {
  /** The filter and the value that a click sets. */
  name: string;
  value: string | boolean | undefined;
  isOn: boolean;
  label: string;
  count?: number;
};

/** A filter as a link that sets it in the URL. */
export function FilterChip({ name, value, isOn, label, count }: FilterChipProps) {
  return (
    <Link
      to="."
      search={(before) => ({ ...before, [name]: value, cursor: undefined })}
      className={filtersStyles.chip}
      data-on={isOn}
      preload={false}
      aria-current={isOn ? "true" : undefined}
      // The router would mark all chips as the current page, because their URLs differ only in the query.
      activeOptions={{ exact: true, includeSearch: true }}
    >
      {label}
      {count !== undefined && <span className={filtersStyles.chipCount}>{formatNumber(count)}</span>}
    </Link>
  );
}

type FilterChipsProps<Value> = {
  label: string;
  name: string;
  current: Value | undefined;
  choices: { value: Value | undefined; label: string; count?: number }[];
};

/** A group of filters of which one is active. */
export function FilterChips<Value extends string>({ label, name, current, choices }: FilterChipsProps<Value>) {
  return (
    <div className={filtersStyles.chips} role="group" aria-label={label}>
      {choices.map((choice) => (
        <FilterChip key={choice.label} {...choice} name={name} isOn={choice.value === current} />
      ))}
    </div>
  );
}
