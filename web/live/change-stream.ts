/** The stream of changes: opened, listened to, and opened again when it has broken and the server is there. */
import type { LiveEvent } from "../../server/trpc/live.ts";
import { checkServer, isServerUnreachable, onConnectionChange } from "./server-connection.ts";

/** Spread out, so that all the open desks do not come back in the same moment after a restart. */
const minRetryMs = 1_000;
const maxRetryMs = 30_000;
/** A stream beats more often. One that is silent for so long while the server answers is dead, and nobody was told. */
const maxSilenceMs = 5_000;

export type Stream = { close(): void };

type Options = {
  hear(event: LiveEvent): void;
  /** It broke, and is being opened again. */
  onLost(): void;
  /** Nobody is signed in any more. */
  onSignedOut(): void;
};

export function openStream({ hear, onLost, onSignedOut }: Options): Stream {
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
    // Where the server is out of reach, its coming back is the time to try.
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
      hear(event);
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
    // The browser would open it again without asking whether anybody is there.
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
