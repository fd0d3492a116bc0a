import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { boundedCustomerSorts, isBoundedSort } from "../../../shared/bounded-sorts.ts";
import type { Day } from "../../../shared/day.ts";
import { customerFilters, ownerMe, ownerNone } from "../../../shared/filters.ts";
import type { CustomerFilters } from "../../../shared/filters.ts";
import { customerSortOrders } from "../../../shared/sort-orders.ts";
import type { CustomerCount, CustomerRow } from "../../../shared/views/customers.ts";
import { ExportMenu } from "../../components/export-menu.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { FilterChips } from "../../components/paged-table.tsx";
import { Empty } from "../../components/problem.tsx";
import { ChoiceFilter, SearchFilter } from "../../components/table/field-filters.tsx";
import { sortHead } from "../../components/table/sort-head.tsx";
import { Table } from "../../components/table/table.tsx";
import type { Column } from "../../components/table/column.ts";
import { isTooLongToSort, TooManyToSort, sortBlockedReason } from "../../components/table/too-many-to-sort.tsx";
import { isUntouched, useRows } from "../../components/table/use-rows.ts";
import { LocalDate, DayText, useIsOver } from "../../components/time.tsx";
import { formatNumber } from "../../text/format.ts";
import { formatMoney } from "../../text/money.ts";
import { isUnprocessable } from "../../text/call-errors.ts";
import { client, trpc } from "../../trpc.ts";
import { useFilters } from "../../url-search.ts";
import * as pageStyles from "../../components/page.module.css";
import * as filtersStyles from "../../components/table/filters.module.css";
import * as tableStyles from "../../components/table/table.module.css";
import * as tagStyles from "../../components/tag.module.css";

const route = getRouteApi("/customers");

export function CustomersPage() {
  const filters = useFilters(customerFilters, route.useSearch());
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRows(
    {
      procedure: "customers.list",
      filters,
      page: (cursor) => client.customers.list.query({ ...filters, cursor }),
      subscriptionOf: () => null,
      isSorted: isBoundedSort(boundedCustomerSorts, filters.sort),
    },
    () => isUntouched(scroller.current),
  );
  const { sort: _sort, order: _order, cursor: _cursor, ...which } = filters;
  const counted = useQuery(trpc.customers.count.queryOptions(which, { placeholderData: keepPreviousData }));
  const total = counted.isPlaceholderData ? undefined : counted.data;
  const columns = useMemo(() => columnsFor(filters, total), [filters, total]);
  const isFiltered = Object.keys(which).length > 0;
  return (
    <div className={`${pageStyles.page} ${pageStyles.wide} ${pageStyles.fullHeight}`}>
      <PageHeader title="Customers" note="Tenants and people who bought, with all their subscriptions">
        <ExportMenu of="customers" filters={filters} />
      </PageHeader>
      <Filters filters={filters} />
      <Table
        caption="Customers"
        noun={["customer", "customers"]}
        columns={columns}
        list={list}
        total={total}
        nameOf={(row) => row.name}
        scroller={scroller}
        refusal={
          isBoundedSort(boundedCustomerSorts, filters.sort) && isUnprocessable(list.error) ? (
            <TooManyToSort noun="customers" sort={filters.sort} />
          ) : undefined
        }
        empty={
          isFiltered ? (
            <Empty title="No customers match">
              {filters.q ? `No results for “${filters.q}” with these filters.` : "No customers match these filters."}{" "}
              <Link to="/customers">Show all customers</Link>
            </Empty>
          ) : (
            <Empty title="No customers yet">Customers appear here within seconds after their first purchase.</Empty>
          )
        }
      />
    </div>
  );
}

