import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { NoteForm } from "../../components/note-form.tsx";
import { knownFilters } from "../../components/timeline/timeline-filters.tsx";
import { Timeline } from "../../components/timeline/timeline.tsx";
import { trpc } from "../../trpc.ts";
import { useCustomerChanges } from "./use-customer-changes.ts";

const route = getRouteApi("/customers/$id");

/** The history of the customer and all its subscriptions. */
export function CustomerTimeline({ id }: { id: string }) {
  const { isAllowed, note, noteProblem } = useCustomerChanges();
  const filters = knownFilters(route.useSearch());
  const timeline = useInfiniteQuery(
    trpc.customers.timeline.infiniteQueryOptions(
      { id, ...filters },
      { getNextPageParam: ({ nextCursor }) => nextCursor, placeholderData: keepPreviousData },
    ),
  );
  return (
    <Timeline
      filters={filters}
      query={timeline}
      showSubscription
      emptyNote="Changes of this customer's subscriptions appear here."
    >
      {isAllowed && (
        <NoteForm
          about={`customer ${id}`}
          isPending={note.isPending}
          problem={noteProblem}
          add={(written, onSuccess) => note.mutate({ customerId: id, ...written }, { onSuccess })}
        />
      )}
    </Timeline>
  );
}
