/** How the comparison stands: the one under way with its progress, else the last one, and when the next begins. */
import { Skeleton } from "@mantine/core";
import { useNow } from "../../clock.ts";
import { Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import type { ReconcileRunView, ReconcileStatusView } from "../../../shared/views/reconcile.ts";
import { formatDuration, formatExact, formatNumber, formatRelative } from "../../text/format.ts";
import { RunResult } from "./runs.tsx";

type Props = { status: { data: ReconcileStatusView | undefined; error: unknown; refetch(): unknown } };

export function ReconcileStatus({ status }: Props) {
  const { data } = status;
  if (status.error && !data) return <Problem error={status.error} onRetry={() => void status.refetch()} />;
  if (!data) return <Skeleton height={64} mb="lg" />;
  return (
    <section className="standing" aria-label="How the comparison stands">
      {data.running ? <Progress run={data.running} /> : <LastRun last={data.last} />}
      <p className="dim">
        <NextRun at={data.nextAt} isRunning={data.running !== null} />
      </p>
    </section>
  );
}

function LastRun({ last }: { last: ReconcileRunView | null }) {
  if (last === null) return <p>Nothing was compared yet.</p>;
  return (
    <p>
      Last compared <Ago at={last.finishedAt ?? last.startedAt} />: <RunResult run={last} />
    </p>
  );
}

function NextRun({ at, isRunning }: { at: string; isRunning: boolean }) {
  const now = useNow(15_000);
  const instant = Date.parse(at);
  return (
    <>
      The schedule starts {isRunning ? "the one after it" : "the next one"}{" "}
      <time dateTime={at} title={formatExact(instant)}>
        {instant > now ? formatRelative(instant, now) : "now"}
      </time>
      , and every ten minutes.
    </>
  );
}

const phases: Record<ReconcileRunView["phase"], string> = {
  listing: "Reading Microsoft's list",
  missing: "Asking for what Microsoft's list left out",
  waiting: "Looking for purchases that wait too long",
};

function Progress({ run }: { run: ReconcileRunView }) {
  const now = useNow(1_000);
  const { listed, expected, phase } = run;
  const about = expected === null || expected < listed ? null : expected;
  return (
    <>
      <p className="standing-line">
        <strong>{phases[phase]}</strong>
        <span>
          {formatNumber(listed)} read{about === null ? "" : ` of about ${formatNumber(about)}`}
        </span>
        <span className="dim">running for {formatDuration(now - Date.parse(run.startedAt))}</span>
      </p>
      <progress
        className="progress"
        aria-label={phases[phase]}
        max={about === null || about === 0 ? undefined : about}
        value={about === null || about === 0 ? undefined : phase === "listing" ? listed : about}
      />
      {run.error !== null && (
        <p className="standing-trouble">It waits and goes on by itself, from where it is. {run.error}</p>
      )}
      {run.restarts > 0 && <p className="dim">Microsoft refused to go on with its list, which is read anew.</p>}
    </>
  );
}
