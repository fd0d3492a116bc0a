/** What was billed for an hour: the hour, its term and what Microsoft has. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { usageDifferenceWords, usageStateWords } from "../../../shared/usage.ts";
import type { UsageProof } from "../../../shared/views/usage.ts";
import { DetailsItem, DetailsList } from "../../components/details-list.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago, DayText } from "../../components/time.tsx";
import { formatMoney, formatUnitPrice } from "../../text/money.ts";
import { includedQuantity, quantityIn } from "../../text/quantity.ts";
import { trpc } from "../../trpc.ts";
import { planNameIn, problemWords, stateTones } from "./usage-words.ts";
import { absent, momentOf } from "./proof-values.tsx";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./usage.module.css";

export function HourFacts({ hour, digest }: Pick<UsageProof, "hour" | "digest">) {
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
      <DetailsItem label="Sealed">{momentOf(hour.sealedAt)}</DetailsItem>
      <DetailsItem label="In the audit trail">
        {digest === null ? (
          <span className="dim">Recorded once all usage of the day is decided</span>
        ) : (
          <>
            {momentOf(digest.takenAt)} <ShortId id={digest.entryId} of="audit entry" />
            {digest.isOpen && (
              <span className={`dim ${styles.usageNote}`}>Recorded while its outcome was still open</span>
            )}
          </>
        )}
      </DetailsItem>
    </DetailsList>
  );
}

export function TermFacts({ proof: { hour, account } }: { proof: UsageProof }) {
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
        {hour.billable === null ? absent : quantityIn(hour.billable, hour.unit)}
        {!hour.isCounted && <span className="dim"> (not counted in the term)</span>}
      </DetailsItem>
    </DetailsList>
  );
}

export function MicrosoftFacts({ proof: { hour, day } }: { proof: UsageProof }) {
  return (
    <DetailsList title="At Microsoft">
      <DetailsItem label="Accepted">
        {hour.accepted === null ? absent : quantityIn(hour.accepted, hour.unit)}
      </DetailsItem>
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
        {hour.usageEventId === null ? absent : <ShortId id={hour.usageEventId} of="usage event" isWhole />}
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
            {day.submitted === null ? absent : quantityIn(day.submitted, hour.unit)}
            {day.reconStatus !== null && <span className="dim"> {day.reconStatus}</span>}
          </DetailsItem>
          <DetailsItem label="Processed">
            {day.processed === null ? absent : quantityIn(day.processed, hour.unit)}
            {day.cause !== null && <span className={styles.usageNote}>{usageDifferenceWords[day.cause].name}</span>}
          </DetailsItem>
        </>
      )}
    </DetailsList>
  );
}
