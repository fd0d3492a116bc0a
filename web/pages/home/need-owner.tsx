/** The owner, editable in place. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { includesRole } from "../../../shared/roles.ts";
import type { NeedView } from "../../../shared/views/needs.ts";
import { announce } from "../../shell/announcement.ts";
import { messageOf } from "../../text/call-errors.ts";
import { client, trpc } from "../../trpc.ts";
import { Button } from "../../components/button.tsx";
import * as styles from "./home.module.css";

export function NeedOwner({ need }: { need: NeedView }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const { owner, subscriptionId } = need;
  const assign = useMutation(
    trpc.subscriptions.assignOwner.mutationOptions({
      onSuccess: async (_done, { owner: seenOwner }) => {
        const former = owner?.id ?? null;
        announce("Owner changed", () =>
          client.subscriptions.assignOwner.mutate({ subscriptionId: subscriptionId ?? "", owner: former, seenOwner }),
        );
        await queryClient.invalidateQueries(trpc.needs.list.pathFilter());
      },
      onError: (error) => announce(messageOf(error, true)),
    }),
  );
  if (subscriptionId === null || !me.data) return null;
  const isMine = owner?.id === me.data.id;
  const isAllowed = includesRole(me.data.role, "operator");
  return (
    <span className={styles.needOwner}>
      <span className="dim">
        <span className="sr-only">Owner: </span>
        {isMine ? "You" : (owner?.name ?? "Unassigned")}
      </span>
      {isAllowed && (
        <Button
          variant="default"
          size="compact-xs"
          loading={assign.isPending}
          onClick={() => assign.mutate({ subscriptionId, owner: isMine ? null : "me" })}
        >
          {isMine ? "Unassign" : "Assign to me"}
          <span className="sr-only"> {need.subject}</span>
        </Button>
      )}
    </span>
  );
}
