import { ActionIcon, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SubscriptionView } from "../../../shared/views.ts";
import { announce } from "../../announce.tsx";
import { Ago } from "../../components/time.tsx";
import { messageOf } from "../../problem.ts";
import { trpc } from "../../trpc.ts";

/** When Microsoft was last asked about the subscription, and a way to ask now. */
export function Refresh({ subscription }: { subscription: SubscriptionView }) {
  const queryClient = useQueryClient();
  const refresh = useMutation(
    trpc.subscriptions.refresh.mutationOptions({
      onSuccess: async ({ changed }) => {
        announce(changed ? "Microsoft had something else on record; it is applied." : "The same as at Microsoft.");
        await queryClient.invalidateQueries(trpc.subscriptions.get.queryFilter({ id: subscription.id }));
        await queryClient.invalidateQueries(trpc.subscriptions.timeline.pathFilter());
      },
      onError: (error) => announce(messageOf(error)),
    }),
  );
  return (
    <span className="seen">
      {subscription.syncedAt ? (
        <>
          seen at Microsoft <Ago at={subscription.syncedAt} />
        </>
      ) : (
        "not yet seen at Microsoft"
      )}
      <Tooltip label="Ask Microsoft now">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Refresh from Microsoft"
          loading={refresh.isPending}
          onClick={() => refresh.mutate({ subscriptionId: subscription.id })}
        >
          <IconRefresh size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </span>
  );
}
