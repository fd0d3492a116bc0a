/**
 * One stream of changes for all tabs of a browser. The tab that holds a lock has it, and passes on what it hears. Only tabs that
 * are looked at want the lock: hidden ones may be frozen by the browser, and have nothing to show.
 */
import type { LiveEvent } from "../../server/trpc/live.ts";

/** `leading`: the tab with the lock lives, and has a stream or not. `ask`: a tab has come and wants to know. */
type Message = { event: LiveEvent } | { leading: { isOpen: boolean } } | { ask: true };

const name = "marketdesk.live";
/** A tab with the lock says so more often than this; one that is stuck loses it. */
const silentLeaderMs = 4_000;
const sayEveryMs = 1_000;

export type Tabs = {
  /** Passes on to the other tabs. */
  tell(event: LiveEvent): void;
  noteStream(isOpen: boolean): void;
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
  hearLeader(isOpen: boolean): void;
};

/** Takes part for as long as this tab is looked at. */
export function joinTabs(options: Options): Tabs {
  const channel = new BroadcastChannel(name);
  let isLeading = false;
  let hasStream = false;
  let heardLeaderAt = Date.now();
  let release: () => void = () => {};
  let hasEnded = false;
  let waiting = new AbortController();

  const say = (message: Message) => channel.postMessage(message);
  channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if ("ask" in data) {
      if (isLeading) say({ leading: { isOpen: hasStream } });
      return;
    }
    if (isLeading) return;
    heardLeaderAt = Date.now();
    if ("leading" in data) options.hearLeader(data.leading.isOpen);
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
  function want(steal: boolean) {
    waiting.abort();
    const mine = (waiting = new AbortController());
    navigator.locks.request(name, steal ? { steal } : { signal: mine.signal }, lead).catch(() => {
      if (hasEnded || mine !== waiting) return;
      // Another tab took the lock, because this one was stuck.
      follow();
      want(false);
    });
  }

  const timer = setInterval(() => {
    if (isLeading) say({ leading: { isOpen: hasStream } });
    else if (Date.now() - heardLeaderAt > silentLeaderMs) {
      heardLeaderAt = Date.now();
      if (hasLocks) want(true);
    }
  }, sayEveryMs);

  // Without https a browser has no locks: each tab that is looked at has a stream of its own.
  const hasLocks = "locks" in navigator;
  if (hasLocks) want(false);
  else void lead();
  say({ ask: true });

  return {
    tell: (event) => say({ event }),
    noteStream(isOpen) {
      hasStream = isOpen;
      say({ leading: { isOpen } });
    },
    end() {
      hasEnded = true;
      waiting.abort();
      follow();
      clearInterval(timer);
      channel.close();
    },
  };
}
