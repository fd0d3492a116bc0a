import { Button, Skeleton } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useRef, useState } from "react";
import type { ActorKind, TimelineFilters, TimelineKind } from "../../../shared/filters.ts";
import type { ActivityView } from "../../../shared/views/history.ts";
import { useNow } from "../../clock.ts";
import { ActivityEntry } from "../activity-entry.tsx";
import { FilterChips } from "../paged-table.tsx";
import { Empty, Problem } from "../problem.tsx";
import { groupByDay } from "../../text/activity-changes.ts";
import { groupByCause } from "./timeline-groups.ts";
import { trpc } from "../../trpc.ts";
import type { Subscription } from "../../trpc.ts";
import { actorLabels } from "../../text/labels.ts";
import { OperationEffects } from "./operation-effects.tsx";
import { NoteForm } from "../../pages/subscription/note-form.tsx";

// Loaded when first opened.
const CustomerSummaryDialog = lazy(async () => ({
  default: (await import("../../pages/subscription/customer-summary-dialog.tsx")).CustomerSummaryDialog,
}));

const route = getRouteApi("/subscriptions/$id");

/** The subscription's history, newest first, grouped by cause and day. */
export function Timeline({ subscription }: { subscription: Subscription }) {
  const { id } = subscription;
  const { who, what } = understood(route.useSearch());
  const now = useNow(15_000);
  const [times, setTimes] = useLocalStorage<"clock" | "ago">({
    key: "marketdesk.timeline-times",
    defaultValue: "clock",
  });
  const timeline = useInfiniteQuery(
    trpc.subscriptions.timeline.infiniteQueryOptions(
      { id, who, what },
      { getNextPageParam: ({ nextCursor }) => nextCursor, placeholderData: keepPreviousData },
    ),
  );
  const pages = timeline.data?.pages;
  const entries = pages?.flatMap(({ rows }) => rows);
  const items = entries && groupByCause(entries, pages?.flatMap(({ causes }) => causes) ?? []);
  return (
    <section className="timeline" aria-labelledby="timeline">
      <div className="timeline-head">
        <h2 id="timeline">Timeline</h2>
        <div className="timeline-ways">
          <Button
            variant="default"
            size="compact-sm"
            aria-pressed={times === "ago"}
            onClick={() => setTimes(times === "ago" ? "clock" : "ago")}
          >
            Show relative times
          </Button>
          {entries && entries.length > 0 && <CopyForCustomer subscription={subscription} entries={entries} />}
        </div>
      </div>
      <NoteForm id={id} />
      <Filters who={who} what={what} />
      {timeline.error && !items ? (
        <Problem error={timeline.error} onRetry={() => void timeline.refetch()} />
      ) : !items ? (
        <Skeleton height={280} />
      ) : items.length === 0 ? (
        <Empty title={who || what ? "No entries match these filters" : "No history yet"}>
          {who || what
            ? "Select Everyone and Everything to see all entries."
            : "Changes of this subscription appear here."}
        </Empty>
      ) : (
        <div aria-busy={timeline.isPlaceholderData}>
          {groupByDay(items, now).map(({ day, entries: ofDay }) => (
            <section key={day} className="day">
              <h3>{day}</h3>
              <ul className="entries">
                {ofDay.map((item) =>
                  item.cause === null ? (
                    <ActivityEntry
                      key={item.key}
                      entry={item.entry}
                      showSubscription={false}
                      isRelative={times === "ago"}
                    />
                  ) : (
                    <OperationEffects
                      key={item.key}
                      cause={item.cause}
                      effects={item.effects}
                      isRelative={times === "ago"}
                    />
                  ),
                )}
              </ul>
            </section>
          ))}
        </div>
      )}
      {timeline.hasNextPage && (
        <Button variant="default" loading={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
          Show earlier entries
        </Button>
      )}
    </section>
  );
}

const kindLabels: Record<TimelineKind, string> = {
  changes: "Changes",
  operations: "Operations",
  notes: "Notes",
  desk: "Staff",
};

const actors = Object.keys(actorLabels) as ActorKind[];
const kinds = Object.keys(kindLabels) as TimelineKind[];

/** The filters in the URL, without the schemas of all lists, which are larger than this page. */
function understood({ who, what }: TimelineFilters): Pick<TimelineFilters, "who" | "what"> {
  return { who: actors.find((actor) => actor === who), what: kinds.find((kind) => kind === what) };
}

function Filters({ who, what }: Pick<TimelineFilters, "who" | "what">) {
  return (
    <div className="timeline-filters">
      <FilterChips
        label="Filter by actor"
        name="who"
        current={who}
        choices={[
          { value: undefined, label: "Everyone" },
          ...actors.map((actor) => ({ value: actor, label: actorLabels[actor] })),
        ]}
      />
      <FilterChips
        label="Filter by kind"
        name="what"
        current={what}
        choices={[
          { value: undefined, label: "Everything" },
          ...kinds.map((kind) => ({ value: kind, label: kindLabels[kind] })),
        ]}
      />
    </div>
  );
}

function CopyForCustomer({ subscription, entries }: { subscription: Subscription; entries: ActivityView[] }) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button ref={opener} variant="default" size="compact-sm" onClick={() => setOpen(true)}>
        Summary for customer
      </Button>
      {isOpen && (
        <Suspense>
          <CustomerSummaryDialog
            subscription={subscription}
            entries={entries}
            onClose={() => {
              setOpen(false);
              // After the dialog has released the focus.
              requestAnimationFrame(() => opener.current?.focus());
            }}
          />
        </Suspense>
      )}
    </>
  );
}
