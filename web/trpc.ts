/** The one client of the desk's procedures, and the one cache of their answers. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { createTRPCOptionsProxy, type inferOutput } from "@trpc/tanstack-react-query";
import type { AppRouter } from "../server/trpc/router.ts";
import { isAway } from "./live/attendance.ts";
import { isSignedOut, isWorthRetrying } from "./words/problem.ts";
import { goToSignIn } from "./sign-in.ts";

const url = "/trpc";
/** Tells the server that our own page asks, which a form on another site cannot do, and whether it asks by itself. */
function headers(): Record<string, string> {
  return { "x-marketdesk": "1", ...(isAway() ? { "x-marketdesk-away": "1" } : {}) };
}

export const client = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === "subscription",
      true: httpSubscriptionLink({ url }),
      false: splitLink({
        // What waits for Microsoft holds nothing else up.
        condition: (operation) => operation.context["skipBatch"] === true,
        true: httpLink({ url, headers }),
        false: httpBatchLink({ url, maxItems: 10, headers }),
      }),
    }),
  ],
});

function signInWhenAsked(error: unknown) {
  if (isSignedOut(error)) goToSignIn();
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: signInWhenAsked }),
  mutationCache: new MutationCache({ onError: signInWhenAsked }),
  defaultOptions: {
    queries: {
      // Live changes mark answers as stale at once; this only bounds how long a missed one could matter.
      staleTime: 30_000,
      retry: (failures, error) => failures < 2 && isWorthRetrying(error),
    },
  },
});

export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });

/** A subscription as the desk answers it. */
export type Subscription = inferOutput<typeof trpc.subscriptions.get>;
