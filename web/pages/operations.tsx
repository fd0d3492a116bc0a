import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { operationFilters } from "../../shared/filters.ts";
import { answerWindowMs } from "../../shared/lifecycle.ts";
import type { OperationView } from "../../shared/views/operations.ts";
import { Chip, Chips, List } from "../components/list.tsx";
import { Stages } from "../components/operation-line.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { Empty } from "../components/problem.tsx";
import { RetryOperation } from "../components/retry-operation.tsx";
import { Dot } from "../components/status.tsx";
import { Ago, TimeLeft } from "../components/time.tsx";
import { useFilters } from "../search.ts";
import { trpc } from "../trpc.ts";
import { operationState, operationTitle, sourceWords } from "../words.ts";

const route = getRouteApi("/operations");

export function OperationsPage() {
  const filters = useFilters(operationFilters, route.useSearch());
  const list = useQuery(trpc.operations.list.queryOptions(filters, { placeholderData: keepPreviousData }));
  return (
    <div className="page page-wide">
      <PageHeading title="Operations" note="Changes under way between Microsoft and us, and those that ended." />
      <div className="filters">
        <Chips
          label="Filter by state"
          name="state"
          current={filters.state}
          choices={[
            { value: undefined, label: "All" },
            { value: "open", label: "Open" },
            { value: "settled", label: "Settled" },
          ]}
        />
        <Chips
          label="Filter by who asked"
          name="source"
          current={filters.source}
          choices={[
            { value: undefined, label: "From anyone" },
            { value: "Azure", label: "From Microsoft" },
            { value: "Partner", label: "From us" },
          ]}
        />
        {filters.action && <Chip name="action" value={undefined} isOn label={`Action: ${filters.action} ×`} />}
        {filters.subscription && <Chip name="subscription" value={undefined} isOn label="One subscription ×" />}
      </div>
      <List
        caption="Operations"
        className="operations"
        query={list}
        columns={6}
        noun={["operation", "operations"]}
        head={
          <>
            <th className="col-what">Operation</th>
            <th className="col-name">Subscription</th>
            <th className="col-state">Where it stands</th>
            <th className="col-left">Time left</th>
            <th className="col-by">Asked by</th>
            <th className="col-updated">Started</th>
          </>
        }
        renderRow={(operation) => <Row key={operation.id} operation={operation} />}
        empty={
          <Empty title={filters.state === "open" ? "No operation is open" : "No operations"}>
            One appears here when Microsoft asks for a change, or when staff change a plan, seats, or cancel.{" "}
            {filters.state === "open" && <Link to="/operations">Show those that ended</Link>}
          </Empty>
        }
      />
    </div>
  );
}

function Row({ operation }: { operation: OperationView }) {
  const { word, tone } = operationState(operation);
  const isOpen = operation.settledAt === null;
  const isAwaited = isOpen && operation.answerDueAt !== null && operation.acknowledgedAt === null;
  return (
    <tr>
      <td className="col-what">
        <Link to="/operations/$id" params={{ id: operation.id }} className="row-link" data-row>
          {operationTitle(operation)}
        </Link>
        <span className="only-narrow">
          <Dot tone={tone}>{word}</Dot>
        </span>
      </td>
      <td className="col-name" title={operation.subscriptionName}>
        <Link to="/subscriptions/$id" params={{ id: operation.subscriptionId }}>
          {operation.subscriptionName}
        </Link>
      </td>
      <td className="col-state">
        {isOpen && !operation.isStuck ? <Stages operation={operation} /> : <Dot tone={tone}>{word}</Dot>}
        {operation.isStuck && <RetryOperation id={operation.id} />}
        {(operation.lastError ?? operation.decisionReason) && (
          <span className="dim cell-note" title={operation.lastError ?? operation.decisionReason ?? undefined}>
            {operation.lastError ?? operation.decisionReason}
          </span>
        )}
      </td>
      <td className="col-left">
        {isAwaited && operation.answerDueAt ? (
          <TimeLeft until={operation.answerDueAt} windowMs={answerWindowMs} />
        ) : (
          <span className="dim">{isOpen ? "no deadline" : ""}</span>
        )}
      </td>
      <td className="col-by">
        {operation.actor.name}
        {operation.actor.kind !== "marketplace" && operation.actor.kind !== "staff" && (
          <span className="dim"> {sourceWords[operation.source]}</span>
        )}
      </td>
      <td className="col-updated">
        <Ago at={operation.createdAt} />
      </td>
    </tr>
  );
}
