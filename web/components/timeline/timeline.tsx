import { Skeleton } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { type ReactNode, Suspense, useCallback, useMemo, useState } from "react";
import type { ActivityView, TimelineView } from "../../../shared/views/history.ts";
import { useNow } from "../../clock.ts";
import { groupByDay } from "../../text/activity-changes.ts";
import { ActivityEntry } from "../activity-entry.tsx";
import { Empty, Problem } from "../problem.tsx";
import { Button } from "../button.tsx";
import { ChangeEntry } from "./change-entry.tsx";
import { useLinkedEntry } from "./linked-entry.ts";
import { NoteTools } from "./note-tools.tsx";
import { type ChosenFilters, TimelineFiltersLine } from "./timeline-filters.tsx";
import { groupByCause } from "./timeline-groups.ts";
import * as styles from "./timeline.module.css";

type Props = {
  filters: ChosenFilters;
  /** The pages that have been loaded. */
  query: {
    data: { pages: TimelineView[] } | undefined;
    error: unknown;
    isPlaceholderData: boolean;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    refetch(): unknown;
    fetchNextPage(): unknown;
  };
  /** Names the subscription of each entry. */
  showSubscription?: boolean;
  /** Planned changes, shown above the history. */
  ahead?: ReactNode;
  /** Explains an empty timeline. */
  emptyNote: string;
  /** Buttons next to the heading, for the loaded entries. */
  head?(entries: ActivityView[]): ReactNode;
  /** Above the filters: the form for a note. */
  children: ReactNode;
};

/** A history, newest first, by day: each change once, with its parts collapsed. */
export function Timeline({ filters, query, showSubscription = false, ahead, emptyNote, head, children }: Props) {
  const { who, what } = filters;
  const now = useNow(15_000);
  const [times, setTimes] = useLocalStorage<"clock" | "ago">({
    key: "marketdesk.timeline-times",
    defaultValue: "clock",
  });
  const pages = query.data?.pages;
  const { entries, notes, items } = useTimelineItems(pages);
  const { open, toggle } = useOpenChanges();
  const linked = useLinkedEntry({
    items,
    pages: pages?.length ?? 0,
    hasNextPage: query.hasNextPage,
    isFetchingNextPage: query.isFetchingNextPage,
    fetchNextPage: query.fetchNextPage,
  });
  const isRelative = times === "ago";
  return (
    <section className={styles.timeline} aria-labelledby="timeline">
      <div className={styles.timelineHead}>
        <h2 id="timeline">Timeline</h2>
        <div className={styles.timelineButtons}>
          <Button
            variant="default"
            size="compact-sm"
            aria-pressed={isRelative}
            onClick={() => setTimes(isRelative ? "clock" : "ago")}
          >
            Show relative times
          </Button>
          {entries && entries.length > 0 && head?.(entries)}
        </div>
      </div>
      {children}
      <TimelineFiltersLine {...filters} />
      {!who && !what && <Suspense>{ahead}</Suspense>}
      {query.error && !items ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : !items ? (
        <Skeleton height={280} />
      ) : items.length === 0 ? (
        <Empty title={who || what ? "No entries match these filters" : "No history yet"}>
          {who || what ? "Select Everyone and Everything to see all entries." : emptyNote}
        </Empty>
      ) : (
        <div aria-busy={query.isPlaceholderData}>
          {groupByDay(items, now).map(({ day, entries: ofDay }) => (
            <section key={day} className={styles.day}>
              <h3>{day}</h3>
              <ul>
                {ofDay.map((item) =>
                  item.cause === null ? (
                    <ActivityEntry
                      key={item.key}
                      entry={item.entry}
                      showSubscription={showSubscription}
                      isRelative={isRelative}
                      linked={linked}
                    >
                      <NoteTools entry={item.entry} note={notes[item.key]} />
                    </ActivityEntry>
                  ) : (
                    <ChangeEntry
                      key={item.key}
                      change={item}
                      disclosure={{ isOpen: open.has(item.key), onToggle: (isOpen) => toggle(item.key, isOpen) }}
                      linked={linked}
                      showSubscription={showSubscription}
                      isRelative={isRelative}
                    />
                  ),
                )}
              </ul>
            </section>
          ))}
        </div>
      )}
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show earlier entries
        </Button>
      )}
    </section>
  );
}

/** What the loaded pages contain, with entries of the same cause together. */
function useTimelineItems(pages: TimelineView[] | undefined) {
  const entries = useMemo(() => pages?.flatMap(({ rows }) => rows), [pages]);
  const notes = useMemo(
    () => Object.assign({}, ...(pages ?? []).map((page) => page.notes)) as TimelineView["notes"],
    [pages],
  );
  const items = useMemo(
    () => entries && groupByCause(entries, pages?.flatMap(({ causes }) => causes) ?? []),
    [entries, pages],
  );
  return { entries, notes, items };
}

/** The changes whose parts are shown, by their keys. */
function useOpenChanges() {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((key: string, isOpen: boolean) => {
    setOpen((former) => new Set(isOpen ? [...former, key] : [...former].filter((one) => one !== key)));
  }, []);
  return { open, toggle };
}
