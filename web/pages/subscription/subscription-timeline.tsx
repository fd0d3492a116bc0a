import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Suspense, useRef, useState } from "react";
import type { ActivityView } from "../../../shared/views/history.ts";
import { Button } from "../../components/button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { NoteForm } from "../../components/note-form.tsx";
import { knownFilters } from "../../components/timeline/timeline-filters.tsx";
import { Timeline } from "../../components/timeline/timeline.tsx";
import { trpc } from "../../trpc.ts";
import type { Subscription } from "../../trpc.ts";
import { useStaffChanges } from "./staff-changes.ts";

// Loaded when first opened.
const CustomerSummaryDialog = lazyPart(() => import("./customer-summary-dialog.tsx"), "CustomerSummaryDialog");
const PlannedAhead = lazyPart(() => import("./planned-changes.tsx"), "PlannedAhead");

const route = getRouteApi("/subscriptions/$id");

export function SubscriptionTimeline({ subscription }: { subscription: Subscription }) {
  const { id } = subscription;
  const planned = subscription.planned.filter(({ state }) => state === "waiting");
  const { isAllowed, note, noteProblem } = useStaffChanges();
  const filters = knownFilters(route.useSearch());
  const timeline = useInfiniteQuery(
    trpc.subscriptions.timeline.infiniteQueryOptions(
      { id, ...filters },
      { getNextPageParam: ({ nextCursor }) => nextCursor, placeholderData: keepPreviousData },
    ),
  );
  return (
    <Timeline
      filters={filters}
      query={timeline}
      ahead={planned.length > 0 && <PlannedAhead planned={planned} />}
      emptyNote="Changes of this subscription appear here."
      head={(entries) => <CopyForCustomer subscription={subscription} entries={entries} />}
    >
      {isAllowed && (
        <NoteForm
          about={`subscription ${id}`}
          isPending={note.isPending}
          problem={noteProblem}
          add={(written, onSuccess) => note.mutate({ subscriptionId: id, ...written }, { onSuccess })}
        />
      )}
    </Timeline>
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
