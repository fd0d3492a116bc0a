import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { answerWindowMs } from "../../../shared/lifecycle.ts";
import type { OperationView } from "../../../shared/views/operations.ts";
import { DetailsItem, DetailsList } from "../../components/details-list.tsx";
import { Stages } from "../../components/operation-line.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago, TimeLeft } from "../../components/time.tsx";
import { isNotFound } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { operationState, operationTitle, sourceLabels } from "../../text/labels.ts";
import { OperationActions } from "./operation-actions.tsx";
import { Trace } from "./trace.tsx";
import * as pageStyles from "../../components/page.module.css";

const route = getRouteApi("/operations/$id");

/** One operation and its trace. */
export function OperationPage() {
  const { id } = route.useParams();
  const trace = useQuery(trpc.operations.trace.queryOptions({ id }));
  const operation = trace.data?.operation;
  return (
    <div className={pageStyles.page}>
      <p className={pageStyles.backLink}>
        <Link to="/operations">Operations</Link>
      </p>
      <PageHeader title={operation ? operationTitle(operation) : "Operation"} />
      {trace.data && operation ? (
        <>
          <OperationActions key={operation.id} operation={operation} />
          <OperationDetails operation={operation} />
          <Trace trace={trace.data} />
        </>
      ) : trace.error && isNotFound(trace.error) ? (
        <Empty title="No operation with this ID">
          <Link to="/operations">Show all operations</Link>
        </Empty>
      ) : trace.error ? (
        <Problem error={trace.error} onRetry={() => void trace.refetch()} />
      ) : (
        <Skeleton height={480} />
      )}
    </div>
  );
}

function OperationDetails({ operation }: { operation: OperationView }) {
  const { label, tone } = operationState(operation);
  const isOpen = operation.settledAt === null;
  return (
    <DetailsList title="Status">
      <DetailsItem label="State">
        {isOpen && !operation.isStuck ? <Stages operation={operation} /> : <Dot tone={tone}>{label}</Dot>}
        {isOpen && operation.answerDueAt && !operation.acknowledgedAt && (
          <TimeLeft until={operation.answerDueAt} windowMs={answerWindowMs} />
        )}
      </DetailsItem>
      {operation.lastError && (
        <DetailsItem label="Note">
          <span className={operation.outcome === "succeeded" ? undefined : "trouble"}>{operation.lastError}</span>
        </DetailsItem>
      )}
      <DetailsItem label="Subscription">
        <Link to="/subscriptions/$id" params={{ id: operation.subscriptionId }}>
          {operation.subscriptionName}
        </Link>
      </DetailsItem>
      <DetailsItem label="Requested by">
        {operation.actor.name}
        {operation.actor.kind !== "marketplace" && ` (${sourceLabels[operation.source]})`},{" "}
        <Ago at={operation.createdAt} />
        {operation.approvedByName && `, approved by ${operation.approvedByName}`}
      </DetailsItem>
      {operation.reason && <DetailsItem label="Reason">{operation.reason}</DetailsItem>}
      {operation.decision && (
        <DetailsItem label="Decision">
          {operation.decision === "accept" ? "accepted" : "refused"}: {operation.decisionReason}
        </DetailsItem>
      )}
      <DetailsItem label="Status at Microsoft">{operation.status ?? "Unknown"}</DetailsItem>
      <DetailsItem label="Microsoft operation ID">
        {operation.marketplaceId ? <ShortId id={operation.marketplaceId} of="operation" isWhole /> : "none"}
      </DetailsItem>
    </DetailsList>
  );
}
