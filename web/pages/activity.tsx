import { activityTopics } from "../../shared/activity-kinds.ts";
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useRef } from "react";
import { type ActivityFilters, activityFilters } from "../../shared/filters.ts";
import { activitySources, actorKinds } from "../../shared/actors.ts";
import type { ActivityView } from "../../shared/views/history.ts";
import { ActivityEntry } from "../components/activity-entry.tsx";
import { ExportMenu } from "../components/export-menu.tsx";
import { FilterChip, FilterChips } from "../components/paged-table.tsx";
import { ActorName } from "../components/actor-name.tsx";
import { PageHeader } from "../components/page-header.tsx";
import { Empty } from "../components/problem.tsx";
import { ChoiceFilter, PersonFilter, SearchFilter } from "../components/table/field-filters.tsx";
import { isUntouched, useRows } from "../components/table/use-rows.ts";
import { TimeRangeFilter } from "../components/table/time-range-filter.tsx";
import { Table } from "../components/table/table.tsx";
import type { Column } from "../components/table/column.ts";
import { capitalize, formatExact, formatMoment, formatValue } from "../text/format.ts";
import { changesOf } from "../text/activity-changes.ts";
import { activityKindInWords } from "../text/activity-kind.ts";
import { useFilters } from "../url-search.ts";
import { client, trpc } from "../trpc.ts";
import { activitySourceLabels, activityTopicLabels, actorLabels } from "../text/labels.ts";
import * as pageStyles from "../components/page.module.css";
import * as filtersStyles from "../components/table/filters.module.css";
import * as tableStyles from "../components/table/table.module.css";

const route = getRouteApi("/activity");

export function ActivityPage() {
  const filters = useFilters(activityFilters, route.useSearch());
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRows(
    {
      procedure: "activity.list",
      filters,
      page: (cursor) => client.activity.list.query({ ...filters, cursor }),
      subscriptionOf: ({ subscriptionId }) => subscriptionId,
    },
    () => isUntouched(scroller.current),
  );
  return (
    <div className={`${pageStyles.page} ${pageStyles.wide} ${pageStyles.fullHeight}`}>
      <PageHeader title="Activity" note="Audit trail: who changed what, when and why">
        <ExportMenu of="activity" filters={filters} />
      </PageHeader>
      <Filters filters={filters} />
      <Table
        caption="Activity"
        noun={["entry", "entries"]}
        columns={columns}
        list={list}
        nameOf={(entry) => capitalize(entry.summary)}
        peek={(entry) => (
          <ul>
            <ActivityEntry entry={entry} showSubscription showCustomer />
          </ul>
        )}
        scroller={scroller}
        empty={
          <Empty title="No activity">
            {Object.keys(filters).length > 0 ? (
              <>
                No activity matches these filters. <Link to="/activity">Show all activity</Link>
              </>
            ) : (
              "Changes by staff, purchasers, Microsoft and Marketdesk appear here."
            )}
          </Empty>
        }
      />
    </div>
  );
}

