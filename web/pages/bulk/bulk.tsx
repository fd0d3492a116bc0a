import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { bulkRowStates, confirmationFor } from "../../../shared/bulk.ts";
import type { BulkRunView } from "../../../shared/views/bulk.ts";
import { announce } from "../../shell/announce.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { FilterChips } from "../../components/paged-table.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Loading, PageProblem } from "../../components/problem.tsx";
import { isUntouched, useRows } from "../../components/table/use-rows.ts";
import { Table } from "../../components/table/table.tsx";
import { Ago } from "../../components/time.tsx";
import { capitalize, countOf, formatNumber } from "../../text/format.ts";
import { fieldProblems, messageOf } from "../../text/call-errors.ts";
import { client, trpc } from "../../trpc.ts";
import { rowColumns, rowStateLabel } from "./row-columns.tsx";
import "./bulk.css";

const route = getRouteApi("/bulk/$id");

/** One change of many subscriptions: its dry run, its progress, and what became of each. */
export function BulkPage() {
  const { id } = route.useParams();
  const { state } = route.useSearch();
  const run = useQuery(trpc.bulk.get.queryOptions({ id }));
  if (run.error && !run.data) return <PageProblem error={run.error} onRetry={() => void run.refetch()} />;
  if (!run.data) return <Loading />;
  return <Run run={run.data} state={bulkRowStates.find((one) => one === state)} />;
}

function Run({ run, state }: { run: BulkRunView; state: (typeof bulkRowStates)[number] | undefined }) {
  const scroller = useRef<HTMLDivElement>(null);
  const filters: { id: string; state: typeof state; cursor?: undefined } = { id: run.id, state };
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
    <div className="page page-wide page-list">
      <p className="way-back">
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
                  chosen by these filters
                </Link>
              </>
            )}
            {" · "}
            <Link to="/activity" search={{ run: run.id }}>
              on record
            </Link>
          </>
        }
      />
      <BulkStatus run={run} />
      <div className="filters">
        <FilterChips
          label="Filter by how it stands"
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
        empty={<Empty title="None of them">No subscription of this run stands like that now.</Empty>}
      />
    </div>
  );
}

/** Where the run stands, and what can be done about it. */
function BulkStatus({ run }: { run: BulkRunView }) {
  const { counts } = run;
  const ended = counts.done + counts.failed;
  const all = ended + counts.ready;
  const failed = counts.failed + run.failedLater;
  return (
    <section
      className="callout bulk-standing"
      aria-label="Where it stands"
      data-tone={run.state === "stopped" ? "warn" : "info"}
    >
      <div className="bulk-words">
        <p role="status">
          <strong>{statusText(run)}</strong>
        </p>
        {run.state === "planned" ? (
          <p className="dim">
            {countOf(counts.ready, "subscription")} would be changed
            {counts.refused > 0 ? `, ${formatNumber(counts.refused)} cannot be, for the reasons below` : ""}. Each is
            checked again when its turn comes.
          </p>
        ) : (
          <>
            <progress value={ended} max={Math.max(all, 1)} aria-label="How much is done" />
            <p className="dim">
              {formatNumber(counts.done)} done
              {run.inProgress > 0 ? `, of which Microsoft is at work on ${formatNumber(run.inProgress)}` : ""} ·{" "}
              {formatNumber(failed)} failed
              {run.failedLater > 0 ? ` (${formatNumber(run.failedLater)} at Microsoft)` : ""} ·{" "}
              {formatNumber(counts.ready)} to do · {formatNumber(counts.refused)} left out
            </p>
          </>
        )}
        {run.stopReason && <p>{run.stopReason}</p>}
      </div>
      <BulkControls run={run} failed={failed} />
    </section>
  );
}

function statusText(run: BulkRunView): string {
  switch (run.state) {
    case "planned":
      return "Nothing has been changed yet.";
    case "running":
      return "It is being done. You can leave this page; it goes on.";
    case "stopped":
      return "It was stopped before its end.";
    case "finished":
      return run.inProgress > 0 ? "All are asked for; Microsoft is at work." : "It is done.";
  }
}

function BulkControls({ run, failed }: { run: BulkRunView; failed: number }) {
  const [confirmation, setConfirmation] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const onError = (error: unknown) => {
    setProblem(fieldProblems(error)["confirmation"] ?? null);
    announce(messageOf(error, true));
  };
  const start = useMutation(trpc.bulk.start.mutationOptions({ onError, onSuccess: () => announce("It has begun.") }));
  const stop = useMutation(trpc.bulk.stop.mutationOptions({ onError, onSuccess: () => announce("It is stopped.") }));
  const retry = useMutation(
    trpc.bulk.retry.mutationOptions({ onError, onSuccess: () => announce("It has begun again.") }),
  );
  const { id, counts, state } = run;
  const isCancel = run.action.kind === "cancel";
  const notOwnerReason = run.isMine ? null : `Only ${run.byName}, in whose name it acts, can start this run.`;
  const confirmationPhrase = confirmationFor(counts.ready);
  function begin() {
    setProblem(null);
    if (notOwnerReason === null && counts.ready > 0) start.mutate({ id, ...(isCancel ? { confirmation } : {}) });
  }
  if (state === "running")
    return (
      <Button variant="default" size="xs" loading={stop.isPending} onClick={() => stop.mutate({ id })}>
        Stop
      </Button>
    );
  return (
    <form
      className="bulk-steering"
      onSubmit={(event) => {
        event.preventDefault();
        begin();
      }}
    >
      {isCancel && counts.ready > 0 && run.isMine && state !== "finished" && (
        <TextInput
          size="xs"
          label={`Type “${confirmationPhrase}” to confirm`}
          value={confirmation}
          error={problem}
          onChange={(event) => setConfirmation(event.currentTarget.value)}
          autoComplete="off"
        />
      )}
      {state !== "finished" && (
        <GuardedButton
          size="xs"
          className={isCancel ? "danger-filled" : undefined}
          loading={start.isPending}
          whyNot={
            notOwnerReason ?? (counts.ready === 0 ? "Nothing can be done to any of these subscriptions now." : null)
          }
          onClick={begin}
        >
          {state === "stopped" ? "Go on" : "Start"}: {countOf(counts.ready, "subscription")}
        </GuardedButton>
      )}
      {failed > 0 && (
        <GuardedButton
          size="xs"
          variant="default"
          loading={retry.isPending}
          whyNot={notOwnerReason}
          onClick={() => retry.mutate({ id })}
        >
          Try the {formatNumber(failed)} that failed again
        </GuardedButton>
      )}
    </form>
  );
}
