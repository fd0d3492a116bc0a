import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { includesRole } from "../../shared/roles.ts";
import type { ReconcileRunView } from "../../shared/views.ts";
import { announce } from "../announce.tsx";
import { useNow } from "../clock.ts";
import { GuardedButton } from "../components/guarded-button.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { Empty, Problem } from "../components/problem.tsx";
import { Dot } from "../components/status.tsx";
import { Ago } from "../components/time.tsx";
import { countOf, formatDuration, formatNumber } from "../format.ts";
import { messageOf } from "../problem.ts";
import { trpc } from "../trpc.ts";

export function ReconcilePage() {
  const runs = useQuery(trpc.reconcile.runs.queryOptions());
  const isRunning = runs.data?.some((run) => run.finishedAt === null) ?? false;
  return (
    <div className="page">
      <PageHeading
        title="Reconcile"
        note="Reads every subscription from Microsoft, adds those that the desk does not know and repairs what differs."
      >
        <CompareNow isRunning={isRunning} />
      </PageHeading>
      {runs.error && !runs.data ? (
        <Problem error={runs.error} onRetry={() => void runs.refetch()} />
      ) : !runs.data ? (
        <Skeleton height={320} />
      ) : runs.data.length === 0 ? (
        <Empty title="Not compared yet">
          The desk compares on a schedule. To do it now, use “Compare with Microsoft now”; each repair is put on record
          with what differed.
        </Empty>
      ) : (
        <table className="list runs">
          <caption className="sr-only">Comparisons with Microsoft, newest first</caption>
          <thead>
            <tr>
              <th>Started</th>
              <th>By</th>
              <th className="number">Read</th>
              <th className="number">Added</th>
              <th className="number">Repaired</th>
              <th className="number">Failed</th>
              <th>Result</th>
            </tr>
          </thead>
          <tbody>
            {runs.data.map((run) => (
              <Run key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function CompareNow({ isRunning }: { isRunning: boolean }) {
  const queryClient = useQueryClient();
  const me = useQuery(trpc.me.get.queryOptions());
  const start = useMutation(
    trpc.reconcile.start.mutationOptions({
      onSuccess: () => {
        announce("The comparison with Microsoft has begun; its progress is shown here.");
        return queryClient.invalidateQueries(trpc.reconcile.runs.queryFilter());
      },
      onError: (error) => announce(messageOf(error, true)),
    }),
  );
  const whyNot = isRunning
    ? "A comparison is running; it shows its progress below."
    : me.data && !includesRole(me.data.role, "operator")
      ? "Only an operator or admin can start a comparison."
      : null;
  return (
    <GuardedButton whyNot={whyNot} loading={start.isPending} onClick={() => start.mutate()}>
      Compare with Microsoft now
    </GuardedButton>
  );
}

function Run({ run }: { run: ReconcileRunView }) {
  return (
    <tr>
      <td>
        <Ago at={run.startedAt} />
      </td>
      <td>{run.trigger === "schedule" ? "Schedule" : (run.startedByName ?? "Staff")}</td>
      <td className="number">{formatNumber(run.listed)}</td>
      <td className="number">{formatNumber(run.added)}</td>
      <td className="number">{formatNumber(run.repaired)}</td>
      <td className="number">{formatNumber(run.failed)}</td>
      <td>
        <Result run={run} />
      </td>
    </tr>
  );
}

function Result({ run }: { run: ReconcileRunView }) {
  const now = useNow(1_000);
  if (run.error !== null) {
    return (
      <>
        <Dot tone="bad">failed</Dot> <span className="dim">{run.error}</span>
      </>
    );
  }
  if (run.finishedAt === null) {
    return <Dot tone="info">{`running for ${formatDuration(now - Date.parse(run.startedAt))}`}</Dot>;
  }
  const took = formatDuration(Date.parse(run.finishedAt) - Date.parse(run.startedAt));
  const changed = run.added + run.repaired;
  if (run.failed > 0)
    return <Dot tone="warn">{`${countOf(run.failed, "subscription")} could not be compared, in ${took}`}</Dot>;
  return (
    <Dot tone="good">
      {changed === 0 ? `nothing differed, in ${took}` : `${countOf(changed, "difference")} settled, in ${took}`}
    </Dot>
  );
}
