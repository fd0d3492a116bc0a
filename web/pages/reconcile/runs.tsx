/** The latest reconciliations. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReconcileRunView } from "../../../shared/views/reconcile.ts";
import { useNow } from "../../clock.ts";
import { Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago } from "../../components/time.tsx";
import { countOf, formatDuration, formatNumber } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import * as tableStyles from "../../components/table/table.module.css";
import * as styles from "./reconcile.module.css";

export function Runs() {
  const runs = useQuery(trpc.reconcile.runs.queryOptions());
  return (
    <details className={styles.runsBox}>
      <summary>Recent reconciliations</summary>
      {runs.error && !runs.data ? (
        <Problem error={runs.error} onRetry={() => void runs.refetch()} />
      ) : !runs.data ? (
        <Skeleton height={200} />
      ) : runs.data.length === 0 ? (
        <p className="dim">No reconciliations yet.</p>
      ) : (
        <table className={`${tableStyles.list} ${styles.runs}`}>
          <caption className="sr-only">Reconciliations, newest first</caption>
          <thead>
            <tr>
              <th>Started</th>
              <th className={styles.colBy}>Started by</th>
              <th className={`number ${styles.colCount}`}>Read</th>
              <th className={`number ${styles.colCount}`}>Added</th>
              <th className={`number ${styles.colCount}`}>Repaired</th>
              <th className={`number ${styles.colCount}`}>Need attention</th>
              <th className={`number ${styles.colCount}`}>Failed</th>
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
    </details>
  );
}

function Run({ run }: { run: ReconcileRunView }) {
  return (
    <tr>
      <td>
        <Ago at={run.startedAt} />
      </td>
      <td className={styles.colBy}>{run.trigger === "schedule" ? "Schedule" : (run.startedByName ?? "Staff")}</td>
      <td className={`number ${styles.colCount}`}>{formatNumber(run.listed)}</td>
      <td className={`number ${styles.colCount}`}>{formatNumber(run.added)}</td>
      <td className={`number ${styles.colCount}`}>{formatNumber(run.repaired)}</td>
      <td className={`number ${styles.colCount}`}>{formatNumber(run.raised)}</td>
      <td className={`number ${styles.colCount}`}>{formatNumber(run.failed)}</td>
      <td>
        <RunResult run={run} />
      </td>
    </tr>
  );
}

/** The result or the current state of a reconciliation. */
export function RunResult({ run }: { run: ReconcileRunView }) {
  const now = useNow(1_000);
  if (run.finishedAt === null) {
    return run.error === null ? (
      <Dot tone="info">{`Running for ${formatDuration(now - Date.parse(run.startedAt))}`}</Dot>
    ) : (
      <>
        <Dot tone="warn">Waiting</Dot> <span className="dim">{run.error}</span>
      </>
    );
  }
  if (run.error !== null) {
    return (
      <>
        <Dot tone="bad">Stopped early</Dot> <span className="dim">{run.error}</span>
      </>
    );
  }
  const { text, tone } = resultOf(run);
  const took = formatDuration(Date.parse(run.finishedAt) - Date.parse(run.startedAt));
  return <Dot tone={tone}>{`${text}, in ${took}`}</Dot>;
}

function resultOf(run: ReconcileRunView): { text: string; tone: "good" | "warn" } {
  const parts = [
    run.added > 0 ? `${formatNumber(run.added)} added` : "",
    run.repaired > 0 ? `${formatNumber(run.repaired)} repaired` : "",
    run.raised > 0 ? `${formatNumber(run.raised)} ${run.raised === 1 ? "needs" : "need"} attention` : "",
    run.failed > 0 ? `${formatNumber(run.failed)} failed` : "",
    run.revived > 0 ? `${countOf(run.revived, "operation")} resumed` : "",
  ].filter((part) => part !== "");
  const text = parts.length === 0 ? "no differences" : parts.join(", ");
  return { text, tone: run.failed + run.raised > 0 ? "warn" : "good" };
}
