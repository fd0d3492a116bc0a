/** Follows changes made anywhere and refreshes what the open page shows of them. */
import type { Query } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { LiveEvent, LiveView } from "../../server/trpc/live.ts";
import { isTouched } from "./stale-queries.ts";
import { isServerOutOfReach, noteStream, onReachChange } from "./server-connection.ts";
import { openStream, type Stream } from "./change-stream.ts";
import { joinTabs } from "./shared-stream.ts";
import { queryClient } from "../trpc.ts";

/** `lost`: there was a stream, and it is being opened again. `paused`: the server has no place for it now. */
export type LiveState = "connecting" | "open" | "lost" | "paused";

const gatherMs = 100;

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
  const inProgress = queryClient
    .getQueryCache()
    .findAll({ fetchStatus: "fetching", predicate: (query) => query.state.data === undefined && isMeant(query) });
  await queryClient.invalidateQueries({ predicate: isMeant });
  if (inProgress.length > 0) await queryClient.invalidateQueries({ predicate: (query) => inProgress.includes(query) });
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

/** A tab that is looked at again waits so long for a stream before it asks for what it missed. */
const withoutStreamMs = 500;

/** Follows what changes while this tab is looked at: by its own stream, or by that of another tab. Returns how to end it. */
export function followChanges(onSignedOut: () => void): () => void {
  const refresh = createRefresher();
  let stop: (() => void) | null = null;
  let isBehind = true;
  let catchUpLater: ReturnType<typeof setTimeout> | undefined;

  /** What happened while nobody listened is not told again. Out of reach of the server, asking would only fail. */
  function catchUp() {
    if (!isBehind || isServerOutOfReach()) return;
    isBehind = false;
    clearTimeout(catchUpLater);
    void askAgain(() => true);
    tell({ topic: "resync", subscriptionId: null });
  }

  function opened() {
    noteStream(true);
    become("open");
    catchUp();
  }

  function lost() {
    noteStream(false);
    if (state === "open") become("lost");
    isBehind = true;
  }

  function hear(event: LiveEvent) {
    switch (event.topic) {
      case "hello":
        isBehind = true;
        return opened();
      case "beat":
        return opened();
      case "ended":
        // Until there is a place again, this page asks as often as it asks for the stream.
        isBehind = true;
        become("paused");
        return catchUp();
      default:
        opened();
        refresh(event);
        tell(event);
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
            tabs.tell(event);
            if (event.topic === "hello") tabs.noteStream(true);
          },
          onLost() {
            lost();
            tabs.noteStream(false);
          },
          onSignedOut,
        });
      },
      follow: () => stream?.close(),
      hear,
      hearLeader: (isOpen) => (isOpen ? opened() : lost()),
    });
    stop = () => {
      tabs.end();
      stream?.close();
      noteStream(false);
    };
    if (state !== "connecting") catchUpLater = setTimeout(catchUp, withoutStreamMs);
  }

  function leave() {
    stop?.();
    stop = null;
    isBehind = true;
    clearTimeout(catchUpLater);
  }

  // What was asked for while the server was out of reach has failed, whether or not the stream has survived.
  const stopListening = onReachChange(() => {
    if (isServerOutOfReach()) isBehind = true;
    else if (state === "open") catchUp();
  });
  const look = () => (document.hidden ? leave() : join());
  document.addEventListener("visibilitychange", look);
  // A page that the browser keeps for *Back* may hold nothing open.
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    window.removeEventListener("pagehide", leave);
    window.removeEventListener("pageshow", look);
    stopListening();
    leave();
  };
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(listen, () => state);
}
