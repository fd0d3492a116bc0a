import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Suspense, useRef } from "react";
import { type OperationFilters, operationFilters } from "../../shared/filters.ts";
import { answerWindowMs, lifecycleActions, operationOutcomes, operationStages } from "../../shared/lifecycle.ts";
import { includesRole } from "../../shared/roles.ts";
import type { OperationView } from "../../shared/views/operations.ts";
import { ExportMenu } from "../components/export-menu.tsx";
import { lazyPart } from "../components/lazy-part.tsx";
import { FilterChip, FilterChips } from "../components/paged-table.tsx";
import { OperationItem, Stages } from "../components/operation-line.tsx";
import { PageHeader } from "../components/page-header.tsx";
import { Empty } from "../components/problem.tsx";
import { RetryOperation } from "../components/retry-operation.tsx";
import { Dot } from "../components/status.tsx";
import { ChoiceFilter, PersonFilter, SearchFilter } from "../components/table/field-filters.tsx";
import { isUntouched, useRows } from "../components/table/use-rows.ts";
import { useSelection } from "../components/table/selection.ts";
import { TimeRangeFilter } from "../components/table/time-range-filter.tsx";
import { Table } from "../components/table/table.tsx";
import type { Column } from "../components/table/column.ts";
import { Ago, TimeLeft } from "../components/time.tsx";
import { capitalize } from "../text/format.ts";
import { useFilters } from "../url-search.ts";
import { client, trpc } from "../trpc.ts";
import { operationActionLabel, operationState, operationTitle, outcomeLabels, sourceLabels } from "../text/labels.ts";
import * as buttonStyles from "../components/button.module.css";
import * as pageStyles from "../components/page.module.css";
import * as filtersStyles from "../components/table/filters.module.css";
import * as tableStyles from "../components/table/table.module.css";

const route = getRouteApi("/operations");

// Loaded with the first selection.
const TryAgainBar = lazyPart(() => import("./operation/try-again-bar.tsx"), "TryAgainBar");

export function OperationsPage() {
  const filters = useFilters(operationFilters, route.useSearch());
  const scroller = useRef<HTMLDivElement>(null);
  const me = useQuery(trpc.me.get.queryOptions());
  const selection = useSelection(JSON.stringify(filters));
  const list = useRows(
    {
      procedure: "operations.list",
      filters,
      page: (cursor) => client.operations.list.query({ ...filters, cursor }),
      rows: (ids) => client.operations.rows.query({ ids }),
      subscriptionOf: ({ subscriptionId }) => subscriptionId,
    },
    () => selection.isEmpty && isUntouched(scroller.current),
  );
  return (
    <div className={`${pageStyles.page} ${pageStyles.wide} ${pageStyles.fullHeight}`}>
      <PageHeader title="Operations" note="Pending and completed changes">
        <Link to="/bulk" className={buttonStyles.compact}>
          Bulk runs
        </Link>
        <ExportMenu of="operations" filters={filters} />
      </PageHeader>
      <Filters filters={filters} />
      <Table
        caption="Operations"
        noun={["operation", "operations"]}
        columns={columns}
        list={list}
        nameOf={(operation) => `${operationTitle(operation)}, ${operation.subscriptionName}`}
        peek={(operation) => (
          <ul>
            <OperationItem operation={operation} />
          </ul>
        )}
        scroller={scroller}
        {...(includesRole(me.data?.role ?? "viewer", "operator") ? { selection } : {})}
        empty={
          <Empty title={filters.state === "open" ? "No open operations" : "No operations"}>
            {Object.keys(filters).length > 1 || (filters.state === undefined && Object.keys(filters).length > 0)
              ? "No operations match these filters. "
              : "Operations appear when Microsoft requests a change, or when staff change plan or seats, or cancel. "}
            {Object.keys(filters).length > 0 && <Link to="/operations">Show all operations</Link>}
          </Empty>
        }
      >
        {!selection.isEmpty && (
          <Suspense>
            <TryAgainBar selection={selection} />
          </Suspense>
        )}
      </Table>
    </div>
  );
}

