import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { includesRole } from "../../../shared/roles.ts";
import { announce } from "../../shell/announce.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { Ago } from "../../components/time.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import type { Subscription } from "../../trpc.ts";
import * as styles from "./subscription.module.css";

/** When the subscription was last synced, and a refresh button. */
export function Refresh({ subscription }: { subscription: Subscription }) {
  const queryClient = useQueryClient();
  const me = useQuery(trpc.me.get.queryOptions());
  const refresh = useMutation(
    trpc.subscriptions.refresh.mutationOptions({
      onSuccess: async ({ changed }) => {
        announce(changed ? "Updated from Microsoft" : "Already in sync with Microsoft");
        await queryClient.invalidateQueries(trpc.subscriptions.pathFilter());
      },
      onError: (error) => announce(messageOf(error)),
    }),
  );
  const isAllowed = me.data !== undefined && includesRole(me.data.role, "operator");
  return (
    <span className={styles.seen}>
      {subscription.syncedAt ? (
        <span>
          Synced <Ago at={subscription.syncedAt} />
        </span>
      ) : (
        "Not synced yet"
      )}
      <GuardedButton
        variant="default"
        size="compact-sm"
        blockedReason={isAllowed ? null : "You need the Operator role to refresh."}
        loading={refresh.isPending}
        onClick={() => refresh.mutate({ subscriptionId: subscription.id })}
      >
        Refresh
      </GuardedButton>
    </span>
  );
}
