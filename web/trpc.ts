/** The one client of the desk's procedures, and the one cache of their answers. */
import { localDayOf } from "../shared/day.ts";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpLink, splitLink } from "@trpc/client";
import { createTRPCOptionsProxy, type inferOutput } from "@trpc/tanstack-react-query";
import type { AppRouter } from "../server/trpc/router.ts";
import { isUserIdle } from "./live/user-activity.ts";
import { checkServer, isServerUnreachable, recordResponse, onlineSignal } from "./live/server-connection.ts";
import { sendLink } from "./sending/send.ts";
import { isSignedOut, isWorthRetrying, needsFreshSignIn } from "./text/call-errors.ts";
import { askForFreshSignIn } from "./fresh-sign-in.ts";
import { goToSignIn, recordSignedIn } from "./sign-in.ts";

const url = "/trpc";
/** What reads waits no longer than this. */
const requestTimeoutMs = 30_000;

/** Tells the server that our own page asks, which a form on another site cannot do, and whether it asks by itself. */
function headers(): Record<string, string> {
  return {
    "x-marketdesk": "1",
    "x-marketdesk-today": localDayOf(Date.now()),
    ...(isUserIdle() ? { "x-marketdesk-away": "1" } : {}),
  };
}

/** A question ends when the server cannot be reached or does not answer: no page waits for ever. */
const read: typeof fetch = async (address, init) => {
  const signals = [onlineSignal(), AbortSignal.timeout(requestTimeoutMs), ...(init?.signal ? [init.signal] : [])];
  try {
    const answer = await fetch(address, { ...init, signal: AbortSignal.any(signals) });
    if (answer.ok) recordResponse();
    return answer;
  } catch (error) {
    if (!init?.signal?.aborted) void checkServer();
    throw error;
  }
};

export const client = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === "mutation",
      true: sendLink,
      false: splitLink({
        // What waits for Microsoft holds nothing else up.
        condition: (operation) => operation.context["skipBatch"] === true,
        true: httpLink({ url, headers, fetch: read }),
        false: httpBatchLink({ url, maxItems: 10, headers, fetch: read }),
      }),
    }),
  ],
});

function confirmWhenAsked(error: unknown) {
  signInWhenAsked(error);
  if (needsFreshSignIn(error)) askForFreshSignIn();
}

function signInWhenAsked(error: unknown) {
  if (isSignedOut(error)) goToSignIn();
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: signInWhenAsked, onSuccess: recordSignedIn }),
  mutationCache: new MutationCache({ onError: confirmWhenAsked }),
  defaultOptions: {
    queries: {
      // Live changes mark answers as stale at once; this only bounds how long a missed one could matter.
      staleTime: 30_000,
      // `live/` asks again when the connection is back or the tab is looked at; the library would ask a second time.
      networkMode: "always",
      refetchOnReconnect: false,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && !isServerUnreachable() && isWorthRetrying(error),
    },
    // The library would pause a change while the browser is offline, and send it later, when the person has moved on.
    mutations: { networkMode: "always", retry: false },
  },
});

export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });

/** A subscription as the desk answers it. */
export type Subscription = inferOutput<typeof trpc.subscriptions.get>;
