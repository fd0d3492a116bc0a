/** Follows changes made anywhere and refreshes what the open page shows of them. */
import type { Query } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { LiveView } from "../../server/trpc/live.ts";
import { isTouched } from "./changes.ts";
import { client, queryClient } from "../trpc.ts";

/** `lost`: there was a connection, and it is being made again. */
export type LiveState = "connecting" | "open" | "lost";

const gatherMs = 100;
const retryMs = 3_000;

let state: LiveState = "connecting";
const listeners = new Set<() => void>();

function become(next: LiveState) {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

/** Asks again for what is in use. A first answer that is still under way may be older than the reason: it is waited for. */
async function askAgain(isTouchedBy: (query: Query) => boolean): Promise<void> {
  // Endless lists keep their rows where they are, and refresh them in their places.
  const isMeant = (query: Query) => query.meta?.["keepsItself"] !== true && isTouchedBy(query);
  const underWay = queryClient
    .getQueryCache()
    .findAll({ fetchStatus: "fetching", predicate: (query) => query.state.data === undefined && isMeant(query) });
  await queryClient.invalidateQueries({ predicate: isMeant });
  if (underWay.length > 0) await queryClient.invalidateQueries({ predicate: (query) => underWay.includes(query) });
}

/** Refreshes in rounds: changes that arrive during one are gathered for the next, so a stream of them cannot starve it. */
function createRefresher() {
  let gathered: LiveView[] = [];
  let isRunning = false;
  async function run() {
    isRunning = true;
    while (gathered.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, gatherMs));
      const changes = gathered;
      gathered = [];
      await askAgain(({ queryKey }) => isTouched(queryKey, changes));
    }
    isRunning = false;
  }
  return (change: LiveView) => {
    gathered.push(change);
    if (!isRunning) void run();
  };
}

const changeListeners = new Set<(change: LiveView) => void>();

/** Tells of each change as it comes. Returns how to end it. */
export function onChange(listener: (change: LiveView) => void): () => void {
  changeListeners.add(listener);
  return () => void changeListeners.delete(listener);
}

function tell(change: LiveView) {
  for (const listener of changeListeners) listener(change);
}

/** Opens the stream of changes and keeps it open. Returns how to end it. */
export function followChanges(): () => void {
  const refresh = createRefresher();
  let hasEnded = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let subscription: { unsubscribe(): void } | undefined;

  function reconnect() {
    become("lost");
    subscription?.unsubscribe();
    clearTimeout(retry);
    // Spread out, so that all the open desks do not come back in the same moment after a restart.
    if (!hasEnded) retry = setTimeout(connect, retryMs * (0.5 + Math.random()));
  }

  function connect() {
    subscription = client.live.changes.subscribe(undefined, {
      onStarted: () => {
        // What happened while nobody listened is not told again: neither while the connection was lost nor before it was made.
        if (state !== "open") {
          void askAgain(() => true);
          tell({ topic: "resync", subscriptionId: null });
        }
        become("open");
      },
      onData: (change) => {
        refresh(change);
        tell(change);
      },
      onConnectionStateChange: (next) => {
        if (next.state === "connecting" && state === "open") become("lost");
      },
      onError: reconnect,
      onComplete: reconnect,
    });
  }

  connect();
  return () => {
    hasEnded = true;
    clearTimeout(retry);
    subscription?.unsubscribe();
  };
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(listen, () => state);
}
