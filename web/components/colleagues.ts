import { useQuery } from "@tanstack/react-query";
import { trpc } from "../trpc.ts";

/** New and removed staff appear here after at most this long. */
const staleAfterMs = 300_000;

/** Other staff who can own subscriptions, by name; undefined while loading. */
export function useColleagues(): { id: string; name: string }[] | undefined {
  const me = useQuery(trpc.me.get.queryOptions());
  const possible = useQuery(trpc.subscriptions.possibleOwners.queryOptions(undefined, { staleTime: staleAfterMs }));
  return possible.data?.filter(({ id }) => id !== me.data?.id);
}
