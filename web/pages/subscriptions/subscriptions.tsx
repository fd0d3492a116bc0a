import { IconArrowDown, IconArrowUp, IconLoader2, IconPlayerPause } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { subscriptionFilters } from "../../../shared/filters.ts";
import type { SubscriptionFilters, subscriptionSorts } from "../../../shared/filters.ts";
import type { SubscriptionRow } from "../../../shared/views/subscriptions.ts";
import { ExportMenu } from "../../components/export-menu.tsx";
import { List } from "../../components/list.tsx";
import { PageHeading } from "../../components/page-heading.tsx";
import { Empty } from "../../components/problem.tsx";
import { Status } from "../../components/status.tsx";
import { Ago, Day } from "../../components/time.tsx";
import { formatNumber } from "../../format.ts";
import { useFilters } from "../../search.ts";
import { trpc } from "../../trpc.ts";
import { Filters } from "./filters.tsx";
import { isFiltered } from "./filters-in-force.ts";
import { totalOf } from "./total.ts";
import { SavedViews } from "./saved-views.tsx";
import "./subscriptions.css";

const route = getRouteApi("/subscriptions");

export function SubscriptionsPage() {
  const filters = useFilters(subscriptionFilters, route.useSearch());
  const list = useQuery(trpc.subscriptions.list.queryOptions(filters, { placeholderData: keepPreviousData }));
  const counts = useQuery(trpc.subscriptions.counts.queryOptions());
  return (
    <div className="page page-wide">
      <PageHeading title="Subscriptions">
        <ExportMenu of="subscriptions" filters={filters} />
      </PageHeading>
      <SavedViews filters={filters} />
      <Filters filters={filters} counts={counts.data} />
      <List
        caption="Subscriptions"
        className="subscriptions"
        query={list}
        columns={8}
        noun={["subscription", "subscriptions"]}
        total={totalOf(filters, counts.data)}
        head={
          <>
            <SortHead filters={filters} by="name" className="col-name">
              Subscription
            </SortHead>
            <th className="col-customer">Customer</th>
            <th className="col-plan">Plan</th>
            <SortHead filters={filters} by="quantity" className="col-seats number">
              Seats
            </SortHead>
            <th className="col-status">Status</th>
            <SortHead filters={filters} by="termEnd" className="col-term">
              Term ends
            </SortHead>
            <SortHead filters={filters} by="purchased" className="col-purchased">
              Purchased
            </SortHead>
            <SortHead filters={filters} by="updated" className="col-updated">
              Changed
            </SortHead>
          </>
        }
        renderRow={(row) => <Row key={row.id} row={row} />}
        empty={isFiltered(filters) ? <NoMatch filters={filters} /> : <NoneYet />}
      />
    </div>
  );
}

function Row({ row }: { row: SubscriptionRow }) {
  return (
    <tr>
      <td className="col-name" title={row.name}>
        <span className="name-and-tags">
          <Link to="/subscriptions/$id" params={{ id: row.id }} className="row-link" data-row>
            {row.name}
          </Link>
          {row.tags.length > 0 && (
            <span className="tag" title={row.tags.join(", ")}>
              {row.tags[0]}
              {row.tags.length > 1 && ` +${row.tags.length - 1}`}
            </span>
          )}
        </span>
        <span className="only-narrow dim">
          {row.planName}
          {row.quantity === null ? "" : ` · ${formatNumber(row.quantity)} seats`}
        </span>
      </td>
      <td className="col-customer" title={row.contactCompany ?? row.beneficiaryEmail ?? undefined}>
        {row.contactCompany ?? row.beneficiaryEmail ?? <None />}
      </td>
      <td className="col-plan">
        {row.planName}
        {row.isFreeTrial && <span className="tag">trial</span>}
        <span className="dim"> {row.offerId}</span>
      </td>
      <td className="col-seats number">{row.quantity === null ? <None /> : formatNumber(row.quantity)}</td>
      <td className="col-status">
        <Status status={row.status} />
        {row.isOnHold && (
          <span className="tag tag-warn">
            <IconPlayerPause size={12} aria-hidden />
            on hold
          </span>
        )}
        {row.openOperations > 0 && (
          <span className="tag">
            <IconLoader2 size={12} className="turning" aria-hidden />
            {row.openOperations} open
          </span>
        )}
      </td>
      <td className="col-term">{row.termEndsAt ? <Day at={row.termEndsAt} /> : <None />}</td>
      <td className="col-purchased">{row.purchasedAt ? <Day at={row.purchasedAt} /> : <None />}</td>
      <td className="col-updated">
        <Ago at={row.updatedAt} />
      </td>
    </tr>
  );
}

function None() {
  return (
    <span className="dim" aria-label="none">
      –
    </span>
  );
}

type SortHeadProps = {
  filters: SubscriptionFilters;
  by: (typeof subscriptionSorts)[number];
  className: string;
  children: string;
};

function SortHead({ filters, by, className, children }: SortHeadProps) {
  const current = filters.sort ?? "updated";
  const order = filters.order ?? (current === "updated" ? "desc" : "asc");
  const isCurrent = current === by;
  const next = isCurrent ? (order === "asc" ? "desc" : "asc") : by === "name" || by === "termEnd" ? "asc" : "desc";
  return (
    <th className={className} aria-sort={isCurrent ? (order === "asc" ? "ascending" : "descending") : undefined}>
      <Link
        to="/subscriptions"
        search={{ ...filters, sort: by, order: next, cursor: undefined }}
        replace
        preload={false}
        className="sort"
        activeProps={{ "aria-current": undefined }}
      >
        {children}
        {isCurrent &&
          (order === "asc" ? <IconArrowUp size={13} aria-hidden /> : <IconArrowDown size={13} aria-hidden />)}
      </Link>
    </th>
  );
}

function NoMatch({ filters }: { filters: SubscriptionFilters }) {
  return (
    <Empty title="No subscription matches">
      {filters.q
        ? `Nothing was found for “${filters.q}” with these filters. The search looks in names, e-mails, domains, companies and every id of a subscription, whole or in part. Operations are found by the field at the top.`
        : "No subscription has what these filters ask for."}{" "}
      <Link to="/subscriptions">Show all subscriptions</Link>
    </Empty>
  );
}

function NoneYet() {
  return (
    <Empty title="No subscriptions yet">
      They appear when a purchaser comes from the Marketplace to the landing page, when Microsoft calls the webhook, or
      when you <Link to="/settings/reconcile">compare with Microsoft</Link>.
    </Empty>
  );
}
