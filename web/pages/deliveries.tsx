import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useRef } from "react";
import { deliveryFilters, deliveryOutcomes } from "../../shared/filters.ts";
import { webhookActions } from "../../shared/lifecycle.ts";
import type { DeliveryRow, RejectedCallView } from "../../shared/views/history.ts";
import { ExportMenu } from "../components/export-menu.tsx";
import { DetailsItem } from "../components/details-list.tsx";
import { FilterChip, FilterChips } from "../components/paged-table.tsx";
import { PageHeader } from "../components/page-header.tsx";
import { Empty, Problem } from "../components/problem.tsx";
import { ShortId } from "../components/short-id.tsx";
import { Dot } from "../components/status.tsx";
import { ChoiceFilter, SearchFilter } from "../components/table/field-filters.tsx";
import { isUntouched, useRows } from "../components/table/use-rows.ts";
import { TimeRangeFilter } from "../components/table/time-range-filter.tsx";
import { Table } from "../components/table/table.tsx";
import type { Column } from "../components/table/column.ts";
import { Ago } from "../components/time.tsx";
import {
  capitalize,
  countOf,
  formatBytes,
  formatExact,
  formatMoment,
  formatNumber,
  prettyJson,
} from "../text/format.ts";
import { useFilters } from "../url-search.ts";
import { client, trpc } from "../trpc.ts";
import { deliveryLabels, operationActionLabel, outcomeLabels } from "../text/labels.ts";
import * as calloutStyles from "../components/callout.module.css";
import * as pageStyles from "../components/page.module.css";
import * as filtersStyles from "../components/table/filters.module.css";
import * as tableStyles from "../components/table/table.module.css";

const route = getRouteApi("/deliveries");

export function DeliveriesPage() {
  const filters = useFilters(deliveryFilters, route.useSearch());
  const rejected = useQuery(trpc.deliveries.rejected.queryOptions());
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRows(
    {
      procedure: "deliveries.list",
      filters,
      page: (cursor) => client.deliveries.list.query({ ...filters, cursor }),
      rows: (ids) => client.deliveries.rows.query({ ids }),
      subscriptionOf: ({ subscriptionId }) => subscriptionId,
    },
    () => isUntouched(scroller.current),
  );
  return (
    <div className={`${pageStyles.page} ${pageStyles.wide} ${pageStyles.fullHeight}`}>
      <PageHeader title="Webhooks" note="Webhook calls from Microsoft, unmodified">
        <ExportMenu of="deliveries" filters={filters} />
      </PageHeader>
      {rejected.data && rejected.data.length > 0 && <Rejected calls={rejected.data} />}
      <div className={filtersStyles.filters}>
        <FilterChips
          label="Filter by outcome"
          name="outcome"
          current={filters.outcome}
          choices={[
            { value: undefined, label: "All" },
            ...deliveryOutcomes.map((outcome) => ({
              value: outcome,
              label: capitalize(deliveryLabels[outcome].label),
            })),
          ]}
        />
        <ChoiceFilter
          label="Action"
          name="action"
          value={filters.action}
          any="Any action"
          choices={webhookActions.map((action) => ({ value: action, label: operationActionLabel(action) }))}
        />
        <TimeRangeFilter from={filters.from} to={filters.to} />
        <SearchFilter q={filters.q} label="Customer or ID" />
        {filters.subscription && <FilterChip name="subscription" value={undefined} isOn label="One subscription ×" />}
      </div>
      <Table
        caption="Deliveries"
        noun={["delivery", "deliveries"]}
        columns={columns}
        list={list}
        nameOf={(row) => `${row.action ?? "Unrecognized delivery"} at ${formatMoment(Date.parse(row.receivedAt))}`}
        peek={(row) => <DeliveryPeek key={row.id} row={row} />}
        scroller={scroller}
        empty={
          <Empty title="No deliveries">
            {Object.keys(filters).length > 0 ? (
              <>
                No deliveries match these filters. <Link to="/deliveries">Show all deliveries</Link>
              </>
            ) : (
              "Authenticated webhook calls from Microsoft appear here with their body, even if they could not be parsed."
            )}
          </Empty>
        }
      />
    </div>
  );
}

