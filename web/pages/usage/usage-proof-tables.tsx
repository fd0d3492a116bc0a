/** The evidence of an hour: events, late usage, calls and audit entries. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type UsageSource } from "../../../shared/usage.ts";
import type { CarriedUsage, UsageProof } from "../../../shared/views/usage.ts";
import { ShortId } from "../../components/short-id.tsx";
import { formatHour } from "../../text/format.ts";
import { quantityIn } from "../../text/quantity.ts";
import { absent, momentOf } from "./proof-values.tsx";
import * as tableStyles from "../../components/table/table.module.css";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./usage.module.css";

type PartProps = { title: string; heads: string[]; empty: string | null; note?: string; children: ReactNode[] };

/** A titled table; `empty` is the text without rows, or null to omit the section. */
function Part({ title, heads, empty, note, children }: PartProps) {
  if (children.length === 0 && empty === null) return null;
  return (
    <section className={styles.usageProofPart}>
      <h2>{title}</h2>
      {children.length === 0 ? (
        <p className="dim">{empty}</p>
      ) : (
        <div className={styles.usageScroll} tabIndex={0} role="region" aria-label={title}>
          <table className={tableStyles.list}>
            <caption className="sr-only">{title}</caption>
            <thead>
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col" className={head === "Quantity" ? "number" : undefined}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
      {note && <p className="dim">{note}</p>}
    </section>
  );
}

const sources: Record<UsageSource, string> = {
  product: "Product",
  file: "File",
  staff: "Staff",
  correction: "Correction",
};

export function Events({ proof: { events, isMore } }: { proof: UsageProof }) {
  return (
    <Part
      title="Events"
      heads={["ID", "Quantity", "Used at", "Received", "From"]}
      empty="The hour has no events of its own."
      note={isMore ? "Only the first 1,000 events are shown." : undefined}
    >
      {events.map((event) => (
        <tr key={event.eventId}>
          <td>
            <code>{event.eventId}</code>
          </td>
          <td className="number">
            {quantityIn(event.quantity, null)}
            {event.isLost && <span className={`${tagStyles.tag} ${tagStyles.warn}`}>too late</span>}
          </td>
          <td>{momentOf(event.occurredAt)}</td>
          <td>{momentOf(event.receivedAt)}</td>
          <td className={styles.usageCause}>
            {sources[event.source]}, {event.by}
            {event.reason !== null && <span className={`dim ${styles.usageNote}`}>{event.reason}</span>}
          </td>
        </tr>
      ))}
    </Part>
  );
}

export function CarriedUsageTable({ title, rows }: { title: string; rows: CarriedUsage[] }) {
  return (
    <Part title={title} heads={["Hour", "Quantity", "Carried over"]} empty={null}>
      {rows.map((row) => (
        <tr key={`${row.hourId} ${row.at}`}>
          <td>
            <Link to="/usage/$id" params={{ id: row.hourId }}>
              {formatHour(Date.parse(row.hour))}
            </Link>
          </td>
          <td className="number">{quantityIn(row.quantity, null)}</td>
          <td>{momentOf(row.at)}</td>
        </tr>
      ))}
    </Part>
  );
}

export function Calls({ calls }: { calls: UsageProof["calls"] }) {
  return (
    <Part
      title="Calls to Microsoft"
      heads={["Sent", "Quantity", "Answer", "Correlation ID", "Request ID", "Usage event"]}
      empty="Nothing was sent."
    >
      {calls.map((call) => (
        <tr key={call.callId}>
          <td>{momentOf(call.sentAt)}</td>
          <td className="number">{quantityIn(call.quantity, null)}</td>
          <td className={styles.usageCause}>
            {call.answeredAt === null ? "No answer" : [call.status, call.httpStatus].filter(Boolean).join(", ")}
            {call.message !== null && <span className={`dim ${styles.usageNote}`}>{call.message}</span>}
            {call.earlierQuantity !== null && (
              <span className={`dim ${styles.usageNote}`}>
                Accepted before: {quantityIn(call.earlierQuantity, null)}
              </span>
            )}
          </td>
          <td>
            <ShortId id={call.callId} of="correlation" />
          </td>
          <td>{call.requestId === null ? absent : <ShortId id={call.requestId} of="request" />}</td>
          <td>{call.usageEventId === null ? absent : <ShortId id={call.usageEventId} of="usage event" />}</td>
        </tr>
      ))}
    </Part>
  );
}

export function Entries({ entries }: { entries: UsageProof["entries"] }) {
  return (
    <Part title="Audit trail" heads={["Time", "Entry", "By", "Reason"]} empty={null}>
      {entries.map((entry) => (
        <tr key={entry.id}>
          <td>{momentOf(entry.at)}</td>
          <td className={styles.usageCause}>{entry.summary}</td>
          <td>{entry.by}</td>
          <td className={styles.usageCause}>{entry.reason ?? absent}</td>
        </tr>
      ))}
    </Part>
  );
}
