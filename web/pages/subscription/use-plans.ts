/** The plans that Microsoft offers for a subscription, asked for when a dialog opens. */
import { useQuery } from "@tanstack/react-query";
import { client } from "../../trpc.ts";

/** A change in the server's eyes: it calls Microsoft and keeps the answer. Asking again has the same effect. */
export function usePlans(subscriptionId: string) {
  return useQuery({
    // As the keys of tRPC's own queries, which live changes read.
    queryKey: [["subscriptions", "askPlans"], { input: { id: subscriptionId } }],
    queryFn: () => client.subscriptions.askPlans.mutate({ id: subscriptionId }),
    staleTime: 0,
  });
}