const columns: Column<DeliveryRow>[] = [
  {
    id: "received",
    label: "Received",
    width: 246,
    isPrimary: true,
    cell: (row) => {
      const received = Date.parse(row.receivedAt);
      return (
        <>
          <Link to="/deliveries/$id" params={{ id: row.id }} className={tableStyles.rowLink} data-row>
            <time dateTime={row.receivedAt} title={formatExact(received)}>
              {formatMoment(received)}
            </time>
          </Link>{" "}
          <span className="dim">
            <Ago at={row.receivedAt} />
          </span>
        </>
      );
    },
  },
  {
    id: "action",
    label: "Action",
    width: 140,
    cell: (row) => (row.action === null ? <span className="dim">Unknown</span> : operationActionLabel(row.action)),
  },
  {
    id: "name",
    label: "Subscription",
    isPrimary: true,
    minWidth: 140,
    title: (row) => row.subscriptionName ?? undefined,
    cell: (row) => (
      <>
        {row.subscriptionId && row.subscriptionName ? (
          <Link to="/subscriptions/$id" params={{ id: row.subscriptionId }}>
            {row.subscriptionName}
          </Link>
        ) : (
          <span className="dim">{row.subscriptionId ?? "Not in the body"}</span>
        )}
        <span className="only-narrow dim">{row.action === null ? "Unknown" : operationActionLabel(row.action)}</span>
      </>
    ),
  },
  {
    id: "outcome",
    label: "Outcome",
    width: 148,
    cell: (row) => <Dot tone={deliveryLabels[row.outcome].tone}>{deliveryLabels[row.outcome].label}</Dot>,
  },
  {
    id: "operation",
    label: "Operation",
    width: 148,
    cell: (row) =>
      row.operationOutcome ? (
        <Dot tone={outcomeLabels[row.operationOutcome].tone}>{outcomeLabels[row.operationOutcome].label}</Dot>
      ) : (
        <span className="dim">{row.operationStage ?? "–"}</span>
      ),
  },
  {
    id: "marketplaceId",
    label: "Operation ID",
    width: 190,
    cell: (row) =>
      row.marketplaceId ? <ShortId id={row.marketplaceId} of="operation" /> : <span className="dim">–</span>,
  },
  { id: "bytes", label: "Size", width: 80, isNumber: true, cell: (row) => formatBytes(row.bytes) },
];

/** Preview of a delivery: its outcome and its unmodified body. */
function DeliveryPeek({ row }: { row: DeliveryRow }) {
  const whole = useQuery(trpc.deliveries.get.queryOptions({ id: row.id }));
  return (
    <>
      <dl>
        <DetailsItem label="Received">{formatExact(Date.parse(row.receivedAt))}</DetailsItem>
        <DetailsItem label="Outcome">{deliveryLabels[row.outcome].label}</DetailsItem>
        {row.operationId && (
          <DetailsItem label="Operation">
            <Link to="/operations/$id" params={{ id: row.operationId }}>
              {row.operationOutcome ? outcomeLabels[row.operationOutcome].label : row.operationStage}
            </Link>
          </DetailsItem>
        )}
      </dl>
      <h3>Body</h3>
      {whole.error && !whole.data ? (
        <Problem error={whole.error} onRetry={() => void whole.refetch()} />
      ) : whole.data ? (
        <pre tabIndex={0}>{prettyJson(whole.data.body)}</pre>
      ) : (
        <Skeleton height={240} />
      )}
    </>
  );
}

function Rejected({ calls }: { calls: RejectedCallView[] }) {
  const total = calls.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className={calloutStyles.callout} data-tone="warn" aria-label="Rejected calls">
      <div>
        <h2>{countOf(total, "webhook call")} rejected: not proven to come from Microsoft</h2>
        <ul>
          {calls.map((call) => (
            <li key={`${call.at}${call.reason}`}>
              <Ago at={call.at} />: {call.reason}{" "}
              <span className="dim">
                returned {call.status}
                {call.count > 1 ? `, ${formatNumber(call.count)} times` : ""}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
