/** Differences from Microsoft's record: both values, the cause and what was done. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { differenceFilters } from "../../../shared/filters.ts";
import { type DifferenceResolution, type DifferenceKind, differenceKinds } from "../../../shared/reconcile.ts";
import type { IdNames } from "../../../shared/views/history.ts";
import type { DifferenceView } from "../../../shared/views/reconcile.ts";
import { FilterChip, FilterChips, PagedTable } from "../../components/paged-table.tsx";
import { Empty } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago } from "../../components/time.tsx";
import { countOf, formatValue, shortenId } from "../../text/format.ts";
import { changesOf } from "../../text/activity-changes.ts";
import { useFilters } from "../../url-search.ts";
import { trpc } from "../../trpc.ts";
import { statusLabels, type Tone } from "../../text/labels.ts";
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import * as filtersStyles from "../../components/table/filters.module.css";
import * as tableStyles from "../../components/table/table.module.css";
import * as styles from "./reconcile.module.css";

const route = getRouteApi("/settings/reconcile");

const kindLabels: Record<DifferenceKind, string> = {
  unknown: "New in Marketdesk",
  drift: "Out of sync",
  missing: "Missing at Microsoft",
  pending_too_long: "Pending too long",
  unrecognised: "Unrecognized",
};

const resultLabels: Record<DifferenceResolution, { label: string; tone: Tone }> = {
  added: { label: "Added", tone: "good" },
  repaired: { label: "Repaired", tone: "good" },
  raised: { label: "Needs attention", tone: "warn" },
  failed: { label: "Failed", tone: "bad" },
};

export function Differences() {
  const filters = useFilters(differenceFilters, route.useSearch());
  const list = useQuery(trpc.reconcile.differences.queryOptions(filters, { placeholderData: keepPreviousData }));
  const isFiltered = filters.kind !== undefined || filters.subscription !== undefined;
  return (
    <section aria-labelledby="differences">
      <h2 id="differences" className={styles.sectionTitle}>
        Differences
      </h2>
      <div className={filtersStyles.filters}>
        <FilterChips
          label="Filter by kind"
          name="kind"
          current={filters.kind}
          choices={[
            { value: undefined, label: "All" },
            ...differenceKinds.map((kind) => ({ value: kind, label: kindLabels[kind] })),
          ]}
        />
        {filters.subscription && <FilterChip name="subscription" value={undefined} isOn label="One subscription ×" />}
      </div>
      <PagedTable
        caption="Differences from Microsoft's record"
        className={styles.differences}
        query={list}
        columns={5}
        noun={["difference", "differences"]}
        head={
          <>
            <th className={styles.colTime}>Found</th>
            <th className={styles.colName}>Subscription</th>
            <th className={styles.colSides}>
              Marketdesk <span aria-hidden>→</span>
              <span className="sr-only">and</span> Microsoft
            </th>
            <th>Cause</th>
            <th className={styles.colDone}>Result</th>
          </>
        }
        renderRow={(row) => <Row key={row.id} row={row} />}
        empty={
          isFiltered ? (
            <Empty title="No differences match these filters">
              <Link to="/settings/reconcile">Show all differences</Link>
            </Empty>
          ) : (
            <Empty title="No differences yet">
              Differences that a reconciliation finds appear here with both values, the cause and what was done.
            </Empty>
          )
        }
      />
    </section>
  );
}

function Row({ row }: { row: DifferenceView }) {
  const { label, tone } = resultLabels[row.done];
  return (
    <tr>
      <td className={styles.colTime}>
        <Ago at={row.at} />
        {row.runId === null && <span className="dim"> by staff</span>}
      </td>
      <td className={styles.colName}>
        {row.subscriptionId === null ? (
          <span className="dim">No ID</span>
        ) : (
          <Link to="/subscriptions/$id" params={{ id: row.subscriptionId }} className={tableStyles.rowLink} data-row>
            {row.subscriptionName ?? shortenId(row.subscriptionId)}
          </Link>
        )}
        <span className={`dim ${styles.differenceKind}`}>{kindLabels[row.kind]}</span>
      </td>
      <td className={styles.colSides}>
        <ChangedValues row={row} />
      </td>
      <td>{row.error ?? row.cause ?? <span className="dim">Unknown</span>}</td>
      <td className={styles.colDone}>
        <Dot tone={tone}>{label}</Dot>
      </td>
    </tr>
  );
}

function ChangedValues({ row: { kind, recorded, truth, names } }: { row: DifferenceView }) {
  if (kind === "pending_too_long") return <span className="dim">Pending activation on both sides</span>;
  if (recorded === null && truth !== null) return <MicrosoftValues facts={truth} names={names} />;
  const isGone = truth === null;
  const changes = changesOf(recorded, truth, names);
  if (changes.length === 0) return <span className="dim">Not compared</span>;
  return (
    <ul>
      {changes.map(({ name, before, after }) => (
        <li key={name}>
          <span className="dim">{name}</span> <del>{formatValue(before)}</del>
          {!isGone && (
            <>
              <span aria-hidden> → </span>
              <ins>{formatValue(after)}</ins>
            </>
          )}
        </li>
      ))}
      {isGone && <li className="dim">Missing at Microsoft</li>}
    </ul>
  );
}

/** The values of a subscription that only Microsoft's record contained. */
function MicrosoftValues({ facts, names }: { facts: Record<string, unknown>; names: IdNames }) {
  const { status, offerId, planId, quantity } = facts;
  const seats = typeof quantity === "number" ? `, ${countOf(quantity, "seat")}` : "";
  return (
    <>
      <ins>
        {typeof status === "string" && status in statusLabels
          ? statusLabels[status as SubscriptionStatus].short
          : formatValue(status)}
      </ins>{" "}
      <span className="dim">
        {formatValue(names.offers[String(offerId)] ?? offerId)}, {formatValue(names.plans[String(planId)] ?? planId)}
        {seats}
      </span>
    </>
  );
}
