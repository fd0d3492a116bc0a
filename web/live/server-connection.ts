/**
 * Whether the server is reachable. The browser's "online" only means a network, so a silent live stream triggers a probe; both
 * take at most two seconds.
 */
import { useSyncExternalStore } from "react";

/** A live stream sends heartbeats more often than this. */
const maxStreamSilenceMs = 1_050;
/** The interval of probes without a stream. */
const maxSilenceWithoutStreamMs = 10_000;
const pollIntervalMs = 150;
const minProbeTimeoutMs = 650;
/** On a slow line answers take longer, so each failed probe extends the timeout of the next. */
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

/** A cheap request to the server. */
async function probe(timeoutMs: number): Promise<boolean> {
  try {
    const { ok } = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(timeoutMs) });
    return ok;
  } catch {
    return false;
  }
}

/** Notes that the server has answered a request. */
export function recordResponse(): void {
  setOffline(false);
}

/**
 * Notes a heartbeat, or that no stream is open. While offline it proves nothing: an open connection can work where new ones
 * fail.
 */
export function recordStreamState(isOpen: boolean): void {
  hasStream = isOpen;
  if (isOpen && !isOffline) lastResponseAt = Date.now();
}

/** Probes the server now and updates the state. @returns whether it answers */
export function checkServer(): Promise<boolean> {
  pendingCheck ??= (async () => {
    const startedAt = Date.now();
    const hasAnswered = await probe(isOffline ? retryIntervalMs : minProbeTimeoutMs);
    // On a busy page the timer can fire before events that arrived earlier.
    if (!hasAnswered) await new Promise((resolve) => setTimeout(resolve, 0));
    const isReachable = hasAnswered || (lastResponseAt > startedAt && !isOffline);
    setOffline(!isReachable);
    pendingCheck = null;
    return isReachable;
  })();
  return pendingCheck;
}

/** Before sending: the known state, or a probe. */
export function canReachServer(): Promise<boolean> {
  return isOffline ? checkServer() : Promise.resolve(true);
}

/** Aborts when the server becomes unreachable. */
export function onlineSignal(): AbortSignal {
  return isOffline ? AbortSignal.timeout(retryIntervalMs * 3) : onlineController.signal;
}

/** How long the server has been unreachable; 0 if reachable. */
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

/** Follows the connection for as long as the page is open. */
export function watchConnection(): void {
  window.addEventListener("offline", () => setOffline(true));
  window.addEventListener("online", () => void checkServer());
  // Heartbeats from before the tab was hidden say nothing about now.
  document.addEventListener("visibilitychange", () => (lastResponseAt = Date.now()));
  setInterval(checkSilence, pollIntervalMs);
}
