/** The running reconciliation with its progress, otherwise the last one, and when the next starts. */
import { Skeleton } from "@mantine/core";
import { useNow } from "../../clock.ts";
import { Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import type { ReconcileRunView, ReconcileStatusView } from "../../../shared/views/reconcile.ts";
import { formatDuration, formatExact, formatNumber, formatRelative } from "../../text/format.ts";
import { RunResult } from "./runs.tsx";
import * as styles from "./reconcile.module.css";

type Props = { status: { data: ReconcileStatusView | undefined; error: unknown; refetch(): unknown } };

export function ReconcileStatus({ status }: Props) {
  const { data } = status;
  if (status.error && !data) return <Problem error={status.error} onRetry={() => void status.refetch()} />;
  if (!data) return <Skeleton height={64} mb="lg" />;
  return (
    <section className={styles.state} aria-label="Status">
      {data.running ? <Progress run={data.running} /> : <LastRun last={data.last} />}
      <p className="dim">
        <NextRun at={data.nextAt} isRunning={data.running !== null} />
      </p>
    </section>
  );
}

function LastRun({ last }: { last: ReconcileRunView | null }) {
  if (last === null) return <p>No reconciliation yet.</p>;
  return (
    <p>
      Last reconciliation <Ago at={last.finishedAt ?? last.startedAt} />: <RunResult run={last} />
    </p>
  );
}

function NextRun({ at, isRunning }: { at: string; isRunning: boolean }) {
  const now = useNow(15_000);
  const instant = Date.parse(at);
  return (
    <>
      Next scheduled reconciliation{isRunning ? " after this one" : ""}{" "}
      <time dateTime={at} title={formatExact(instant)}>
        {instant > now + 60_000 ? formatRelative(instant, now) : "in less than a minute"}
      </time>
      , then every ten minutes.
    </>
  );
}

const phases: Record<ReconcileRunView["phase"], string> = {
  listing: "Reading Microsoft's list",
  missing: "Looking up subscriptions that are missing from Microsoft's list",
  waiting: "Checking for purchases that are pending too long",
};

function Progress({ run }: { run: ReconcileRunView }) {
  const now = useNow(1_000);
  const { listed, expected, phase } = run;
  const about = expected === null || expected < listed ? null : expected;
  return (
    <>
      <p className={styles.stateLine}>
        <strong>{phases[phase]}</strong>
        <span>
          {formatNumber(listed)} read{about === null ? "" : ` of about ${formatNumber(about)}`}
        </span>
        <span className="dim">running for {formatDuration(now - Date.parse(run.startedAt))}</span>
      </p>
      <progress
        className={styles.progress}
        aria-label={phases[phase]}
        max={about === null || about === 0 ? undefined : about}
        value={about === null || about === 0 ? undefined : phase === "listing" ? listed : about}
      />
      {run.error !== null && <p className={styles.stateTrouble}>Waiting to continue automatically. {run.error}</p>}
      {run.restarts > 0 && (
        <p className="dim">Microsoft could not continue its list, so Marketdesk reads the list again.</p>
      )}
    </>
  );
}
