import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { includesRole } from "../../../shared/roles.ts";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";

/** Changes of owner, tags and notes; each shows on the page once the server has accepted it. */
export function useCustomerChanges() {
  const queryClient = useQueryClient();
  const me = useQuery(trpc.me.get.queryOptions());
  const onSuccess = () => queryClient.invalidateQueries(trpc.customers.pathFilter());
  const owner = useMutation(trpc.customers.assignOwner.mutationOptions({ onSuccess }));
  const tags = useMutation(trpc.customers.changeTags.mutationOptions({ onSuccess }));
  const note = useMutation(trpc.customers.addNote.mutationOptions({ onSuccess }));
  const problemOf = (error: unknown) => (error ? messageOf(error, true) : null);
  return {
    isAllowed: me.data !== undefined && includesRole(me.data.role, "operator"),
    owner,
    tags,
    note,
    ownerProblem: problemOf(owner.error),
    tagsProblem: problemOf(tags.error),
    noteProblem: problemOf(note.error),
  };
}
