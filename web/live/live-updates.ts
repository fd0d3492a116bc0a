/** Follows changes made anywhere and refreshes what the open page shows of them. */
import type { Query } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { LiveEvent, LiveView } from "../../server/trpc/live.ts";
import { isAffected } from "./stale-queries.ts";
import { isServerUnreachable, recordStreamState, onConnectionChange } from "./server-connection.ts";
import { openStream, type Stream } from "./change-stream.ts";
import { joinTabs } from "./shared-stream.ts";
import { queryClient } from "../trpc.ts";

/** `lost`: there was a stream, and it is being opened again. `paused`: the server has no place for it now. */
export type LiveState = "connecting" | "open" | "lost" | "paused";

const batchDelayMs = 100;

let state: LiveState = "connecting";
const listeners = new Set<() => void>();

function setState(next: LiveState) {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

/** Asks again for what is in use. A first answer that is still under way may be older than the reason: it is waited for. */
async function refetchActive(isAffectedBy: (query: Query) => boolean): Promise<void> {
  // Endless lists keep their rows where they are, and refresh them in their places.
  const isSelected = (query: Query) => query.meta?.["keepsItself"] !== true && isAffectedBy(query);
  const inProgress = queryClient
    .getQueryCache()
    .findAll({ fetchStatus: "fetching", predicate: (query) => query.state.data === undefined && isSelected(query) });
  await queryClient.invalidateQueries({ predicate: isSelected });
  if (inProgress.length > 0) await queryClient.invalidateQueries({ predicate: (query) => inProgress.includes(query) });
}

/** Refreshes in rounds: changes that arrive during one are gathered for the next, so a stream of them cannot starve it. */
function createRefresher() {
  let pendingChanges: LiveView[] = [];
  let isRunning = false;
  async function run() {
    isRunning = true;
    while (pendingChanges.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, batchDelayMs));
      const changes = pendingChanges;
      pendingChanges = [];
      await refetchActive(({ queryKey }) => isAffected(queryKey, changes));
    }
    isRunning = false;
  }
  return (change: LiveView) => {
    pendingChanges.push(change);
    if (!isRunning) void run();
  };
}

const changeListeners = new Set<(change: LiveView) => void>();

/** Tells of each change as it comes. Returns how to end it. */
export function onLiveChange(listener: (change: LiveView) => void): () => void {
  changeListeners.add(listener);
  return () => void changeListeners.delete(listener);
}

function notifyListeners(change: LiveView) {
  for (const listener of changeListeners) listener(change);
}

/** A tab that is looked at again waits so long for a stream before it asks for what it missed. */
const streamWaitMs = 500;

/** Follows what changes while this tab is looked at: by its own stream, or by that of another tab. Returns how to end it. */
export function followChanges(onSignedOut: () => void): () => void {
  const refresh = createRefresher();
  let stop: (() => void) | null = null;
  let isBehind = true;
  let catchUpTimer: ReturnType<typeof setTimeout> | undefined;

  /** What happened while nobody listened is not told again. Out of reach of the server, asking would only fail. */
  function catchUp() {
    if (!isBehind || isServerUnreachable()) return;
    isBehind = false;
    clearTimeout(catchUpTimer);
    void refetchActive(() => true);
    notifyListeners({ topic: "resync", subscriptionId: null });
  }

  function onStreamOpen() {
    recordStreamState(true);
    setState("open");
    catchUp();
  }

  function onStreamLost() {
    recordStreamState(false);
    if (state === "open") setState("lost");
    isBehind = true;
  }

  function hear(event: LiveEvent) {
    switch (event.topic) {
      case "hello":
        isBehind = true;
        return onStreamOpen();
      case "beat":
        return onStreamOpen();
      case "ended":
        // Until there is a place again, this page asks as often as it asks for the stream.
        isBehind = true;
        setState("paused");
        return catchUp();
      default:
        onStreamOpen();
        refresh(event);
        notifyListeners(event);
    }
  }

  function join() {
    if (stop !== null) return;
    let stream: Stream | null = null;
    const tabs = joinTabs({
      lead() {
        stream = openStream({
          hear(event) {
            hear(event);
            tabs.broadcast(event);
            if (event.topic === "hello") tabs.setStreamOpen(true);
          },
          onLost() {
            onStreamLost();
            tabs.setStreamOpen(false);
          },
          onSignedOut,
        });
      },
      follow: () => stream?.close(),
      hear,
      onLeaderStreamChange: (isOpen) => (isOpen ? onStreamOpen() : onStreamLost()),
    });
    stop = () => {
      tabs.end();
      stream?.close();
      recordStreamState(false);
    };
    if (state !== "connecting") catchUpTimer = setTimeout(catchUp, streamWaitMs);
  }

  function leave() {
    stop?.();
    stop = null;
    isBehind = true;
    clearTimeout(catchUpTimer);
  }

  // What was asked for while the server was out of reach has failed, whether or not the stream has survived.
  const stopListening = onConnectionChange(() => {
    if (isServerUnreachable()) isBehind = true;
    else if (state === "open") catchUp();
  });
  const onVisibilityChange = () => (document.hidden ? leave() : join());
  document.addEventListener("visibilitychange", onVisibilityChange);
  // A page that the browser keeps for *Back* may hold nothing open.
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", onVisibilityChange);
  onVisibilityChange();
  return () => {
    document.removeEventListener("visibilitychange", onVisibilityChange);
    window.removeEventListener("pagehide", leave);
    window.removeEventListener("pageshow", onVisibilityChange);
    stopListening();
    leave();
  };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(subscribe, () => state);
}
