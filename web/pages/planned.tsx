import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { plannedChangeFilters } from "../../shared/planned-changes.ts";
import type { PlannedChangeRow } from "../../shared/views/planned-changes.ts";
import { PageHeader } from "../components/page-header.tsx";
import { FilterChip, FilterChips, PagedTable } from "../components/paged-table.tsx";
import { DaysUntilPlanned, PlannedDay } from "../components/planned-day.tsx";
import { Empty } from "../components/problem.tsx";
import { Dot } from "../components/status.tsx";
import { UndoPlanned } from "../components/undo-planned.tsx";
import { plannedStateLabels, plannedTitle } from "../text/planned.ts";
import { startForReader } from "../text/utc-times.ts";
import { trpc } from "../trpc.ts";
import { useFilters } from "../url-search.ts";
import * as pageStyles from "../components/page.module.css";
import * as filtersStyles from "../components/table/filters.module.css";
import * as tableStyles from "../components/table/table.module.css";
import * as styles from "./planned.module.css";

const route = getRouteApi("/planned");

/** The calendar of planned changes, and how the earlier ones ended. */
export function PlannedPage() {
  const filters = useFilters(plannedChangeFilters, route.useSearch());
  const list = filters.list ?? "ahead";
  const planned = useQuery(trpc.plannedChanges.list.queryOptions(filters, { placeholderData: keepPreviousData }));
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Planned changes"
        note="Changes of plan, seats and access that Marketdesk makes on a later day. Days begin at 00:00 UTC, because Microsoft counts in UTC."
      />
      <div className={filtersStyles.filters}>
        <FilterChips
          label="Filter by state"
          name="list"
          current={filters.list}
          choices={[
            { value: undefined, label: "Upcoming" },
            { value: "failed" as const, label: "Failed" },
            { value: "ended" as const, label: "Completed and undone" },
          ]}
        />
        {filters.customer && <FilterChip name="customer" value={undefined} isOn label="One customer ×" />}
      </div>
      <PagedTable
        caption="Planned changes"
        className={styles.planned}
        query={planned}
        columns={6}
        noun={["planned change", "planned changes"]}
        head={
          <>
            <th scope="col">Day</th>
            <th scope="col">Change</th>
            <th scope="col">Subscription</th>
            <th scope="col">Owner</th>
            <th scope="col">Planned by</th>
            <th scope="col">{list === "ended" ? "State" : <span className="sr-only">Actions</span>}</th>
          </>
        }
        renderRow={(row) => <Row key={row.id} row={row} />}
        empty={<Empty title={emptyTitles[list]}>{emptyNotes[list]}</Empty>}
      />
    </div>
  );
}

const emptyTitles = {
  ahead: "No planned changes",
  failed: "No failed planned changes",
  ended: "No earlier planned changes",
};
const emptyNotes = {
  ahead: (
    <>
      Open a <Link to="/subscriptions">subscription</Link>, choose a change, and set <em>When</em> to a day or the end
      of the term.
    </>
  ),
  failed:
    "A planned change that could not be carried out on its day is shown here with the reason, until it is dismissed.",
  ended: "Planned changes that were carried out, undone or dropped are shown here.",
};

function Row({ row }: { row: PlannedChangeRow }) {
  const { on, until, isAtTermEnd, state, problem } = row;
  const start = startForReader(on);
  const { label, tone } = plannedStateLabels[state];
  const change = (
    <>
      {plannedTitle(row)}
      {until && (
        <span className={`dim ${styles.plannedMore}`}>
          until <PlannedDay day={until} />
        </span>
      )}
      {problem && <span className={`dim ${styles.plannedMore}`}>{problem}</span>}
    </>
  );
  return (
    <tr>
      <td>
        <PlannedDay day={on} />
        {state === "waiting" && (
          <>
            {start && <span className={`dim ${styles.plannedMore}`}>{start}</span>}
            <span className={`dim ${styles.plannedMore}`}>
              <DaysUntilPlanned day={on} />
              {isAtTermEnd && ", after the term"}
            </span>
          </>
        )}
        <span className={styles.plannedOnPhone}>{change}</span>
      </td>
      <td>{change}</td>
      <td>
        <Link to="/subscriptions/$id" params={{ id: row.subscriptionId }} className={tableStyles.rowLink} data-row>
          {row.subscriptionName}
        </Link>
        {row.customer && (
          <span className={`dim ${styles.plannedMore}`}>
            <Link to="/customers/$id" params={{ id: row.customerId }}>
              {row.customer}
            </Link>
          </span>
        )}
      </td>
      <td>{row.ownerName ?? <span className="dim">Unassigned</span>}</td>
      <td>{row.plannedByName}</td>
      <td>
        {state === "waiting" || state === "failed" ? (
          <UndoPlanned planned={row} subscriptionName={row.subscriptionName} />
        ) : (
          <Dot tone={tone}>{label}</Dot>
        )}
      </td>
    </tr>
  );
}
