/**
 * Whether the server can be reached. The browser alone does not know: it says "online" with a cable to a dead router. So the
 * live stream beats, and when it is silent a probe decides, all within two seconds.
 */
import { useSyncExternalStore } from "react";

/** A stream beats more often than this. */
const silenceMs = 1_050;
/** Without a stream, silence says little. */
const silenceWithoutStreamMs = 10_000;
const pollIntervalMs = 150;
const firstProbeMs = 650;
/** On a slow line an answer may take longer: each failed probe gives the next one more time. */
const longestProbeMs = 5_000;
const askAgainMs = 1_000;

let isOffline = false;
let hasStream = false;
let heardAt = Date.now();
let offlineSince = 0;
let probing: Promise<boolean> | null = null;
let asking: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
let whileOnline = new AbortController();

function become(offline: boolean) {
  if (!offline) heardAt = Date.now();
  if (isOffline === offline) return;
  isOffline = offline;
  clearTimeout(asking);
  if (offline) {
    offlineSince = Date.now();
    whileOnline.abort(new DOMException("The server cannot be reached.", "AbortError"));
    askLater(firstProbeMs);
  } else {
    whileOnline = new AbortController();
  }
  for (const listener of listeners) listener();
}

function askLater(probeMs: number) {
  asking = setTimeout(async () => {
    if (await probe(probeMs)) become(false);
    else if (isOffline) askLater(Math.min(probeMs * 2, longestProbeMs));
  }, askAgainMs);
}

/** One question to the server that costs it next to nothing. */
async function probe(timeoutMs: number): Promise<boolean> {
  try {
    const { ok } = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(timeoutMs) });
    return ok;
  } catch {
    return false;
  }
}

/** The server has answered a request. */
export function noteHeard(): void {
  become(false);
}

/**
 * A stream that beats is open, or none is. While offline a beat proves nothing: what was open may flow where nothing new can be
 * opened.
 */
export function noteStream(isOpen: boolean): void {
  hasStream = isOpen;
  if (isOpen && !isOffline) heardAt = Date.now();
}

/** Asks the server now. @returns whether it answers; the page knows from then on, too */
export function askServer(): Promise<boolean> {
  probing ??= (async () => {
    const startedAt = Date.now();
    const isThere = await probe(isOffline ? askAgainMs : firstProbeMs);
    // A page that was busy hears its timer before what has arrived meanwhile.
    if (!isThere) await new Promise((resolve) => setTimeout(resolve, 0));
    const isReached = isThere || (heardAt > startedAt && !isOffline);
    become(!isReached);
    probing = null;
    return isReached;
  })();
  return probing;
}

/** Before something is sent: an answer that is known, or a question to the server. */
export function canReachServer(): Promise<boolean> {
  return isOffline ? askServer() : Promise.resolve(true);
}

/** Aborts when the server can no longer be reached. */
export function onlineSignal(): AbortSignal {
  return isOffline ? AbortSignal.timeout(askAgainMs * 3) : whileOnline.signal;
}

/** For how long the server has not been reached; 0 while it is. */
export function offlineForMs(): number {
  return isOffline ? Date.now() - offlineSince : 0;
}

export function isServerOutOfReach(): boolean {
  return isOffline;
}

export function onReachChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useOffline(): boolean {
  return useSyncExternalStore(onReachChange, () => isOffline);
}

function look() {
  if (document.hidden || isOffline) return;
  if (Date.now() - heardAt > (hasStream ? silenceMs : silenceWithoutStreamMs)) void askServer();
}

window.addEventListener("offline", () => become(true));
window.addEventListener("online", () => void askServer());
// What was heard before a tab was hidden says nothing about now.
document.addEventListener("visibilitychange", () => (heardAt = Date.now()));
setInterval(look, pollIntervalMs);