function Filters({ filters }: { filters: ActivityFilters }) {
  const reasons = useQuery(trpc.reasons.list.queryOptions());
  return (
    <div className={filtersStyles.filters}>
      <FilterChips
        label="Filter by actor"
        name="actor"
        current={filters.actor}
        choices={[
          { value: undefined, label: "Everyone" },
          ...actorKinds.map((actor) => ({ value: actor, label: actorLabels[actor] })),
        ]}
      />
      <PersonFilter person={filters.person} />
      <ChoiceFilter
        label="What happened"
        name="topic"
        value={filters.topic}
        any="Everything"
        choices={activityTopics.map((topic) => ({ value: topic, label: activityTopicLabels[topic] }))}
      />
      <ChoiceFilter
        label="Source"
        name="source"
        value={filters.source}
        any="Any source"
        choices={activitySources.map((source) => ({
          value: source,
          label: activitySourceLabels[source],
        }))}
      />
      <ChoiceFilter
        label="Reason"
        name="reasonCode"
        value={filters.reasonCode}
        any="Any reason"
        choices={(reasons.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
      <TimeRangeFilter from={filters.from} to={filters.to} />
      <SearchFilter q={filters.q} label="Search activity" />
      {filters.subscription && <FilterChip name="subscription" value={undefined} isOn label="One subscription ×" />}
      {filters.run && <FilterChip name="run" value={undefined} isOn label="One bulk run ×" />}
      {filters.kind && (
        <FilterChip name="kind" value={undefined} isOn label={`${activityKindInWords(filters.kind)} ×`} />
      )}
    </div>
  );
}

const columns: Column<ActivityView>[] = [
  {
    id: "when",
    label: "When",
    width: 136,
    isPrimary: true,
    cell: (entry) => (
      <>
        <time dateTime={entry.at} title={formatExact(Date.parse(entry.at))}>
          {formatMoment(Date.parse(entry.at))}
        </time>
        <span className="only-narrow dim">{entry.actor.name}</span>
      </>
    ),
  },
  {
    id: "who",
    label: "Who",
    width: 126,
    minWidth: 96,
    title: (entry) => `${entry.actor.name}, ${actorLabels[entry.actor.kind]}`,
    cell: (entry) => <ActorName actor={entry.actor} />,
  },
  {
    id: "what",
    label: "What happened",
    minWidth: 280,
    isPrimary: true,
    title: (entry) => entry.note ?? describeChange(entry),
    cell: (entry) => <Description entry={entry} />,
  },
  {
    id: "subscription",
    label: "Subscription",
    width: 170,
    minWidth: 120,
    title: (entry) => entry.subscriptionName ?? undefined,
    cell: (entry) =>
      entry.subscriptionId && (
        <Link to="/subscriptions/$id" params={{ id: entry.subscriptionId }}>
          {entry.subscriptionName ?? entry.subscriptionId}
        </Link>
      ),
  },
  {
    id: "why",
    label: "Reason",
    minWidth: 150,
    title: (entry) => entry.reason ?? undefined,
    cell: (entry) => entry.reason,
  },
  { id: "source", label: "Source", width: 112, cell: (entry) => activitySourceLabels[entry.source] },
];

/** The summary, linked to the subscription or page that it is about. */
function Description({ entry }: { entry: ActivityView }) {
  const text = entry.note ?? describeChange(entry);
  const common = { className: tableStyles.rowLink, "data-row": true };
  return (
    <>
      {entry.operationId !== null ? (
        <Link to="/operations/$id" params={{ id: entry.operationId }} {...common}>
          {text}
        </Link>
      ) : entry.bulkRunId !== null ? (
        <Link to="/bulk/$id" params={{ id: entry.bulkRunId }} {...common}>
          {text}
        </Link>
      ) : entry.subscriptionId !== null ? (
        <Link to="/subscriptions/$id" params={{ id: entry.subscriptionId }} {...common}>
          {text}
        </Link>
      ) : entry.customerId !== null ? (
        <Link to="/customers/$id" params={{ id: entry.customerId }} {...common}>
          {text}
        </Link>
      ) : (
        // The entry links to nothing, so the preview shows it.
        <button type="button" {...common}>
          {text}
        </button>
      )}
      {entry.subscriptionId && (
        <span className="only-narrow dim">{entry.subscriptionName ?? entry.subscriptionId}</span>
      )}
    </>
  );
}

/** Facts that summaries always mention. */
const mentioned = new Set(["status", "access"]);

/** The summary, with a changed value that it does not mention. */
function describeChange(entry: ActivityView): string {
  const [change] = changesOf(entry.before, entry.after, entry.names);
  if (!change || change.before === undefined || mentioned.has(change.name)) return entry.summary;
  if (/changed from|→|\d/.test(entry.summary)) return entry.summary;
  return `${entry.summary} (${change.name} ${formatValue(change.before)} → ${formatValue(change.after)})`;
}
