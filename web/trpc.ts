/** The tRPC client and its cache. */
import { localDayOf } from "../shared/day.ts";
import { MutationCache, type Query, QueryCache, QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpLink, splitLink } from "@trpc/client";
import { createTRPCOptionsProxy, type inferOutput } from "@trpc/tanstack-react-query";
import type { AppRouter } from "../server/trpc/router.ts";
import { isUserIdle } from "./live/user-activity.ts";
import { read } from "./live/read.ts";
import { sharedLink } from "./live/shared-reads.ts";
import { isServerUnreachable } from "./live/server-connection.ts";
import { sendLink } from "./sending/send.ts";
import { isSignedOut, isWorthRetrying, needsFreshSignIn } from "./text/call-errors.ts";
import { askForFreshSignIn } from "./fresh-sign-in.ts";
import { ownPage } from "./own-page.ts";
import { goToSignIn, recordSignedIn } from "./sign-in.ts";

const url = "/trpc";

/** Proxies refuse a request line and headers above 8 kB. A longer input, such as the IDs of 200 rows, is sent by POST. */
const maxURLLength = 4_000;
const maxInputLength = 2_000;
const lengthInUrl = (input: unknown) => encodeURIComponent(JSON.stringify(input) ?? "").length;

/** Headers of a read. `x-marketdesk-away` marks a read that is sent while no one uses the page. */
function headers(): Record<string, string> {
  return {
    ...ownPage(),
    "x-marketdesk-today": localDayOf(Date.now()),
    ...(isUserIdle() ? { "x-marketdesk-away": "1" } : {}),
  };
}

export const client = createTRPCClient<AppRouter>({
  links: [
    sharedLink,
    splitLink({
      condition: (operation) => operation.type === "mutation",
      true: sendLink,
      false: splitLink({
        // Calls that wait for Microsoft must not delay others in the same batch.
        condition: ({ context, input }) => context["skipBatch"] === true || lengthInUrl(input) > maxInputLength,
        true: httpLink({ url, headers, fetch: read, methodOverride: "POST" }),
        false: httpBatchLink({ url, maxItems: 10, maxURLLength, headers, fetch: read }),
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

let personId: string | undefined;

/**
 * Notices who is signed in, and clears everything that was read for the previous person when another one has signed in to this browser.
 * Other answers prove nothing: they may have been sent before the session ended.
 */
function recordAnswer(data: unknown, query: Query<unknown, unknown, unknown>) {
  if (String(query.queryKey[0]) !== "me,get") return;
  recordSignedIn();
  const { id } = data as { id: string };
  if (personId && personId !== id) void queryClient.resetQueries({ predicate: (other) => other !== query });
  personId = id;
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: signInWhenAsked, onSuccess: recordAnswer }),
  mutationCache: new MutationCache({ onError: confirmWhenAsked }),
  defaultOptions: {
    queries: {
      // Live updates invalidate answers immediately; this only limits the effect of a missed update.
      staleTime: 30_000,
      // `live/` refreshes on reconnect and when the tab becomes visible; the library would do it twice.
      networkMode: "always",
      refetchOnReconnect: false,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && !isServerUnreachable() && isWorthRetrying(error),
    },
    // The library would pause changes while offline and send them later, when the person no longer expects it.
    mutations: { networkMode: "always", retry: false },
  },
});

export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });

/** A subscription as returned by the server. */
export type Subscription = inferOutput<typeof trpc.subscriptions.get>;
