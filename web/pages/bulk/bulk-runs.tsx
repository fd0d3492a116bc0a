import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useRef } from "react";
import { type BulkState, bulkRunFilters } from "../../../shared/bulk.ts";
import { ownerMe } from "../../../shared/filters.ts";
import type { BulkRunView } from "../../../shared/views/bulk.ts";
import { FilterChip, FilterChips } from "../../components/paged-table.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { isUntouched, useRows } from "../../components/table/use-rows.ts";
import { type Column } from "../../components/table/column.ts";
import { Table } from "../../components/table/table.tsx";
import { Ago } from "../../components/time.tsx";
import { client, trpc } from "../../trpc.ts";
import { useFilters } from "../../url-search.ts";
import { capitalize, formatNumber } from "../../text/format.ts";
import type { Tone } from "../../text/labels.ts";
import * as pageStyles from "../../components/page.module.css";
import * as filtersStyles from "../../components/table/filters.module.css";
import * as tableStyles from "../../components/table/table.module.css";

const route = getRouteApi("/bulk");

/** Bulk runs: planned, running and finished. */
export function BulkRunsPage() {
  const filters = useFilters(bulkRunFilters, route.useSearch());
  const me = useQuery(trpc.me.get.queryOptions());
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRows(
    {
      procedure: "bulk.list",
      filters,
      page: (cursor) => client.bulk.list.query({ ...filters, cursor }),
      subscriptionOf: () => null,
    },
    () => isUntouched(scroller.current),
  );
  const isFiltered = filters.owner !== undefined || filters.state !== undefined;
  return (
    <div className={`${pageStyles.page} ${pageStyles.wide} ${pageStyles.fullHeight}`}>
      <PageHeader title="Bulk runs" note="Actions on many subscriptions. Each starts with a dry run." />
      <div className={filtersStyles.filters}>
        <FilterChips
          label="Filter by state"
          name="state"
          current={filters.state}
          choices={[
            { value: undefined, label: "All" },
            ...(["running", "planned", "stopped", "finished"] as const).map((state) => ({
              value: state,
              label: capitalize(stateLabels[state].label),
            })),
          ]}
        />
        {me.data && (
          <FilterChip name="owner" value={filters.owner ? undefined : ownerMe} isOn={!!filters.owner} label="Mine" />
        )}
      </div>
      <Table
        caption="Bulk runs"
        noun={["run", "runs"]}
        columns={columns}
        list={list}
        nameOf={(run) => run.title}
        scroller={scroller}
        empty={
          <Empty title="No bulk runs">
            {isFiltered ? (
              <>
                No bulk runs match these filters. <Link to="/bulk">Show all bulk runs</Link>
              </>
            ) : (
              <>
                Select <Link to="/subscriptions">subscriptions</Link> and choose a bulk action. Dry runs, progress and
                results appear here.
              </>
            )}
          </Empty>
        }
      />
    </div>
  );
}

const stateLabels: Record<BulkState, { label: string; tone: Tone }> = {
  planned: { label: "dry run", tone: "info" },
  running: { label: "running", tone: "info" },
  stopped: { label: "stopped", tone: "warn" },
  finished: { label: "done", tone: "good" },
};

/** The state of a run. A finished run with failures does not get the tone of success. */
function statusOf(run: BulkRunView): { label: string; tone: Tone } {
  if (run.state !== "finished") return stateLabels[run.state];
  if (run.inProgress > 0) return { label: "at Microsoft", tone: "info" };
  return run.counts.failed > 0 ? { label: "completed, some failed", tone: "bad" } : stateLabels.finished;
}

function results({ counts, total, state, rowsDeletedAt }: BulkRunView): string {
  if (rowsDeletedAt !== null) return "never started, list deleted";
  if (state === "planned") return `${formatNumber(counts.ready)} of ${formatNumber(total)} would change`;
  const parts = [`${formatNumber(counts.done)} of ${formatNumber(total)}`];
  if (counts.failed > 0) parts.push(`${formatNumber(counts.failed)} failed`);
  if (counts.refused > 0) parts.push(`${formatNumber(counts.refused)} skipped`);
  return parts.join(", ");
}

const columns: Column<BulkRunView>[] = [
  {
    id: "what",
    label: "Run",
    isPrimary: true,
    title: (run) => run.title,
    cell: (run) => (
      <>
        <Link to="/bulk/$id" params={{ id: run.id }} className={tableStyles.rowLink} data-row>
          {run.title}
        </Link>
        <span className="only-narrow dim">{results(run)}</span>
      </>
    ),
  },
  {
    id: "state",
    label: "Status",
    width: 170,
    isPrimary: true,
    cell: (run) => {
      const { label, tone } = statusOf(run);
      return <Dot tone={tone}>{label}</Dot>;
    },
  },
  { id: "results", label: "Subscriptions", width: 240, cell: results },
  {
    id: "why",
    label: "Reason",
    title: (run) => ("reason" in run.action ? run.action.reason : undefined),
    cell: (run) => ("reason" in run.action ? run.action.reason : ""),
  },
  { id: "by", label: "By", width: 160, cell: (run) => (run.isMine ? "You" : run.byName) },
  { id: "when", label: "When", width: 112, cell: (run) => <Ago at={run.createdAt} /> },
];
