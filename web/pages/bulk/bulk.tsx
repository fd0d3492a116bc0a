import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { bulkRowStates } from "../../../shared/bulk.ts";
import type { BulkRunView } from "../../../shared/views/bulk.ts";
import { FilterChips } from "../../components/paged-table.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Loading, PageProblem } from "../../components/problem.tsx";
import { isUntouched, useRows } from "../../components/table/use-rows.ts";
import { Table } from "../../components/table/table.tsx";
import { Ago } from "../../components/time.tsx";
import { capitalize, countOf, formatNumber } from "../../text/format.ts";
import { client, trpc } from "../../trpc.ts";
import { BulkControls } from "./bulk-controls.tsx";
import { rowColumns, rowStateLabel } from "./row-columns.tsx";
import * as calloutStyles from "../../components/callout.module.css";
import * as pageStyles from "../../components/page.module.css";
import * as filtersStyles from "../../components/table/filters.module.css";
import * as styles from "./bulk.module.css";

const route = getRouteApi("/bulk/$id");

/** One bulk run: dry run, progress and the result of each subscription. */
export function BulkPage() {
  const { id } = route.useParams();
  const { state } = route.useSearch();
  const run = useQuery(trpc.bulk.get.queryOptions({ id }));
  if (run.error && !run.data) return <PageProblem error={run.error} onRetry={() => void run.refetch()} />;
  if (!run.data) return <Loading />;
  return <Run key={id} run={run.data} state={bulkRowStates.find((one) => one === state)} />;
}

function Run({ run, state }: { run: BulkRunView; state: (typeof bulkRowStates)[number] | undefined }) {
  return (
    <div className={`${pageStyles.page} ${pageStyles.wide} ${pageStyles.fullHeight}`}>
      <p className={pageStyles.backLink}>
        <Link to="/bulk">Bulk runs</Link>
      </p>
      <PageHeader
        title={`${run.title} · ${countOf(run.total, "subscription")}`}
        note={
          <>
            {run.state === "planned" ? "Dry run" : "Bulk run"} by {run.byName}, <Ago at={run.createdAt} />
            {"reason" in run.action && <> · “{run.action.reason}”</>}
            {run.filters && (
              <>
                {" · "}
                <Link to="/subscriptions" search={run.filters}>
                  selected by these filters
                </Link>
              </>
            )}
            {" · "}
            <Link to="/activity" search={{ run: run.id }}>
              audit trail
            </Link>
          </>
        }
      />
      <BulkStatus run={run} />
      {run.rowsDeletedAt === null && <RunRows run={run} state={state} />}
    </div>
  );
}

/** The run's subscriptions, by what would be or was done. */
function RunRows({ run, state }: { run: BulkRunView; state: (typeof bulkRowStates)[number] | undefined }) {
  const scroller = useRef<HTMLDivElement>(null);
  // A new object would be a new list, which starts at its top.
  const filters = useMemo(
    (): { id: string; state: typeof state; cursor?: undefined } => ({ id: run.id, state }),
    [run.id, state],
  );
  const list = useRows(
    {
      procedure: "bulk.rows",
      filters,
      page: (cursor) => client.bulk.rows.query({ ...filters, cursor }),
      subscriptionOf: ({ subscriptionId }) => subscriptionId,
      readPosition: () => {
        const { scrollTop = 0, scrollHeight = 1 } = scroller.current ?? {};
        return scrollTop / scrollHeight;
      },
    },
    () => isUntouched(scroller.current),
  );
  const count = state === undefined ? run.total : run.counts[state];
  return (
    <>
      <div className={filtersStyles.filters}>
        <FilterChips
          label="Filter by status"
          name="state"
          current={state}
          choices={[
            { value: undefined, label: "All", count: run.total },
            ...bulkRowStates.map((one) => ({
              value: one,
              label: capitalize(rowStateLabel(one, run.state).label),
              count: run.counts[one],
            })),
          ]}
        />
      </div>
      <Table
        caption="Subscriptions of the run"
        noun={["subscription", "subscriptions"]}
        columns={rowColumns(run.state)}
        list={list}
        total={{ count, isMore: false }}
        nameOf={(row) => row.subscriptionName}
        scroller={scroller}
        empty={<Empty title="No subscriptions">No subscriptions of this run have this status.</Empty>}
      />
    </>
  );
}

/** The state of the run and its actions. */
function BulkStatus({ run }: { run: BulkRunView }) {
  const { counts } = run;
  const ended = counts.done + counts.failed;
  const all = ended + counts.ready;
  return (
    <section
      className={`${calloutStyles.callout} ${styles.bulkState}`}
      aria-label="Status"
      data-tone={run.state === "stopped" ? "warn" : run.state === "finished" && counts.failed > 0 ? "bad" : "info"}
    >
      <div className={styles.bulkWords}>
        <p role="status">
          <strong>{statusText(run)}</strong>
        </p>
        {run.rowsDeletedAt !== null ? (
          <p className="dim">
            This dry run was never started. Its list of subscriptions was deleted <Ago at={run.rowsDeletedAt} />,
            because the dry run may be out of date. To run the action, select the subscriptions again.
          </p>
        ) : run.state === "planned" ? (
          <p className="dim">
            {countOf(counts.ready, "subscription")} would be changed
            {counts.refused > 0 ? `, ${formatNumber(counts.refused)} cannot be changed (see the reasons below)` : ""}.
            Each subscription is checked again before it is changed.
          </p>
        ) : (
          <>
            <progress value={ended} max={Math.max(all, 1)} aria-label="Progress" />
            <p className="dim">
              {formatNumber(counts.done)} done
              {run.inProgress > 0 ? ` (${formatNumber(run.inProgress)} in progress at Microsoft)` : ""} ·{" "}
              {formatNumber(counts.failed)} failed
              {run.failedLater > 0 ? ` (${formatNumber(run.failedLater)} at Microsoft)` : ""} ·{" "}
              {formatNumber(counts.ready)} to do · {formatNumber(counts.refused)} skipped
            </p>
          </>
        )}
        {run.stopReason && <p>{run.stopReason}</p>}
      </div>
      {run.rowsDeletedAt === null && <BulkControls run={run} />}
    </section>
  );
}

function statusText(run: BulkRunView): string {
  switch (run.state) {
    case "planned":
      return run.rowsDeletedAt === null ? "Nothing has been changed yet." : "Nothing was changed.";
    case "running":
      return "Running. You can leave this page.";
    case "stopped":
      return "Stopped before completion.";
    case "finished":
      if (run.inProgress > 0) return "All changes requested; in progress at Microsoft.";
      return run.counts.failed > 0 ? "Completed, some failed." : "Completed.";
  }
}
