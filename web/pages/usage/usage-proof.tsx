import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { isolated } from "../../../shared/foreign-text.ts";
import { usageDifferenceWords, type UsageSource, usageStateWords } from "../../../shared/usage.ts";
import type { CarriedUsage, UsageProof } from "../../../shared/views/usage.ts";
import { DetailsItem, DetailsList } from "../../components/details-list.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago, DayText } from "../../components/time.tsx";
import { isNotFound } from "../../text/call-errors.ts";
import { formatExact, formatHour, formatMoment } from "../../text/format.ts";
import { formatMoney, formatUnitPrice } from "../../text/money.ts";
import { includedQuantity, quantityIn } from "../../text/quantity.ts";
import { trpc } from "../../trpc.ts";
import { planNameIn, problemWords, stateTones } from "./usage-words.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as detailsListStyles from "../../components/details-list.module.css";
import * as pageStyles from "../../components/page.module.css";
import * as tableStyles from "../../components/table/table.module.css";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./usage.module.css";

const route = getRouteApi("/usage/$id");

/** How the billed quantity of an hour was computed, with its evidence. */
export function UsageProofPage() {
  const { id } = route.useParams();
  const proof = useQuery(trpc.usage.proof.queryOptions({ id }));
  return (
    <div className={pageStyles.page}>
      <p className={pageStyles.backLink}>
        <Link to="/usage">Usage</Link>
        <ShortId id={id} of="hour" />
      </p>
      {proof.data ? (
        <Proof proof={proof.data} />
      ) : proof.error && isNotFound(proof.error) ? (
        <>
          <PageHeader title="Usage not found" />
          <Empty title="No usage with this ID">
            <Link to="/usage">Show all usage</Link>
          </Empty>
        </>
      ) : proof.error ? (
        <>
          <PageHeader title="Usage of an hour" />
          <Problem error={proof.error} onRetry={() => void proof.refetch()} />
        </>
      ) : (
        <>
          <PageHeader title="Usage of an hour" />
          <Skeleton height={480} />
        </>
      )}
    </div>
  );
}

const none = <span className="dim">–</span>;
const at = (instant: string | null) =>
  instant === null ? (
    none
  ) : (
    <time dateTime={instant} title={formatExact(Date.parse(instant))}>
      {formatMoment(Date.parse(instant))}
    </time>
  );

function Proof({ proof }: { proof: UsageProof }) {
  const { hour } = proof;
  return (
    <>
      <PageHeader
        title={`${isolated(hour.dimensionName)} · ${isolated(hour.subscriptionName)}`}
        note={`The hour from ${formatExact(Date.parse(hour.hour))}`}
      >
        {/* A plain link, not the router's: the server responds with a file. */}
        <a className={buttonStyles.compact} href={`/exports/usage/${hour.id}.json`} download>
          Download as JSON
        </a>
      </PageHeader>
      <div className={detailsListStyles.factsRow}>
        <Hour hour={hour} digest={proof.digest} />
        <Account proof={proof} />
        <AtMicrosoft proof={proof} />
      </div>
      <Events proof={proof} />
      <Carries title="Late usage of other hours in this hour" rows={proof.carriedFrom} />
      <Carries title="Late usage of this hour in other hours" rows={proof.carriedTo} />
      <Calls calls={proof.calls} />
      <Entries entries={proof.entries} />
    </>
  );
}

function Hour({ hour, digest }: Pick<UsageProof, "hour" | "digest">) {
  const words = problemWords(hour);
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const planName = planNameIn(facets.data, hour.planId);
  return (
    <DetailsList title="Hour">
      <DetailsItem label="State">
        <Dot tone={stateTones[hour.state]}>{usageStateWords[hour.state].name}</Dot>
        <span className={`dim ${styles.usageNote}`}>{words ?? usageStateWords[hour.state].meaning}</span>
      </DetailsItem>
      <DetailsItem label="Subscription">
        <Link to="/subscriptions/$id" params={{ id: hour.subscriptionId }}>
          {hour.subscriptionName}
        </Link>
      </DetailsItem>
      <DetailsItem label="Plan">
        {planName} <code className={planName && "dim"}>{hour.planId}</code>
        {hour.isTrial && <span className={tagStyles.tag}>trial</span>}
      </DetailsItem>
      <DetailsItem label="Used">{quantityIn(hour.usage, hour.unit)}</DetailsItem>
      {hour.moved !== "0" && (
        <DetailsItem label="Billed in other hours">{quantityIn(hour.moved, hour.unit)}</DetailsItem>
      )}
      {hour.lost !== "0" && <DetailsItem label="Reported too late">{quantityIn(hour.lost, hour.unit)}</DetailsItem>}
      <DetailsItem label="Sealed">{at(hour.sealedAt)}</DetailsItem>
      <DetailsItem label="In the audit trail">
        {digest === null ? (
          <span className="dim">Recorded once all usage of the day is decided</span>
        ) : (
          <>
            {at(digest.takenAt)} <ShortId id={digest.entryId} of="audit entry" />
            {digest.isOpen && (
              <span className={`dim ${styles.usageNote}`}>Recorded while its outcome was still open</span>
            )}
          </>
        )}
      </DetailsItem>
    </DetailsList>
  );
}

