import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNow } from "../../clock.ts";
import { ActivityEntry } from "../../components/activity-entry.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { byDay } from "../../record.ts";
import { trpc } from "../../trpc.ts";

/** What happened to the subscription, newest first, with a heading for each day. */
export function Timeline({ id }: { id: string }) {
  const now = useNow(15_000);
  const timeline = useInfiniteQuery(
    trpc.subscriptions.timeline.infiniteQueryOptions({ id }, { getNextPageParam: ({ nextCursor }) => nextCursor }),
  );
  const entries = timeline.data?.pages.flatMap(({ rows }) => rows);
  return (
    <section className="timeline">
      <h2>Timeline</h2>
      {timeline.error && !entries ? (
        <Problem error={timeline.error} onRetry={() => void timeline.refetch()} />
      ) : !entries ? (
        <Skeleton height={280} />
      ) : entries.length === 0 ? (
        <Empty title="Nothing on record yet">What happens to this subscription from now on is written here.</Empty>
      ) : (
        byDay(entries, now).map(({ day, entries: ofDay }) => (
          <section key={day} className="day">
            <h3>{day}</h3>
            <ul className="entries">
              {ofDay.map((entry) => (
                <ActivityEntry key={entry.id} entry={entry} showSubscription={false} />
              ))}
            </ul>
          </section>
        ))
      )}
      {timeline.hasNextPage && (
        <Button variant="default" loading={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
          Show earlier entries
        </Button>
      )}
    </section>
  );
}
