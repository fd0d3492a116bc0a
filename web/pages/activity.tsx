import { Skeleton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { actorKinds, activityFilters } from "../../shared/filters.ts";
import { ActivityEntry } from "../components/activity-entry.tsx";
import { ExportMenu } from "../components/export-menu.tsx";
import { Chip, Chips, Foot, useRowKeys } from "../components/list.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { Empty, Problem } from "../components/problem.tsx";
import { useNow } from "../clock.ts";
import { byDay } from "../record.ts";
import { useFilters } from "../search.ts";
import { trpc } from "../trpc.ts";
import { actorWords } from "../words.ts";

const route = getRouteApi("/activity");

export function ActivityPage() {
  const filters = useFilters(activityFilters, route.useSearch());
  const navigate = useNavigate({ from: "/activity" });
  const list = useQuery(trpc.activity.list.queryOptions(filters, { placeholderData: keepPreviousData }));
  const now = useNow(15_000);
  const entries = useRowKeys<HTMLDivElement>();
  const search = useDebouncedCallback(
    (q: string) =>
      void navigate({ search: (before) => ({ ...before, q: q || undefined, cursor: undefined }), replace: true }),
    200,
  );
  return (
    <div className="page">
      <PageHeading title="Activity" note="Who did what, when and why. Entries are added, never changed.">
        <ExportMenu of="activity" filters={filters} />
      </PageHeading>
      <div className="filters">
        <Chips
          label="Filter by who"
          name="actor"
          current={filters.actor}
          choices={[
            { value: undefined, label: "Everyone" },
            ...actorKinds.map((actor) => ({ value: actor, label: actorWords[actor] })),
          ]}
        />
        <TextInput
          size="xs"
          type="search"
          aria-label="Search the record"
          placeholder="Search the record"
          defaultValue={filters.q ?? ""}
          onChange={(event) => search(event.currentTarget.value)}
        />
        {filters.subscription && <Chip name="subscription" value={undefined} isOn label="One subscription ×" />}
      </div>
      {list.error && !list.data ? (
        <Problem error={list.error} onRetry={() => void list.refetch()} />
      ) : !list.data ? (
        <Skeleton height={480} />
      ) : list.data.rows.length === 0 ? (
        <Empty title="Nothing on record">
          Everything that staff, purchasers, Microsoft and the desk itself do to a subscription is written here.
        </Empty>
      ) : (
        <div ref={entries} aria-busy={list.isPlaceholderData}>
          {byDay(list.data.rows, now).map(({ day, entries: ofDay }) => (
            <section key={day} className="day">
              <h2>{day}</h2>
              <ul className="entries">
                {ofDay.map((entry) => (
                  <ActivityEntry key={entry.id} entry={entry} showSubscription />
                ))}
              </ul>
            </section>
          ))}
          <Foot shown={list.data.rows.length} next={list.data.nextCursor} noun={["entry", "entries"]} />
        </div>
      )}
    </div>
  );
}
