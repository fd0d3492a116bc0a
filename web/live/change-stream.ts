/** The stream of changes, reopened when it breaks and the server is reachable. */
import type { LiveEvent } from "../../server/trpc/live.ts";
import { checkServer, isServerUnreachable, onConnectionChange } from "./server-connection.ts";

/** Randomized, so that not all open pages reconnect at the same moment after a restart. */
const minRetryMs = 1_000;
const maxRetryMs = 30_000;
/** A stream without heartbeats for this long is dead, even if the server answers requests. */
const maxSilenceMs = 5_000;

export type Stream = { close(): void };

type Options = {
  onEvent(event: LiveEvent): void;
  /** The stream broke and is being reopened. */
  onLost(): void;
  /** The session has ended. */
  onSignedOut(): void;
};

export function openStream({ onEvent, onLost, onSignedOut }: Options): Stream {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let retryAt = 0;
  let lastEventAt = 0;
  let hasEnded = false;

  function close() {
    source?.close();
    source = null;
    clearTimeout(timer);
  }

  async function reconnect(waitMs = 0) {
    if (hasEnded) return;
    close();
    onLost();
    failures += 1;
    const backoffMs = Math.min(minRetryMs * 2 ** (failures - 1), maxRetryMs) * Math.random();
    retryAt = Date.now() + Math.max(waitMs, backoffMs);
    // If the server is unreachable, retry when it is back.
    if (await checkServer()) scheduleOpen();
  }

  function scheduleOpen() {
    clearTimeout(timer);
    if (!hasEnded && source === null && !isServerUnreachable())
      timer = setTimeout(open, Math.max(0, retryAt - Date.now()));
  }

  function open() {
    const opened = (source = new EventSource("/trpc/live.changes"));
    lastEventAt = Date.now();
    opened.addEventListener("message", ({ data }: MessageEvent<string>) => {
      lastEventAt = Date.now();
      const event = JSON.parse(data) as LiveEvent;
      onEvent(event);
      if (event.topic === "ended") void reconnect(event.waitMs * (1 + Math.random()));
      else failures = 0;
    });
    opened.addEventListener("serialized-error", ({ data }: MessageEvent<string>) => {
      const { data: error } = JSON.parse(data) as { data?: { code?: string } };
      if (error?.code === "UNAUTHORIZED") {
        close();
        onSignedOut();
      } else void reconnect();
    });
    // The browser would reopen the stream even if the server is unreachable.
    opened.addEventListener("error", () => void reconnect());
    opened.addEventListener("return", () => void reconnect());
  }

  const stopListening = onConnectionChange(scheduleOpen);
  const silenceTimer = setInterval(() => {
    if (source !== null && !isServerUnreachable() && Date.now() - lastEventAt > maxSilenceMs) void reconnect();
  }, 1_000);
  open();
  return {
    close() {
      hasEnded = true;
      stopListening();
      clearInterval(silenceTimer);
      close();
    },
  };
}
