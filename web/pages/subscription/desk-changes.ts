import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { includesRole } from "../../../shared/roles.ts";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";

/** What staff can change of what they keep with a subscription; each shows on the page once the desk has taken it. */
export function useDeskChanges() {
  const queryClient = useQueryClient();
  const me = useQuery(trpc.me.get.queryOptions());
  const onSuccess = () => queryClient.invalidateQueries(trpc.subscriptions.pathFilter());
  const owner = useMutation(trpc.subscriptions.assignOwner.mutationOptions({ onSuccess }));
  const tags = useMutation(trpc.subscriptions.changeTags.mutationOptions({ onSuccess }));
  const followUp = useMutation(trpc.subscriptions.setFollowUp.mutationOptions({ onSuccess }));
  const note = useMutation(trpc.subscriptions.addNote.mutationOptions({ onSuccess }));
  const problemOf = (error: unknown) => (error ? messageOf(error, true) : null);
  return {
    isAllowed: me.data !== undefined && includesRole(me.data.role, "operator"),
    owner,
    tags,
    followUp,
    note,
    ownerProblem: problemOf(owner.error),
    tagsProblem: problemOf(tags.error),
    followUpProblem: problemOf(followUp.error),
    noteProblem: problemOf(note.error),
  };
}
