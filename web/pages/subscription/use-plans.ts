/** The plans that Microsoft offers for a subscription, asked for when a dialog opens. */
import { useQuery } from "@tanstack/react-query";
import { client, queryClient, trpc } from "../../trpc.ts";

/** A change in the server's eyes: it calls Microsoft and keeps the answer. Asking again has the same effect. */
export function usePlans(subscriptionId: string) {
  return useQuery({
    // As the keys of tRPC's own queries, which live changes read.
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