function Filters({ filters }: { filters: CustomerFilters }) {
  const facets = useQuery(trpc.customers.facets.queryOptions());
  const offers = useQuery(trpc.subscriptions.facets.queryOptions());
  return (
    <div className={filtersStyles.filters}>
      <FilterChips
        label="Filter by state"
        name="active"
        current={filters.active === undefined ? undefined : String(filters.active)}
        choices={[
          { value: undefined, label: "All" },
          { value: "true", label: "Active" },
          { value: "false", label: "Former or not activated" },
        ]}
      />
      <ChoiceFilter
        label="Offer"
        name="offer"
        value={filters.offer}
        any="All offers"
        choices={(offers.data?.offers ?? []).map(({ offerId, name }) => ({ value: offerId, label: name }))}
      />
      <ChoiceFilter
        label="Owner"
        name="owner"
        value={filters.owner}
        any="Any owner"
        choices={[
          { value: ownerMe, label: "Mine" },
          { value: ownerNone, label: "Unassigned" },
          ...(facets.data?.owners ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <ChoiceFilter
        label="Tag"
        name="tag"
        value={filters.tag}
        any="Any tag"
        choices={(facets.data?.tags ?? []).map((tag) => ({ value: tag, label: tag }))}
      />
      <ChoiceFilter
        label="Test purchases"
        name="test"
        value={filters.test === undefined ? undefined : String(filters.test)}
        any="With test customers"
        choices={[
          { value: "false", label: "Without test customers" },
          { value: "true", label: "Only test customers" },
        ]}
      />
      <SearchFilter q={filters.q} label="Name, domain, email or tenant" />
    </div>
  );
}

type Sort = NonNullable<CustomerFilters["sort"]>;

const columns: (Column<CustomerRow> & { sort?: Sort })[] = [
  {
    id: "name",
    label: "Customer",
    sort: "name",
    minWidth: 160,
    isPrimary: true,
    title: (row) => row.name,
    cell: (row) => (
      <>
        <Link to="/customers/$id" params={{ id: row.id }} className={tableStyles.rowLink} data-row>
          {row.name}
        </Link>
        {row.isTest && <span className={tagStyles.tag}>test</span>}
        {row.domains[0] !== row.name && <span className="only-narrow dim">{row.domains[0] ?? ""}</span>}
      </>
    ),
  },
  {
    id: "domains",
    label: "Domains",
    sort: "domain",
    minWidth: 110,
    title: (row) => row.domains.join(", ") || undefined,
    cell: (row) => (row.domains.length === 0 ? <None /> : row.domains.join(", ")),
  },
  {
    id: "subscriptions",
    label: "Active",
    sort: "subscriptions",
    width: 104,
    isNumber: true,
    isPrimary: true,
    title: (row) =>
      `${formatNumber(row.activeSubscriptions)} active of ${formatNumber(row.subscriptions)} subscriptions`,
    cell: (row) => (
      <>
        {formatNumber(row.activeSubscriptions)}
        <span className="dim"> of {formatNumber(row.subscriptions)}</span>
      </>
    ),
  },
  {
    id: "seats",
    label: "Seats",
    sort: "seats",
    width: 80,
    isNumber: true,
    cell: (row) => (row.seats === 0 ? <None /> : formatNumber(row.seats)),
  },
  {
    id: "mrr",
    label: "MRR",
    sort: "mrr",
    width: 110,
    isNumber: true,
    title: (row) => (row.mrr.length > 1 ? mrrInWords(row) : undefined),
    cell: (row) => (row.mrr.length === 0 ? <None /> : mrrInWords(row)),
  },
  {
    id: "termEnd",
    label: "Next term end",
    sort: "termEnd",
    width: 140,
    cell: (row) => (row.termEndsOn === null ? <None /> : <TermEnd day={row.termEndsOn} />),
  },
  {
    id: "purchased",
    label: "Last purchase",
    sort: "purchased",
    width: 128,
    cell: (row) => (row.purchasedAt === null ? <None /> : <LocalDate at={row.purchasedAt} />),
  },
  {
    id: "owner",
    label: "Owner",
    sort: "owner",
    width: 140,
    minWidth: 90,
    title: (row) => row.ownerName ?? undefined,
    cell: (row) => row.ownerName ?? <None />,
  },
  {
    id: "tags",
    label: "Tags",
    sort: "tags",
    width: 150,
    minWidth: 90,
    title: (row) => row.tags.join(", ") || undefined,
    cell: (row) =>
      row.tags.length === 0 ? (
        <None />
      ) : (
        row.tags.map((tag) => (
          <span key={tag} className={`${tagStyles.tag} ${tagStyles.first}`}>
            {tag}
          </span>
        ))
      ),
  },
];

/** One amount for each currency: currencies are never added up. */
const mrrInWords = ({ mrr }: CustomerRow) =>
  mrr.map(({ currency, monthly }) => formatMoney(monthly, currency)).join(" + ");

function columnsFor(filters: CustomerFilters, counted: CustomerCount | undefined): Column<CustomerRow>[] {
  return columns.map(({ sort, ...column }) => ({
    ...column,
    ...(sort ? { head: headOf(column.label, sort, filters, counted) } : {}),
  }));
}

function headOf(label: string, by: Sort, filters: CustomerFilters, counted: CustomerCount | undefined) {
  // The MRR is added up from subscriptions.
  const rows = by === "mrr" && counted ? { ...counted, count: counted.subscriptions } : counted;
  const blockedReason = isBoundedSort(boundedCustomerSorts, by)
    ? sortBlockedReason("customers", by, isTooLongToSort(rows))
    : null;
  return sortHead({
    label,
    by,
    to: "/customers",
    filters,
    usual: "purchased",
    orders: customerSortOrders,
    blockedReason,
  });
}

function None() {
  return (
    <span className="dim" aria-label="none" role="img">
      –
    </span>
  );
}

/** Microsoft can take days to renew a term, and does not renew it while a payment is missing. */
function TermEnd({ day }: { day: Day }) {
  const isOver = useIsOver(day);
  return (
    <>
      <DayText day={day} />
      {isOver && (
        <span className="dim" title="The term has ended and is not renewed yet">
          {" "}
          (ended)
        </span>
      )}
    </>
  );
}
