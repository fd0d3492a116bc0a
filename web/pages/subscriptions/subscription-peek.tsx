import { Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { SubscriptionRow } from "../../../shared/views/subscriptions.ts";
import { ActivityEntry } from "../../components/activity-entry.tsx";
import { DetailsItem } from "../../components/details-list.tsx";
import { OperationItem } from "../../components/operation-line.tsx";
import { Problem } from "../../components/problem.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { Status } from "../../components/status.tsx";
import { ChangeEntry } from "../../components/timeline/change-entry.tsx";
import { groupByCause } from "../../components/timeline/timeline-groups.ts";
import { Ago, DayText } from "../../components/time.tsx";
import { formatNumber } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import * as buttonStyles from "../../components/button.module.css";

const latest = 5;

/** Preview of a subscription: facts, open operations and latest activity. */
export function SubscriptionPeek({ row }: { row: SubscriptionRow }) {
  const whole = useQuery(trpc.subscriptions.get.queryOptions({ id: row.id }));
  const open = whole.data?.operations.filter(({ settledAt }) => settledAt === null) ?? [];
  return (
    <>
      <p>
        <Status status={row.status} />{" "}
        <Link to="/subscriptions/$id" params={{ id: row.id }} className={buttonStyles.compact}>
          Open subscription
        </Link>
      </p>
      {whole.data && <p className="dim">{whole.data.accessReason}</p>}
      <Facts row={row} />
      {open.length > 0 && (
        <>
          <h3>Open operations</h3>
          <ul>
            {open.map((operation) => (
              <OperationItem key={operation.id} operation={operation} />
            ))}
          </ul>
        </>
      )}
      <h3>Latest activity</h3>
      <LatestActivity subscriptionId={row.id} />
    </>
  );
}

function Facts({ row }: { row: SubscriptionRow }) {
  return (
    <dl>
      <DetailsItem label="Customer">
        <Link to="/customers/$id" params={{ id: row.customerId }}>
          {row.contactCompany ?? row.beneficiaryEmail ?? "not reported"}
        </Link>
      </DetailsItem>
      <DetailsItem label="Purchaser">{row.purchaserEmail ?? "not reported"}</DetailsItem>
      <DetailsItem label="Plan">
        {row.planName} <span className="dim">{row.offerName}</span>
      </DetailsItem>
      <DetailsItem label="Seats">{row.quantity === null ? "flat-rate" : formatNumber(row.quantity)}</DetailsItem>
      <DetailsItem label="Term ends">{row.termEndsOn ? <DayText day={row.termEndsOn} /> : "not reported"}</DetailsItem>
      <DetailsItem label="Renews">
        {row.autoRenews === null ? "not reported" : row.autoRenews ? "Auto-renews" : "no"}
      </DetailsItem>
      <DetailsItem label="Owner">{row.ownerName ?? "Unassigned"}</DetailsItem>
      {row.followUpOn && (
        <DetailsItem label="Follow-up">
          <DayText day={row.followUpOn} />
        </DetailsItem>
      )}
      {row.tags.length > 0 && <DetailsItem label="Tags">{row.tags.join(", ")}</DetailsItem>}
      <DetailsItem label="Synced">
        <Ago at={row.seenAt} />
      </DetailsItem>
      <DetailsItem label="ID">
        <ShortId id={row.id} of="subscription" />
      </DetailsItem>
    </dl>
  );
}

function LatestActivity({ subscriptionId }: { subscriptionId: string }) {
  const timeline = useInfiniteQuery(
    trpc.subscriptions.timeline.infiniteQueryOptions(
      { id: subscriptionId },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const newest = timeline.data?.pages[0];
  const items = newest && groupByCause(newest.rows, newest.causes).slice(0, latest);
  if (timeline.error && !items) return <Problem error={timeline.error} onRetry={() => void timeline.refetch()} />;
  if (!items) return <Skeleton height={160} />;
  if (items.length === 0) return <p className="dim">No activity yet.</p>;
  return (
    <ul>
      {items.map((item) =>
        item.cause === null ? (
          <ActivityEntry key={item.key} entry={item.entry} showSubscription={false} />
        ) : (
          <ChangeEntry key={item.key} change={item} />
        ),
      )}
    </ul>
  );
}
