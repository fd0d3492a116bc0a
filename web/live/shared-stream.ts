/**
 * One stream of changes for all tabs of a browser. The tab that holds a lock opens it, forwards the changes, and reads for the others.
 * Only visible tabs request the lock, because browsers may freeze hidden ones.
 */
import type { LiveEvent } from "../../server/trpc/live.ts";
import type { SharedRead, Read } from "./shared-reads.ts";
import { createTabReads, type ReadMessage } from "./tab-reads.ts";

/** `leading`: the tab with the lock is alive, with or without a stream. `ask`: a new tab requests this message. */
type Message = { event: LiveEvent } | { leading: { isOpen: boolean } } | { ask: true } | ReadMessage;

const lockName = "marketdesk.live";
/** A leading tab that has not announced itself for this long is stuck, and loses the lock. */
const leaderTimeoutMs = 4_000;
const heartbeatMs = 1_000;

export type Tabs = {
  /** Forwards to the other tabs. */
  broadcast(event: LiveEvent): void;
  setStreamOpen(isOpen: boolean): void;
  readThroughLeader: SharedRead;
  end(): void;
};

type Options = {
  /** This tab must open the stream. */
  lead(): void;
  /** This tab must close the stream. */
  follow(): void;
  /** A change forwarded by another tab. */
  onEvent(event: LiveEvent): void;
  /** Whether the leading tab has a stream. */
  onLeaderStreamChange(isOpen: boolean): void;
  /** This tab must send a read, for itself and others. */
  send(read: Read): Promise<unknown>;
};

/** Participates while this tab is visible. */
export function joinTabs(options: Options): Tabs {
  const channel = new BroadcastChannel(lockName);
  let isLeading = false;
  let hasStream = false;
  let lastLeaderMessageAt = Date.now();
  let release: () => void = () => {};
  let hasEnded = false;
  /** Another tab leads, as far as is known. */
  let isLed = false;
  let pendingLock = new AbortController();

  const post = (message: Message) => void (hasEnded || channel.postMessage(message));
  const reads = createTabReads({ isLeading: () => isLeading, post, send: options.send });
  channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if ("ask" in data) {
      if (isLeading) post({ leading: { isOpen: hasStream } });
      return;
    }
    if ("asked" in data || "answered" in data) return reads.receive(data);
    if (isLeading) return;
    isLed = true;
    lastLeaderMessageAt = Date.now();
    if ("leading" in data) options.onLeaderStreamChange(data.leading.isOpen);
    else options.onEvent(data.event);
  });

  function lead(): Promise<void> {
    if (hasEnded) return Promise.resolve();
    isLeading = true;
    isLed = false;
    options.lead();
    return new Promise((resolve) => (release = resolve));
  }

  function follow() {
    if (!isLeading) return;
    isLeading = false;
    hasStream = false;
    release();
    options.follow();
  }

  /** Waits for the lock; `steal` takes it from a stuck tab. */
  function requestLock(steal: boolean) {
    pendingLock.abort();
    const request = (pendingLock = new AbortController());
    navigator.locks.request(lockName, steal ? { steal } : { signal: request.signal }, lead).catch(() => {
      if (hasEnded || request !== pendingLock) return;
      // Another tab took the lock because this one was stuck. What that tab has said so far was ignored, so it is asked.
      follow();
      options.onLeaderStreamChange(false);
      post({ ask: true });
      requestLock(false);
    });
  }

  const timer = setInterval(() => {
    if (isLeading) post({ leading: { isOpen: hasStream } });
    else if (Date.now() - lastLeaderMessageAt > leaderTimeoutMs) {
      lastLeaderMessageAt = Date.now();
      isLed = false;
      if (hasLocks) requestLock(true);
    }
  }, heartbeatMs);

  // Browsers offer locks only over https; without them each visible tab opens its own stream.
  const hasLocks = "locks" in navigator;
  if (hasLocks) requestLock(false);
  else void lead();
  post({ ask: true });

  return {
    broadcast: (event) => post({ event }),
    // Without locks, each tab leads only itself.
    readThroughLeader: (read) =>
      hasLocks && (isLeading || isLed) ? reads.readThroughLeader(read) : Promise.resolve(null),
    setStreamOpen(isOpen) {
      hasStream = isOpen;
      post({ leading: { isOpen } });
    },
    end() {
      hasEnded = true;
      pendingLock.abort();
      follow();
      reads.end();
      clearInterval(timer);
      channel.close();
    },
  };
}
