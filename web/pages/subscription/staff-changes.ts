import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { includesRole } from "../../../shared/roles.ts";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";

/** Changes of owner, follow-up, tags and notes; each shows on the page once the server has accepted it. */
export function useStaffChanges() {
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
