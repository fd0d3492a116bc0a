import { Skeleton } from "@mantine/core";
import { IconAlertOctagon, IconCreditCardOff, IconHourglassHigh, IconRocket } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { subscriptionStatuses } from "../../shared/lifecycle.ts";
import { PageHeading } from "../components/page-heading.tsx";
import { Empty, Problem } from "../components/problem.tsx";
import { RetryOperation } from "../components/retry-operation.tsx";
import { Dot } from "../components/status.tsx";
import { TimeLeft } from "../components/time.tsx";
import { formatNumber } from "../format.ts";
import { needsOf } from "../needs.ts";
import type { Need } from "../needs.ts";
import { trpc } from "../trpc.ts";
import { statusWords } from "../words.ts";
import "./home.css";

const icons = {
  answer: IconHourglassHigh,
  stuck: IconAlertOctagon,
  activation: IconRocket,
  suspension: IconCreditCardOff,
};

export function HomePage() {
  const open = useQuery(trpc.operations.list.queryOptions({ state: "open" }));
  const pending = useQuery(
    trpc.subscriptions.list.queryOptions({ status: "PendingFulfillmentStart", sort: "purchased", order: "asc" }),
  );
  const suspended = useQuery(
    trpc.subscriptions.list.queryOptions({ status: "Suspended", sort: "updated", order: "asc" }),
  );
  const queries = [open, pending, suspended];
  const failed = queries.find((query) => query.error && !query.data);
  const isLoaded = open.data && pending.data && suspended.data;
  const needs = isLoaded ? needsOf(open.data.rows, pending.data.rows, suspended.data.rows) : null;
  const isCut = queries.some((query) => query.data?.nextCursor);

  return (
    <div className="page">
      <PageHeading
        title="Needs you"
        note={needs ? summaryOf(needs.length, isCut) : "Looking for what waits for someone…"}
      />
      <Counts />
      {failed ? (
        <Problem error={failed.error} onRetry={() => queries.forEach((query) => void query.refetch())} />
      ) : needs === null ? (
        <NeedsToCome />
      ) : needs.length === 0 ? (
        <Empty title="Nothing needs you">
          No operation waits for an answer, every purchase is activated, and no subscription is about to be lost. What
          comes up next appears here by itself.
        </Empty>
      ) : (
        <ul className="needs">
          {needs.map((need) => (
            <NeedLine key={need.key} need={need} />
          ))}
        </ul>
      )}
    </div>
  );
}

function summaryOf(count: number, isCut: boolean): string {
  if (count === 0) return "All is well.";
  return `${formatNumber(count)}${isCut ? " and more" : ""}, what is lost first on top`;
}

function NeedLine({ need }: { need: Need }) {
  const Icon = icons[need.kind];
  return (
    <li className="need" data-kind={need.kind}>
      <Icon size={20} stroke={1.6} aria-hidden />
      <div className="need-words">
        <p className="need-what">
          <Link to="/subscriptions/$id" params={{ id: need.subscriptionId }} className="row-link" data-row>
            {need.who}
          </Link>{" "}
          · {need.what}
        </p>
        <p className="dim">{need.why}</p>
      </div>
      <div className="need-left">
        {need.isLatest && <span className="dim">at most </span>}
        {need.dueAt && <TimeLeft until={need.dueAt} windowMs={need.windowMs} />}
      </div>
      <div className="need-action">
        {need.stuckOperationId ? (
          <RetryOperation id={need.stuckOperationId} />
        ) : (
          <Link className="way" to="/subscriptions/$id" params={{ id: need.subscriptionId }}>
            Open<span className="sr-only"> {need.who}</span>
          </Link>
        )}
      </div>
    </li>
  );
}

function NeedsToCome() {
  return (
    <ul className="needs" aria-busy="true">
      {Array.from({ length: 5 }, (_, line) => (
        <li key={line} className="need">
          <Skeleton height={20} width={20} circle />
          <div className="need-words">
            <Skeleton height={14} width="40%" mb={8} />
            <Skeleton height={12} width="75%" />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Counts() {
  const counts = useQuery(trpc.subscriptions.counts.queryOptions());
  return (
    <ul className="counts" aria-label="Subscriptions by status">
      {subscriptionStatuses.map((status) => (
        <li key={status}>
          <Link to="/subscriptions" search={{ status }}>
            <span className="count-number">{counts.data ? formatNumber(counts.data.byStatus[status]) : "–"}</span>
            <Dot tone={statusWords[status].tone}>{status}</Dot>
          </Link>
        </li>
      ))}
      <li>
        <Link to="/subscriptions" search={{ hold: true }}>
          <span className="count-number">{counts.data ? formatNumber(counts.data.onHold) : "–"}</span>
          <Dot tone="warn">On hold by us</Dot>
        </Link>
      </li>
    </ul>
  );
}
