import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Suspense, useMemo, useRef } from "react";
import { boundedSubscriptionSorts, isBoundedSort } from "../../../shared/bounded-sorts.ts";
import { subscriptionFilters } from "../../../shared/filters.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { CountsView } from "../../../shared/views/subscriptions.ts";
import { ExportMenu } from "../../components/export-menu.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty } from "../../components/problem.tsx";
import type { RowCount } from "../../components/table/table-footer.tsx";
import { isTooLongToSort, TooManyToSort } from "../../components/table/too-many-to-sort.tsx";
import { isUntouched, useRows } from "../../components/table/use-rows.ts";
import { useSelection } from "../../components/table/selection.ts";
import { Table } from "../../components/table/table.tsx";
import { useFilters } from "../../url-search.ts";
import { isUnprocessable } from "../../text/call-errors.ts";
import { useSlowAnswer } from "../../live/use-slow-answer.ts";
import { client, trpc } from "../../trpc.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { columnsOf } from "./columns.tsx";
import { ColumnsMenu, useColumns } from "./columns-menu.tsx";
import { Filters } from "./filters.tsx";
import { isFiltered } from "../../components/subscription-filters/active-filters.ts";
import { SavedViews, SaveView, useViews } from "./saved-views.tsx";
import { useLayout } from "./use-layout.ts";
import { matchingCount } from "./matching-count.ts";
import * as pageStyles from "../../components/page.module.css";

const SubscriptionPeek = lazyPart(() => import("./subscription-peek.tsx"), "SubscriptionPeek");

const route = getRouteApi("/subscriptions");

export function SubscriptionsPage() {
  const filters = useFilters(subscriptionFilters, route.useSearch());
  const me = useQuery(trpc.me.get.queryOptions());
  const counts = useQuery(trpc.subscriptions.counts.queryOptions());
  const scroller = useRef<HTMLDivElement>(null);
  const { sort: _sort, order: _order, cursor: _cursor, ...which } = filters;
  const selection = useSelection(JSON.stringify(which));
  const list = useRows(
    {
      procedure: "subscriptions.list",
      filters,
      page: (cursor) => client.subscriptions.list.query({ ...filters, cursor }),
      rows: (ids) => client.subscriptions.rows.query({ ids }),
      subscriptionOf: ({ id }) => id,
      isSorted: isBoundedSort(boundedSubscriptionSorts, filters.sort),
    },
    () => selection.isEmpty && isUntouched(scroller.current),
  );
  const chosen = useColumns();
  const total = useTotal(filters, counts.data);
  const isLong = isTooLongToSort(total);
  const columns = useMemo(() => columnsOf(chosen.columns, filters, isLong), [chosen.columns, filters, isLong]);
  const layout = useLayout(useViews(filters).current?.id ?? "");
  const mayChange = includesRole(me.data?.role ?? "viewer", "operator");
  return (
    <div className={`${pageStyles.page} ${pageStyles.wide} ${pageStyles.fullHeight}`}>
      <PageHeader title="Subscriptions">
        {/* Not in the row of filters: where it has no room there, its appearance would move the list. */}
        {(isFiltered(filters) || filters.sort !== undefined) && <SaveView filters={filters} />}
        <ColumnsMenu {...chosen} layout={layout} />
        <ExportMenu of="subscriptions" filters={filters} />
      </PageHeader>
      <SavedViews filters={filters} />
      <Filters filters={filters} counts={counts.data} />
      <Table
        caption="Subscriptions"
        noun={["subscription", "subscriptions"]}
        columns={columns}
        list={list}
        total={total}
        nameOf={(row) => row.name}
        selection={mayChange ? selection : undefined}
        peek={(row) => (
          <Suspense>
            <SubscriptionPeek key={row.id} row={row} />
          </Suspense>
        )}
        scroller={scroller}
        refusal={
          isBoundedSort(boundedSubscriptionSorts, filters.sort) && isUnprocessable(list.error) ? (
            <TooManyToSort noun="subscriptions" sort={filters.sort} />
          ) : undefined
        }
        layout={layout}
        isComfortable={layout.isComfortable}
        empty={isFiltered(filters) ? <NoMatch filters={filters} /> : <NoSubscriptionsYet />}
      >
        {mayChange && (
          <BulkBar
            selection={selection}
            loaded={(list.rows ?? []).map(({ id }) => id)}
            filters={filters}
            total={total}
          />
        )}
      </Table>
    </div>
  );
}

/** The number of matches: from maintained counters if possible, else counted up to a limit. */
function useTotal(filters: SubscriptionFilters, counts: CountsView | undefined): RowCount | undefined {
  const known = matchingCount(filters, counts);
  const { sort: _sort, order: _order, cursor: _cursor, ...which } = filters;
  const counted = useQuery(
    trpc.subscriptions.count.queryOptions(which, {
      enabled: counts !== undefined && known === undefined,
      placeholderData: keepPreviousData,
    }),
  );
  useSlowAnswer(trpc.subscriptions.count.pathFilter(), "subscriptions.list");
  if (known !== undefined) return { count: known, isMore: false };
  return counted.isPlaceholderData ? undefined : counted.data;
}

function NoMatch({ filters }: { filters: SubscriptionFilters }) {
  return (
    <Empty title="No subscriptions match">
      {filters.q
        ? `No results for “${filters.q}” with these filters. This search covers names, emails, domains, companies and subscription IDs. To find operations, use the search at the top.`
        : "No subscriptions match these filters."}{" "}
      <Link to="/subscriptions">Show all subscriptions</Link>
    </Empty>
  );
}

function NoSubscriptionsYet() {
  return (
    <Empty title="No subscriptions yet">
      Subscriptions appear when a purchaser opens the landing page, when Microsoft calls the webhook, or when you{" "}
      <Link to="/settings/reconcile">run a reconciliation</Link>.
    </Empty>
  );
}
