import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Suspense, lazy, useRef, useState } from "react";
import type { ActivityView } from "../../../shared/views/history.ts";
import { useNow } from "../../clock.ts";
import { ActivityEntry } from "../../components/activity-entry.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { byDay } from "../../record.ts";
import { trpc } from "../../trpc.ts";
import type { Subscription } from "../../trpc.ts";
import { NoteForm } from "./note-form.tsx";

// Loaded when it is first wanted.
const CustomerNoteDialog = lazy(async () => ({
  default: (await import("./customer-note-dialog.tsx")).CustomerNoteDialog,
}));

/** What happened to the subscription, newest first, with a heading for each day. */
export function Timeline({ subscription }: { subscription: Subscription }) {
  const { id } = subscription;
  const now = useNow(15_000);
  const timeline = useInfiniteQuery(
    trpc.subscriptions.timeline.infiniteQueryOptions({ id }, { getNextPageParam: ({ nextCursor }) => nextCursor }),
  );
  const entries = timeline.data?.pages.flatMap(({ rows }) => rows);
  return (
    <section className="timeline">
      <div className="timeline-head">
        <h2>Timeline</h2>
        {entries && entries.length > 0 && <CopyForCustomer subscription={subscription} entries={entries} />}
      </div>
      <NoteForm id={id} />
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

function CopyForCustomer({ subscription, entries }: { subscription: Subscription; entries: ActivityView[] }) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button ref={opener} variant="default" size="compact-sm" onClick={() => setOpen(true)}>
        Copy as a note for the customer
      </Button>
      {isOpen && (
        <Suspense>
          <CustomerNoteDialog
            subscription={subscription}
            entries={entries}
            onClose={() => {
              setOpen(false);
              // Once the dialog has let go of the focus.
              requestAnimationFrame(() => opener.current?.focus());
            }}
          />
        </Suspense>
      )}
    </>
  );
}
