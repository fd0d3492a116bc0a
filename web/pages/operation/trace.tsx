import { Link } from "@tanstack/react-router";
import type { StepCall, StepView, TraceView } from "../../../shared/views/operations.ts";
import { ShortId } from "../../components/short-id.tsx";
import { formatExact, formatTime } from "../../text/format.ts";
import { deliveryLabels } from "../../text/labels.ts";
import * as styles from "./operation.module.css";

const stepLabels: Record<string, string> = {
  verify: "Looked up at Microsoft",
  decide: "Decided",
  acknowledge: "Responded to Microsoft",
  "pass-window": "Deadline missed",
  send: "Sent to Microsoft",
  poll: "Polled Microsoft",
  settle: "Read the subscription and applied the result",
};

type Event = {
  key: string;
  at: string;
  text: string;
  note: string | null;
  stage?: string;
  link?: React.ReactNode;
  calls: StepCall[];
};

/** All steps in order, each with the time since the first. */
export function Trace({ trace }: { trace: TraceView }) {
  const events = eventsOf(trace);
  const begin = Date.parse(events[0]?.at ?? trace.operation.createdAt);
  return (
    <section>
      <h2>Trace</h2>
      <ol className={styles.trace}>
        {events.map((event) => (
          <li key={event.key}>
            <p className={styles.traceTime}>
              <time dateTime={event.at} title={formatExact(Date.parse(event.at))}>
                {formatTime(Date.parse(event.at))}
              </time>{" "}
              <span className="dim">+{formatSince(Date.parse(event.at) - begin)}</span>
            </p>
            <div>
              <p>
                {event.text} {event.stage && <span className="dim">→ {event.stage}</span>} {event.link}
              </p>
              {event.note && <p className="quote">{event.note}</p>}
              {event.calls.length > 0 && <Calls calls={event.calls} />}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Calls({ calls }: { calls: StepCall[] }) {
  return (
    <ul className={styles.calls} aria-label="Our calls to Microsoft">
      {calls.map((call) => (
        <li key={call.requestId}>
          <code>
            {call.method} {call.path}
          </code>{" "}
          <strong>{call.status ?? "no response"}</strong>{" "}
          <span className="dim">
            {Math.round(call.durationMs)} ms{call.attempt > 1 ? `, attempt ${call.attempt}` : ""}
          </span>{" "}
          <span className="dim">
            request <ShortId id={call.requestId} of="request" /> correlation{" "}
            <ShortId id={call.correlationId} of="correlation" />
          </span>
        </li>
      ))}
    </ul>
  );
}

function eventsOf({ deliveries, claimedAt, steps, activity }: TraceView): Event[] {
  const events: Event[] = [
    ...deliveries.map((delivery) => ({
      key: delivery.id,
      at: delivery.receivedAt,
      text: `Webhook received, verified and stored: ${deliveryLabels[delivery.outcome].label}.`,
      note: null,
      calls: [],
      link: (
        <Link to="/deliveries/$id" params={{ id: delivery.id }}>
          Webhook payload
        </Link>
      ),
    })),
    ...(claimedAt ? [{ key: "claim", at: claimedAt, text: "Claimed by a worker.", note: null, calls: [] }] : []),
    ...groupWaits(steps).map(({ step, times }) => ({
      key: step.id,
      at: step.endedAt,
      text: `${stepLabels[step.step] ?? step.step}${times > 1 ? `, ${times} times` : ""}`,
      stage: step.stage,
      note: step.note,
      calls: step.calls,
    })),
    ...activity.map((line) => ({
      key: line.id,
      at: line.at,
      text: `Activity: ${line.summary}`,
      note: line.reason,
      calls: [],
    })),
  ];
  return events.toSorted((a, b) => a.at.localeCompare(b.at));
}

/** Repeated polling is one line with its latest call. */
function groupWaits(steps: StepView[]): { step: StepView; times: number }[] {
  const grouped: { step: StepView; times: number }[] = [];
  for (const step of steps) {
    const last = grouped.at(-1);
    if (last && last.step.step === step.step && last.step.stage === step.stage && last.step.note === step.note) {
      grouped[grouped.length - 1] = { step, times: last.times + 1 };
    } else {
      grouped.push({ step, times: 1 });
    }
  }
  return grouped;
}

function formatSince(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(3)} s` : `${Math.round(ms / 1000)} s`;
}
