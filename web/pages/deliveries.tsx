import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { deliveryOutcomes, deliveryFilters } from "../../shared/filters.ts";
import type { DeliveryRow, RejectedCallView } from "../../shared/views/history.ts";
import { Chip, Chips, List } from "../components/list.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { Empty } from "../components/problem.tsx";
import { ShortId } from "../components/short-id.tsx";
import { Dot } from "../components/status.tsx";
import { Ago } from "../components/time.tsx";
import { capitalise, countOf, formatBytes, formatExact, formatMoment } from "../format.ts";
import { useFilters } from "../search.ts";
import { trpc } from "../trpc.ts";
import { deliveryWords, operationAction, outcomeWords } from "../words.ts";

const route = getRouteApi("/deliveries");

export function DeliveriesPage() {
  const filters = useFilters(deliveryFilters, route.useSearch());
  const list = useQuery(trpc.deliveries.list.queryOptions(filters, { placeholderData: keepPreviousData }));
  const rejected = useQuery(trpc.deliveries.rejected.queryOptions());
  return (
    <div className="page page-wide">
      <PageHeading title="Deliveries" note="What Microsoft sent to our webhook, as it came." />
      {rejected.data && rejected.data.length > 0 && <Rejected calls={rejected.data} />}
      <div className="filters">
        <Chips
          label="Filter by outcome"
          name="outcome"
          current={filters.outcome}
          choices={[
            { value: undefined, label: "All" },
            ...deliveryOutcomes.map((outcome) => ({ value: outcome, label: capitalise(deliveryWords[outcome].word) })),
          ]}
        />
        {filters.action && <Chip name="action" value={undefined} isOn label={`Action: ${filters.action} ×`} />}
        {filters.subscription && <Chip name="subscription" value={undefined} isOn label="One subscription ×" />}
        {filters.before && (
          <Chip name="before" value={undefined} isOn label={`Before ${formatExact(Date.parse(filters.before))} ×`} />
        )}
      </div>
      <List
        caption="Deliveries"
        className="deliveries"
        query={list}
        columns={7}
        noun={["delivery", "deliveries"]}
        head={
          <>
            <th className="col-time">Received</th>
            <th className="col-what">Action</th>
            <th className="col-name">Subscription</th>
            <th className="col-status">Outcome</th>
            <th className="col-state">Operation</th>
            <th className="col-id">Operation id at Microsoft</th>
            <th className="col-bytes number">Size</th>
          </>
        }
        renderRow={(row) => <Row key={row.id} row={row} />}
        empty={
          <Empty title="No deliveries">
            {Object.keys(filters).length > 0 ? (
              <>
                None was received that these filters ask for. <Link to="/deliveries">Show all deliveries</Link>
              </>
            ) : (
              "Microsoft has not called the webhook yet. Every authentic call is kept here with its body, also one that could not be understood."
            )}
          </Empty>
        }
      />
    </div>
  );
}

function Row({ row }: { row: DeliveryRow }) {
  const received = Date.parse(row.receivedAt);
  return (
    <tr>
      <td className="col-time">
        <Link to="/deliveries/$id" params={{ id: row.id }} className="row-link" data-row>
          <time dateTime={row.receivedAt} title={formatExact(received)}>
            {formatMoment(received)}
          </time>
        </Link>{" "}
        <span className="dim">
          <Ago at={row.receivedAt} />
        </span>
      </td>
      <td className="col-what">
        {row.action === null ? <span className="dim">unknown</span> : operationAction(row.action)}
      </td>
      <td className="col-name">
        {row.subscriptionId && row.subscriptionName ? (
          <Link to="/subscriptions/$id" params={{ id: row.subscriptionId }}>
            {row.subscriptionName}
          </Link>
        ) : (
          <span className="dim">{row.subscriptionId ?? "not named"}</span>
        )}
      </td>
      <td className="col-status">
        <Dot tone={deliveryWords[row.outcome].tone}>{deliveryWords[row.outcome].word}</Dot>
      </td>
      <td className="col-state">
        {row.operationOutcome ? (
          <Dot tone={outcomeWords[row.operationOutcome].tone}>{outcomeWords[row.operationOutcome].word}</Dot>
        ) : (
          <span className="dim">{row.operationStage ?? "none"}</span>
        )}
      </td>
      <td className="col-id">
        {row.marketplaceId ? <ShortId id={row.marketplaceId} of="operation" /> : <span className="dim">–</span>}
      </td>
      <td className="col-bytes number">{formatBytes(row.bytes)}</td>
    </tr>
  );
}

function Rejected({ calls }: { calls: RejectedCallView[] }) {
  const total = calls.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className="callout" data-tone="warn" aria-label="Rejected calls">
      <div>
        <h2>{countOf(total, "call")} to the webhook could not be shown to come from Microsoft</h2>
        <ul>
          {calls.map((call) => (
            <li key={`${call.at}${call.reason}`}>
              <Ago at={call.at} />: {call.reason}{" "}
              <span className="dim">
                answered {call.status}
                {call.count > 1 ? `, ${call.count} times` : ""}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
