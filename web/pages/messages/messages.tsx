import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { eventMeanings } from "../../../shared/event-meanings.ts";
import { messageFilters } from "../../../shared/inputs/outbox.ts";
import { messageStates, testType } from "../../../shared/outbox.ts";
import { eventKinds } from "../../../shared/product.ts";
import type { MessageRow } from "../../../shared/views/messages.ts";
import { FilterChip, FilterChips, PagedTable } from "../../components/paged-table.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { ChoiceFilter } from "../../components/table/field-filters.tsx";
import { Upcoming } from "../../components/upcoming.tsx";
import { formatExact, formatMoment, formatNumber } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { useFilters } from "../../url-search.ts";
import { messageStateLabels, messageTypeLabel } from "./message-labels.ts";
import * as pageStyles from "../../components/page.module.css";
import * as filtersStyles from "../../components/table/filters.module.css";
import * as tableStyles from "../../components/table/table.module.css";
import * as styles from "./messages.module.css";

const route = getRouteApi("/settings/messages");

export function MessagesPage() {
  const filters = useFilters(messageFilters, route.useSearch());
  const messages = useQuery(trpc.messages.list.queryOptions(filters, { placeholderData: keepPreviousData }));
  const endpoints = useQuery(trpc.endpoints.list.queryOptions());
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Messages"
        note={
          <>
            Messages to your <Link to="/settings/endpoints">endpoints</Link>, staff and purchasers: sent, and waiting to
            be sent.
          </>
        }
      />
      <div className={filtersStyles.filters}>
        <FilterChips
          label="Filter by state"
          name="state"
          current={filters.state}
          choices={[
            { value: undefined, label: "All" },
            ...messageStates.map((state) => ({ value: state, label: messageStateLabels[state].label })),
          ]}
        />
        <ChoiceFilter
          label="Receiver"
          name="receiver"
          value={filters.receiver}
          any="Any receiver"
          choices={(endpoints.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
        <ChoiceFilter
          label="Type"
          name="type"
          value={filters.type}
          any="Any type"
          choices={[
            ...eventKinds.map((kind) => ({ value: kind, label: eventMeanings[kind].name })),
            { value: testType, label: messageTypeLabel(testType) },
          ]}
        />
        {filters.subscription && <FilterChip name="subscription" value={undefined} isOn label="One subscription ×" />}
      </div>
      <PagedTable
        caption="Messages"
        className={styles.messages}
        query={messages}
        columns={5}
        noun={["message", "messages"]}
        head={
          <>
            <th scope="col">Created</th>
            <th scope="col">Message</th>
            <th scope="col">To</th>
            <th scope="col">State</th>
            <th scope="col">Attempts</th>
          </>
        }
        renderRow={(row) => <Row key={row.id} row={row} />}
        empty={
          <Empty title="No messages">
            {Object.keys(filters).length > 0 ? (
              <>
                No messages match these filters. <Link to="/settings/messages">Show all messages</Link>
              </>
            ) : (
              "Each event of a subscription becomes one message to each endpoint that includes its type and offer."
            )}
          </Empty>
        }
      />
    </div>
  );
}

function Row({ row }: { row: MessageRow }) {
  const created = Date.parse(row.createdAt);
  const { label, tone } = messageStateLabels[row.state];
  return (
    <tr>
      <td>
        <Link to="/settings/messages/$id" params={{ id: String(row.id) }} className={tableStyles.rowLink} data-row>
          <time dateTime={row.createdAt} title={formatExact(created)}>
            {formatMoment(created)}
          </time>
        </Link>
      </td>
      <td>
        {messageTypeLabel(row.type)}
        <span className={`dim ${styles.messageReceiver}`}>to {row.receiverName}</span>
        {row.subscriptionId && (
          <span className={`dim ${styles.messageSubject}`}>
            <Link to="/subscriptions/$id" params={{ id: row.subscriptionId }}>
              {row.subscriptionName ?? row.subscriptionId}
            </Link>
          </span>
        )}
      </td>
      <td title={row.receiverName}>{row.receiverName}</td>
      <td>
        <Dot tone={tone}>{label}</Dot>
        {row.state === "waiting" && row.problem !== null && (
          <span className={`dim ${styles.messageSubject}`}>
            {row.problem}
            {row.dueAt && (
              <>
                , next attempt <Upcoming at={row.dueAt} />
              </>
            )}
          </span>
        )}
      </td>
      <td>{formatNumber(row.attempts)}</td>
    </tr>
  );
}
