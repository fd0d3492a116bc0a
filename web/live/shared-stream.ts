/**
 * One stream of changes for all tabs of a browser. The tab that holds a lock opens it and forwards the changes. Only visible tabs
 * request the lock, because browsers may freeze hidden ones.
 */
import type { LiveEvent } from "../../server/trpc/live.ts";

/** `leading`: the tab with the lock is alive, with or without a stream. `ask`: a new tab requests this message. */
type Message = { event: LiveEvent } | { leading: { isOpen: boolean } } | { ask: true };

const lockName = "marketdesk.live";
/** A leading tab announces itself more often than this; a stuck one loses the lock. */
const leaderTimeoutMs = 4_000;
const heartbeatMs = 1_000;

export type Tabs = {
  /** Forwards to the other tabs. */
  broadcast(event: LiveEvent): void;
  setStreamOpen(isOpen: boolean): void;
  end(): void;
};

type Options = {
  /** This tab must open the stream. */
  lead(): void;
  /** This tab must close the stream. */
  follow(): void;
  /** A change forwarded by another tab. */
  hear(event: LiveEvent): void;
  /** Whether the leading tab has a stream. */
  onLeaderStreamChange(isOpen: boolean): void;
};

/** Participates while this tab is visible. */
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

  /** Waits for the lock; `steal` takes it from a stuck tab. */
  function requestLock(steal: boolean) {
    pendingLock.abort();
    const request = (pendingLock = new AbortController());
    navigator.locks.request(lockName, steal ? { steal } : { signal: request.signal }, lead).catch(() => {
      if (hasEnded || request !== pendingLock) return;
      // Another tab took the lock because this one was stuck.
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

  // Browsers offer locks only over https; without them each visible tab opens its own stream.
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