function Filters({ filters }: { filters: OperationFilters }) {
  return (
    <div className={filtersStyles.filters}>
      <FilterChips
        label="Filter by state"
        name="state"
        current={filters.state}
        choices={[
          { value: undefined, label: "All" },
          { value: "open", label: "Open" },
          { value: "settled", label: "Completed" },
        ]}
      />
      <ChoiceFilter
        label="Requested by"
        name="source"
        value={filters.source}
        any="Requested by: anyone"
        choices={[
          { value: "Azure", label: "Microsoft" },
          { value: "Partner", label: "Publisher" },
        ]}
      />
      <ChoiceFilter
        label="Action"
        name="action"
        value={filters.action}
        any="Any action"
        choices={lifecycleActions.map((action) => ({ value: action, label: operationActionLabel(action) }))}
      />
      <ChoiceFilter
        label="Stage"
        name="stage"
        value={filters.stage}
        any="Any stage"
        choices={operationStages.map((stage) => ({ value: stage, label: capitalize(stage) }))}
      />
      <ChoiceFilter
        label="Outcome"
        name="outcome"
        value={filters.outcome}
        any="Any outcome"
        choices={operationOutcomes.map((outcome) => ({
          value: outcome,
          label: capitalize(outcomeLabels[outcome].label),
        }))}
      />
      <PersonFilter person={filters.person} />
      <TimeRangeFilter from={filters.from} to={filters.to} />
      <SearchFilter q={filters.q} label="Customer or ID" />
      {filters.subscription && <FilterChip name="subscription" value={undefined} isOn label="One subscription ×" />}
    </div>
  );
}

const columns: Column<OperationView>[] = [
  {
    id: "what",
    label: "Operation",
    isPrimary: true,
    minWidth: 140,
    cell: (operation) => {
      const { label, tone } = operationState(operation);
      return (
        <>
          <Link to="/operations/$id" params={{ id: operation.id }} className={tableStyles.rowLink} data-row>
            {operationTitle(operation)}
          </Link>
          <span className="only-narrow">
            <Dot tone={tone}>{label}</Dot>
          </span>
        </>
      );
    },
  },
  {
    id: "name",
    label: "Subscription",
    isPrimary: true,
    minWidth: 140,
    title: (operation) => operation.subscriptionName,
    cell: (operation) => (
      <Link to="/subscriptions/$id" params={{ id: operation.subscriptionId }}>
        {operation.subscriptionName}
      </Link>
    ),
  },
  {
    id: "state",
    label: "Status",
    width: 368,
    minWidth: 180,
    cell: (operation) => <OperationStatus operation={operation} />,
  },
  { id: "left", label: "Time left", width: 116, cell: (operation) => <Left operation={operation} /> },
  {
    id: "by",
    label: "Requested by",
    width: 150,
    title: (operation) => operation.reason ?? undefined,
    cell: (operation) => (
      <>
        {operation.actor.name}
        {operation.actor.kind !== "marketplace" && operation.actor.kind !== "staff" && (
          <span className="dim"> {sourceLabels[operation.source]}</span>
        )}
      </>
    ),
  },
  { id: "started", label: "Started", width: 104, cell: (operation) => <Ago at={operation.createdAt} /> },
];

function OperationStatus({ operation }: { operation: OperationView }) {
  const { label, tone } = operationState(operation);
  const reason = operation.lastError ?? operation.decisionReason;
  return (
    <>
      {operation.settledAt === null && !operation.isStuck ? (
        <Stages operation={operation} />
      ) : (
        <Dot tone={tone}>{label}</Dot>
      )}
      {operation.isStuck && <RetryOperation id={operation.id} />}
      {reason && (
        <span className={`dim ${tableStyles.cellNote}`} title={reason}>
          {reason}
        </span>
      )}
    </>
  );
}

function Left({ operation }: { operation: OperationView }) {
  const isOpen = operation.settledAt === null;
  return isOpen && operation.answerDueAt !== null && operation.acknowledgedAt === null ? (
    <TimeLeft until={operation.answerDueAt} windowMs={answerWindowMs} />
  ) : (
    <span className="dim">{isOpen ? "no deadline" : ""}</span>
  );
}
