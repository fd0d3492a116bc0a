/**
 * Whether the server can be reached. The browser alone does not know: it says "online" with a cable to a dead router. So the
 * live stream beats, and when it is silent a probe decides, all within two seconds.
 */
import { useSyncExternalStore } from "react";

/** A stream beats more often than this. */
const maxStreamSilenceMs = 1_050;
/** Without a stream, silence says little. */
const maxSilenceWithoutStreamMs = 10_000;
const pollIntervalMs = 150;
const minProbeTimeoutMs = 650;
/** On a slow line an answer may take longer: each failed probe gives the next one more time. */
const maxProbeTimeoutMs = 5_000;
const retryIntervalMs = 1_000;

let isOffline = false;
let hasStream = false;
let lastResponseAt = Date.now();
let offlineSince = 0;
let pendingCheck: Promise<boolean> | null = null;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
let onlineController = new AbortController();

function setOffline(offline: boolean) {
  if (!offline) lastResponseAt = Date.now();
  if (isOffline === offline) return;
  isOffline = offline;
  clearTimeout(retryTimer);
  if (offline) {
    offlineSince = Date.now();
    onlineController.abort(new DOMException("The server cannot be reached.", "AbortError"));
    scheduleProbe(minProbeTimeoutMs);
  } else {
    onlineController = new AbortController();
  }
  for (const listener of listeners) listener();
}

function scheduleProbe(timeoutMs: number) {
  retryTimer = setTimeout(async () => {
    if (await probe(timeoutMs)) setOffline(false);
    else if (isOffline) scheduleProbe(Math.min(timeoutMs * 2, maxProbeTimeoutMs));
  }, retryIntervalMs);
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
export function recordResponse(): void {
  setOffline(false);
}

/**
 * A stream that beats is open, or none is. While offline a beat proves nothing: what was open may flow where nothing new can be
 * opened.
 */
export function recordStreamState(isOpen: boolean): void {
  hasStream = isOpen;
  if (isOpen && !isOffline) lastResponseAt = Date.now();
}

/** Asks the server now. @returns whether it answers; the page knows from then on, too */
export function checkServer(): Promise<boolean> {
  pendingCheck ??= (async () => {
    const startedAt = Date.now();
    const hasAnswered = await probe(isOffline ? retryIntervalMs : minProbeTimeoutMs);
    // A page that was busy hears its timer before what has arrived meanwhile.
    if (!hasAnswered) await new Promise((resolve) => setTimeout(resolve, 0));
    const isReachable = hasAnswered || (lastResponseAt > startedAt && !isOffline);
    setOffline(!isReachable);
    pendingCheck = null;
    return isReachable;
  })();
  return pendingCheck;
}

/** Before something is sent: an answer that is known, or a question to the server. */
export function canReachServer(): Promise<boolean> {
  return isOffline ? checkServer() : Promise.resolve(true);
}

/** Aborts when the server can no longer be reached. */
export function onlineSignal(): AbortSignal {
  return isOffline ? AbortSignal.timeout(retryIntervalMs * 3) : onlineController.signal;
}

/** For how long the server has not been reached; 0 while it is. */
export function offlineDurationMs(): number {
  return isOffline ? Date.now() - offlineSince : 0;
}

export function isServerUnreachable(): boolean {
  return isOffline;
}

export function onConnectionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useIsOffline(): boolean {
  return useSyncExternalStore(onConnectionChange, () => isOffline);
}

function checkSilence() {
  if (document.hidden || isOffline) return;
  if (Date.now() - lastResponseAt > (hasStream ? maxStreamSilenceMs : maxSilenceWithoutStreamMs)) void checkServer();
}

window.addEventListener("offline", () => setOffline(true));
window.addEventListener("online", () => void checkServer());
// What was heard before a tab was hidden says nothing about now.
document.addEventListener("visibilitychange", () => (lastResponseAt = Date.now()));
setInterval(checkSilence, pollIntervalMs);
