import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { includesRole } from "../../../shared/roles.ts";
import { announce } from "../../shell/announce.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { Ago } from "../../components/time.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import type { Subscription } from "../../trpc.ts";

/** When Microsoft was last asked about the subscription, and a way to ask now. */
export function Refresh({ subscription }: { subscription: Subscription }) {
  const queryClient = useQueryClient();
  const me = useQuery(trpc.me.get.queryOptions());
  const refresh = useMutation(
    trpc.subscriptions.refresh.mutationOptions({
      onSuccess: async ({ changed }) => {
        announce(changed ? "Microsoft had something else on record; it is applied." : "The same as at Microsoft.");
        await queryClient.invalidateQueries(trpc.subscriptions.pathFilter());
      },
      onError: (error) => announce(messageOf(error)),
    }),
  );
  const isAllowed = me.data !== undefined && includesRole(me.data.role, "operator");
  return (
    <span className="seen">
      {subscription.syncedAt ? (
        <span>
          seen at Microsoft <Ago at={subscription.syncedAt} />
        </span>
      ) : (
        "not yet seen at Microsoft"
      )}
      <GuardedButton
        variant="default"
        size="compact-sm"
        whyNot={isAllowed ? null : "Only an operator can ask Microsoft again."}
        loading={refresh.isPending}
        onClick={() => refresh.mutate({ subscriptionId: subscription.id })}
      >
        Refresh
      </GuardedButton>
    </span>
  );
}