function Account({ proof: { hour, account } }: { proof: UsageProof }) {
  return (
    <DetailsList title="Term">
      <DetailsItem label="Term">
        {hour.term === null ? (
          <span className="dim">Known when the hour is sealed</span>
        ) : (
          <>
            <DayText day={hour.term.startsOn} /> to <DayText day={hour.term.endsOn} />
          </>
        )}
      </DetailsItem>
      {account && (
        <>
          <DetailsItem label="Used in the term so far">{quantityIn(account.used, hour.unit)}</DetailsItem>
          <DetailsItem label="Included">{includedQuantity(account.included ?? "unlimited", hour.unit)}</DetailsItem>
          <DetailsItem label="Billable in the term so far">{quantityIn(account.billed, hour.unit)}</DetailsItem>
        </>
      )}
      <DetailsItem label="Billable in this hour">
        {hour.billable === null ? none : quantityIn(hour.billable, hour.unit)}
        {!hour.isCounted && <span className="dim"> (not counted in the term)</span>}
      </DetailsItem>
    </DetailsList>
  );
}

function AtMicrosoft({ proof: { hour, day } }: { proof: UsageProof }) {
  return (
    <DetailsList title="At Microsoft">
      <DetailsItem label="Accepted">{hour.accepted === null ? none : quantityIn(hour.accepted, hour.unit)}</DetailsItem>
      {hour.price && (
        <DetailsItem label="At list price">
          {formatMoney(hour.price.amount, hour.price.currency)}
          <span className="dim">
            {" "}
            ({formatUnitPrice(hour.price.listPrice, hour.price.currency)} per {hour.unit ?? "unit"} then)
          </span>
        </DetailsItem>
      )}
      <DetailsItem label="Usage event">
        {hour.usageEventId === null ? none : <ShortId id={hour.usageEventId} of="usage event" isWhole />}
      </DetailsItem>
      <DetailsItem label="Day">
        {day === null ? (
          <span className="dim">Compared on the day after</span>
        ) : (
          <>
            <DayText day={day.day} />, compared <Ago at={day.comparedAt} />
          </>
        )}
      </DetailsItem>
      {day && (
        <>
          <DetailsItem label="All hours of the day, accepted">{quantityIn(day.ledger, hour.unit)}</DetailsItem>
          <DetailsItem label="Listed by Microsoft">
            {day.submitted === null ? none : quantityIn(day.submitted, hour.unit)}
            {day.reconStatus !== null && <span className="dim"> {day.reconStatus}</span>}
          </DetailsItem>
          <DetailsItem label="Processed">
            {day.processed === null ? none : quantityIn(day.processed, hour.unit)}
            {day.cause !== null && <span className={styles.usageNote}>{usageDifferenceWords[day.cause].name}</span>}
          </DetailsItem>
        </>
      )}
    </DetailsList>
  );
}

type PartProps = { title: string; heads: string[]; empty: string | null; note?: string; children: ReactNode[] };

/** A titled table; `empty` is what to say without rows, null for no section. */
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

function Events({ proof: { events, isMore } }: { proof: UsageProof }) {
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
          <td>{at(event.occurredAt)}</td>
          <td>{at(event.receivedAt)}</td>
          <td className={styles.usageCause}>
            {sources[event.source]}, {event.by}
            {event.reason !== null && <span className={`dim ${styles.usageNote}`}>{event.reason}</span>}
          </td>
        </tr>
      ))}
    </Part>
  );
}

function Carries({ title, rows }: { title: string; rows: CarriedUsage[] }) {
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
          <td>{at(row.at)}</td>
        </tr>
      ))}
    </Part>
  );
}

function Calls({ calls }: { calls: UsageProof["calls"] }) {
  return (
    <Part
      title="Calls to Microsoft"
      heads={["Sent", "Quantity", "Answer", "Correlation ID", "Request ID", "Usage event"]}
      empty="Nothing was sent."
    >
      {calls.map((call) => (
        <tr key={call.callId}>
          <td>{at(call.sentAt)}</td>
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
          <td>{call.requestId === null ? none : <ShortId id={call.requestId} of="request" />}</td>
          <td>{call.usageEventId === null ? none : <ShortId id={call.usageEventId} of="usage event" />}</td>
        </tr>
      ))}
    </Part>
  );
}

function Entries({ entries }: { entries: UsageProof["entries"] }) {
  return (
    <Part title="Audit trail" heads={["Time", "Entry", "By", "Reason"]} empty={null}>
      {entries.map((entry) => (
        <tr key={entry.id}>
          <td>{at(entry.at)}</td>
          <td className={styles.usageCause}>{entry.summary}</td>
          <td>{entry.by}</td>
          <td className={styles.usageCause}>{entry.reason ?? none}</td>
        </tr>
      ))}
    </Part>
  );
}
