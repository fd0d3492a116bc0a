/**
 * One stream of changes for all tabs of a browser. The tab that holds a lock has it, and passes on what it hears. Only tabs that
 * are looked at want the lock: hidden ones may be frozen by the browser, and have nothing to show.
 */
import type { LiveEvent } from "../../server/trpc/live.ts";

/** `leading`: the tab with the lock lives, and has a stream or not. `ask`: a tab has come and wants to know. */
type Message = { event: LiveEvent } | { leading: { isOpen: boolean } } | { ask: true };

const lockName = "marketdesk.live";
/** A tab with the lock says so more often than this; one that is stuck loses it. */
const leaderTimeoutMs = 4_000;
const heartbeatMs = 1_000;

export type Tabs = {
  /** Passes on to the other tabs. */
  broadcast(event: LiveEvent): void;
  setStreamOpen(isOpen: boolean): void;
  end(): void;
};

type Options = {
  /** This tab has to open the stream. */
  lead(): void;
  /** This tab has to close it. */
  follow(): void;
  /** What another tab heard. */
  hear(event: LiveEvent): void;
  /** Whether another tab that leads has a stream. */
  onLeaderStreamChange(isOpen: boolean): void;
};

/** Takes part for as long as this tab is looked at. */
export function joinTabs(options: Options): Tabs {
  const channel = new BroadcastChannel(lockName);
  let isLeading = false;
  let hasStream = false;
  let lastLeaderMessageAt = Date.now();
  let release: () => void = () => {};
  let hasEnded = false;
  let pendingLock = new AbortController();

  const post = (message: Message) => channel.postMessage(message);
  channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if ("ask" in data) {
      if (isLeading) post({ leading: { isOpen: hasStream } });
      return;
    }
    if (isLeading) return;
    lastLeaderMessageAt = Date.now();
    if ("leading" in data) options.onLeaderStreamChange(data.leading.isOpen);
    else options.hear(data.event);
  });

  function lead(): Promise<void> {
    if (hasEnded) return Promise.resolve();
    isLeading = true;
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

  /** Waits for the lock; `steal` takes it from a tab that is stuck. */
  function requestLock(steal: boolean) {
    pendingLock.abort();
    const request = (pendingLock = new AbortController());
    navigator.locks.request(lockName, steal ? { steal } : { signal: request.signal }, lead).catch(() => {
      if (hasEnded || request !== pendingLock) return;
      // Another tab took the lock, because this one was stuck.
      follow();
      requestLock(false);
    });
  }

  const timer = setInterval(() => {
    if (isLeading) post({ leading: { isOpen: hasStream } });
    else if (Date.now() - lastLeaderMessageAt > leaderTimeoutMs) {
      lastLeaderMessageAt = Date.now();
      if (hasLocks) requestLock(true);
    }
  }, heartbeatMs);

  // Without https a browser has no locks: each tab that is looked at has a stream of its own.
  const hasLocks = "locks" in navigator;
  if (hasLocks) requestLock(false);
  else void lead();
  post({ ask: true });

  return {
    broadcast: (event) => post({ event }),
    setStreamOpen(isOpen) {
      hasStream = isOpen;
      post({ leading: { isOpen } });
    },
    end() {
      hasEnded = true;
      pendingLock.abort();
      follow();
      clearInterval(timer);
      channel.close();
    },
  };
}
