/** Receives changes from the server and refreshes the affected data of the open page. */
import type { Query } from "@tanstack/react-query";
import { getUntypedClient } from "@trpc/client";
import { useSyncExternalStore } from "react";
import type { LiveEvent, LiveView } from "../../server/trpc/live.ts";
import { isServerUnreachable, recordStreamState, onConnectionChange } from "./server-connection.ts";
import { openStream, type Stream } from "./change-stream.ts";
import { setSharedRead } from "./shared-reads.ts";
import { joinTabs } from "./shared-stream.ts";
import { isWorthRetrying } from "../text/call-errors.ts";
import { client, queryClient } from "../trpc.ts";

/** `lost`: the stream broke and is being reopened. `paused`: the server is at its limit of streams. */
export type LiveState = "connecting" | "open" | "lost" | "paused";

const batchDelayMs = 100;
/** Data that could not be refreshed is read again after this time. */
export const repeatDelayMs = 10_000;

let state: LiveState = "connecting";
const listeners = new Set<() => void>();

function setState(next: LiveState) {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

/** Refetches active queries. A first answer still in flight may be older than the change, so it is awaited. */
async function refetchActive(isAffectedBy: (query: Query) => boolean): Promise<void> {
  // Infinite lists refresh their rows in place themselves.
  const isSelected = (query: Query) => query.meta?.["keepsItself"] !== true && isAffectedBy(query);
  const inProgress = queryClient
    .getQueryCache()
    .findAll({ fetchStatus: "fetching", predicate: (query) => query.state.data === undefined && isSelected(query) });
  await queryClient.invalidateQueries({ predicate: isSelected });
  if (inProgress.length > 0) await queryClient.invalidateQueries({ predicate: (query) => inProgress.includes(query) });
}

/** If the code that maps changes to queries could not be loaded, all data counts as affected. */
const loadIsAffected = () =>
  import("./stale-queries.ts").then(
    ({ isAffected }) => isAffected,
    () => () => true,
  );

/** Whether a page shows older data, because the last refresh failed. */
const hasFailed = ({ state }: Query) =>
  state.status === "error" && state.data !== undefined && isWorthRetrying(state.error);

/** Refreshes in rounds. Changes that arrive during a round are collected for the next, so that many changes cannot starve it. */
function createRefresher() {
  let pendingChanges: LiveView[] = [];
  let isRunning = false;
  let repeatTimer: ReturnType<typeof setTimeout> | undefined;

  async function run() {
    clearTimeout(repeatTimer);
    isRunning = true;
    do {
      const [isAffected] = await Promise.all([
        loadIsAffected(),
        new Promise((resolve) => setTimeout(resolve, batchDelayMs)),
      ]);
      const changes = pendingChanges;
      pendingChanges = [];
      await refetchActive((query) => isAffected(query.queryKey, changes) || hasFailed(query));
    } while (pendingChanges.length > 0);
    isRunning = false;
    // Otherwise the page would show old data until the next change. A hidden page refreshes everything when it becomes visible.
    if (!document.hidden && queryClient.getQueryCache().findAll({ type: "active", predicate: hasFailed }).length > 0)
      repeatTimer = setTimeout(() => void run(), repeatDelayMs);
  }

  return {
    add(change: LiveView) {
      pendingChanges.push(change);
      if (!isRunning) void run();
    },
    /** What was pending is refreshed with everything else when the page follows changes again. */
    end() {
      pendingChanges = [];
      clearTimeout(repeatTimer);
    },
  };
}

const changeListeners = new Set<(change: LiveView) => void>();

/** Calls the listener for each change. Returns how to unsubscribe. */
export function onLiveChange(listener: (change: LiveView) => void): () => void {
  changeListeners.add(listener);
  return () => void changeListeners.delete(listener);
}

function notifyListeners(change: LiveView) {
  for (const listener of changeListeners) listener(change);
}

let isKeptWhileHidden = false;
let onVisibilityChange = () => {};

/** Whether a hidden page follows changes too; it refreshes once it is visible. */
export function keepWhileHidden(isKept: boolean): void {
  isKeptWhileHidden = isKept;
  onVisibilityChange();
}

/** How long a tab that becomes visible waits for a stream before it refreshes. */
const streamWaitMs = 500;

type StreamListener = {
  onEvent(event: LiveEvent): void;
  onOpen(): void;
  onLost(): void;
  onSignedOut(): void;
};

/** Joins the tabs that share one stream; the tab that leads opens it. Returns how to leave. */
function openSharedStream(listener: StreamListener): () => void {
  let stream: Stream | null = null;
  const tabs = joinTabs({
    lead() {
      stream = openStream({
        onEvent(event) {
          listener.onEvent(event);
          tabs.broadcast(event);
          if (event.topic === "hello") tabs.setStreamOpen(true);
        },
        onLost() {
          listener.onLost();
          tabs.setStreamOpen(false);
        },
        onSignedOut: listener.onSignedOut,
      });
    },
    follow: () => stream?.close(),
    onEvent: listener.onEvent,
    onLeaderStreamChange: (isOpen) => (isOpen ? listener.onOpen() : listener.onLost()),
    send: ({ path, input }) => getUntypedClient(client).query(path, input, { context: { isForAllTabs: true } }),
  });
  setSharedRead(tabs.readThroughLeader);
  return () => {
    setSharedRead(null);
    tabs.end();
    stream?.close();
    recordStreamState(false);
  };
}

/** Receives changes while this tab is visible, through its own or another tab's stream. Returns how to stop. */
export function followChanges(onSignedOut: () => void): () => void {
  const refresher = createRefresher();
  let stop: (() => void) | null = null;
  let isBehind = true;
  let catchUpTimer: ReturnType<typeof setTimeout> | undefined;

  /** Changes during a gap are not repeated, so everything is refreshed, unless the server is unreachable. */
  function catchUp() {
    if (!isBehind || document.hidden || isServerUnreachable()) return;
    isBehind = false;
    clearTimeout(catchUpTimer);
    const everything = { topic: "resync", subscriptionId: null } as const;
    refresher.add(everything);
    notifyListeners(everything);
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

  function receive(event: LiveEvent) {
    switch (event.topic) {
      case "hello":
        isBehind = true;
        return onStreamOpen();
      case "beat":
        return onStreamOpen();
      case "ended":
        // Without a stream, this page polls as often as it retries the stream.
        isBehind = true;
        setState("paused");
        return catchUp();
      default:
        onStreamOpen();
        if (document.hidden) isBehind = true;
        else refresher.add(event);
        notifyListeners(event);
    }
  }

  function join() {
    if (stop !== null) return state === "open" ? catchUp() : undefined;
    stop = openSharedStream({ onEvent: receive, onOpen: onStreamOpen, onLost: onStreamLost, onSignedOut });
    if (state !== "connecting") catchUpTimer = setTimeout(catchUp, streamWaitMs);
  }

  function leave() {
    stop?.();
    stop = null;
    isBehind = true;
    clearTimeout(catchUpTimer);
    refresher.end();
  }

  // Requests failed while the server was unreachable, even if the stream survived.
  const stopListening = onConnectionChange(() => {
    if (isServerUnreachable()) isBehind = true;
    else if (state === "open") catchUp();
  });
  onVisibilityChange = () => (document.hidden && !isKeptWhileHidden ? leave() : join());
  document.addEventListener("visibilitychange", onVisibilityChange);
  // Open connections keep a page out of the back/forward cache.
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", onVisibilityChange);
  onVisibilityChange();
  return () => {
    document.removeEventListener("visibilitychange", onVisibilityChange);
    window.removeEventListener("pagehide", leave);
    window.removeEventListener("pageshow", onVisibilityChange);
    stopListening();
    leave();
    onVisibilityChange = () => {};
  };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(subscribe, () => state);
}
