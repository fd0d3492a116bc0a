/** What can be done to all needs of a group, and its undoing. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { NeedAction, NeedView } from "../../../shared/views/needs.ts";
import { announce } from "../../shell/announcement.ts";
import { messageOf } from "../../text/call-errors.ts";
import { client, trpc } from "../../trpc.ts";
import { allDoneText, doAll } from "./do-all.ts";
import { followUpOf, today } from "./need-actions.tsx";

function useReport() {
  const queryClient = useQueryClient();
  return {
    onError: (error: Error) => announce(messageOf(error, true)),
    onSettled: () => queryClient.invalidateQueries(trpc.needs.list.pathFilter()),
  };
}

/** Makes the person the owner of the needs' subscriptions. */
export function useAssignAll(waiting: NeedView[]) {
  const owners = new Map(
    waiting.flatMap(({ subscriptionId, owner }) =>
      subscriptionId === null ? [] : [[subscriptionId, owner?.id ?? null] as const],
    ),
  );
  const assign = useMutation({
    // The needs when the button was pressed: the group shrinks while they are processed.
    mutationFn: (before: [subscriptionId: string, owner: string | null][]) =>
      doAll(before, ([subscriptionId]) => client.subscriptions.assignOwner.mutate({ subscriptionId, owner: "me" })),
    onSuccess: (all, before) =>
      announce(allDoneText(all, "subscription", "assigned to you"), () =>
        doAll(before, ([subscriptionId, owner]) =>
          client.subscriptions.assignOwner.mutate({ subscriptionId, owner, seenOwner: "me" }),
        ).then((undone) => allDoneText(undone, "subscription", "assigned as before")),
      ),
    ...useReport(),
  });
  return { subscriptions: [...owners.keys()], isAssigning: assign.isPending, assign: () => assign.mutate([...owners]) };
}

const isAcknowledging = (action: NeedAction) => action === "onboarded" || action === "done";

/** Marks the needs as dealt with. */
export function useAcknowledgeAll(waiting: NeedView[]) {
  const done = waiting.flatMap((need) => {
    const { subscriptionId, actions } = need;
    return subscriptionId !== null && actions.some(isAcknowledging)
      ? { subscriptionId, actions, seenOn: followUpOf(need) }
      : [];
  });
  const acknowledge = useMutation({
    mutationFn: (items: typeof done) =>
      doAll(items, ({ subscriptionId, actions, seenOn }) =>
        actions.includes("onboarded")
          ? client.subscriptions.markOnboarded.mutate({ subscriptionId })
          : client.subscriptions.setFollowUp.mutate({ subscriptionId, on: null, seenOn }),
      ),
    onSuccess: (all, items) =>
      announce(allDoneText(all, "item", "done"), () =>
        doAll(items, ({ subscriptionId, actions }) =>
          actions.includes("onboarded")
            ? client.subscriptions.undoOnboarded.mutate({ subscriptionId })
            : client.subscriptions.setFollowUp.mutate({ subscriptionId, on: today(), seenOn: null }),
        ).then((undone) => allDoneText(undone, "item", "waiting again")),
      ),
    ...useReport(),
  });
  return { done, isAcknowledging: acknowledge.isPending, acknowledge: () => acknowledge.mutate(done) };
}
