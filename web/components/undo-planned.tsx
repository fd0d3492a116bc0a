import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { includesRole } from "../../shared/roles.ts";
import type { PlannedChangeView } from "../../shared/views/planned-changes.ts";
import { announce } from "../shell/announcement.ts";
import { messageOf } from "../text/call-errors.ts";
import { plannedTitle } from "../text/planned.ts";
import { trpc } from "../trpc.ts";
import { GuardedButton } from "./guarded-button.tsx";

type Props = { planned: PlannedChangeView; subscriptionName: string };

/** Undoes a planned change, or dismisses a failed one, with one click. */
export function UndoPlanned({ planned, subscriptionName }: Props) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const isFailed = planned.state === "failed";
  const title = plannedTitle(planned);
  const options = {
    onSuccess: () => announce(`${isFailed ? "Dismissed" : "Undone"}: ${title}`),
    onError: (error: unknown) => announce(messageOf(error, true)),
    onSettled: async () => {
      await queryClient.invalidateQueries(trpc.plannedChanges.pathFilter());
      await queryClient.invalidateQueries(trpc.subscriptions.pathFilter());
    },
  };
  const undo = useMutation(trpc.plannedChanges.undo.mutationOptions(options));
  const dismiss = useMutation(trpc.plannedChanges.dismiss.mutationOptions(options));
  const change = isFailed ? dismiss : undo;
  const isOperator = me.data !== undefined && includesRole(me.data.role, "operator");
  return (
    <GuardedButton
      variant="default"
      size="compact-sm"
      blockedReason={isOperator ? null : "You need the Operator role for this."}
      loading={change.isPending}
      onClick={() => change.mutate({ id: planned.id })}
    >
      {isFailed ? "Dismiss" : "Undo"}
      <span className="sr-only">
        : {title}, {subscriptionName}
      </span>
    </GuardedButton>
  );
}
