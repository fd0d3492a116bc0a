import { useQuery } from "@tanstack/react-query";
import { trpc } from "../trpc.ts";

/** Who joins the desk or leaves it may take so long to be seen here. */
const staleAfterMs = 300_000;

/** Those beside who asks who may look after subscriptions, by name; undefined: not known yet. */
export function useColleagues(): { id: string; name: string }[] | undefined {
  const me = useQuery(trpc.me.get.queryOptions());
  const possible = useQuery(trpc.subscriptions.possibleOwners.queryOptions(undefined, { staleTime: staleAfterMs }));
  return possible.data?.filter(({ id }) => id !== me.data?.id);
}
