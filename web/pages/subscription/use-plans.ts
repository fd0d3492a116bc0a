/** The plans available to a subscription, loaded when a dialog opens. */
import { useQuery } from "@tanstack/react-query";
import { client, queryClient, trpc } from "../../trpc.ts";

/** A mutation for the server, because it calls Microsoft and stores the answer; repeating it is safe. */
export function usePlans(subscriptionId: string) {
  return useQuery({
    // The same key format as tRPC's queries, which live updates rely on.
    queryKey: [["subscriptions", "askPlans"], { input: { id: subscriptionId } }],
    queryFn: async () => {
      const plans = await client.subscriptions.askPlans.mutate({ id: subscriptionId });
      // The subscription's own price came with them.
      void queryClient.invalidateQueries(trpc.subscriptions.get.queryFilter({ id: subscriptionId }));
      return plans;
    },
    staleTime: 0,
  });
}
