/** The stream of changes: opened, listened to, and opened again when it has broken and the server is there. */
import type { LiveEvent } from "../../server/trpc/live.ts";
import { askServer, isServerOutOfReach, onReachChange } from "./server-connection.ts";

/** Spread out, so that all the open desks do not come back in the same moment after a restart. */
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;
/** A stream beats more often. One that is silent for so long while the server answers is dead, and nobody was told. */
const deadMs = 5_000;

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
  let waitUntil = 0;
  let heardAt = 0;
  let hasEnded = false;

  function close() {
    source?.close();
    source = null;
    clearTimeout(timer);
  }

  async function lose(waitMs = 0) {
    if (hasEnded) return;
    close();
    onLost();
    failures += 1;
    const pauseMs = Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs) * Math.random();
    waitUntil = Date.now() + Math.max(waitMs, pauseMs);
    // Where the server is out of reach, its coming back is the time to try.
    if (await askServer()) openLater();
  }

  function openLater() {
    clearTimeout(timer);
    if (!hasEnded && source === null && !isServerOutOfReach())
      timer = setTimeout(open, Math.max(0, waitUntil - Date.now()));
  }

  function open() {
    const opened = (source = new EventSource("/trpc/live.changes"));
    heardAt = Date.now();
    opened.addEventListener("message", ({ data }: MessageEvent<string>) => {
      heardAt = Date.now();
      const event = JSON.parse(data) as LiveEvent;
      hear(event);
      if (event.topic === "ended") void lose(event.waitMs * (1 + Math.random()));
      else failures = 0;
    });
    opened.addEventListener("serialized-error", ({ data }: MessageEvent<string>) => {
      const { data: error } = JSON.parse(data) as { data?: { code?: string } };
      if (error?.code === "UNAUTHORIZED") {
        close();
        onSignedOut();
      } else void lose();
    });
    // The browser would open it again without asking whether anybody is there.
    opened.addEventListener("error", () => void lose());
    opened.addEventListener("return", () => void lose());
  }

  const stopListening = onReachChange(openLater);
  const watch = setInterval(() => {
    if (source !== null && !isServerOutOfReach() && Date.now() - heardAt > deadMs) void lose();
  }, 1_000);
  open();
  return {
    close() {
      hasEnded = true;
      stopListening();
      clearInterval(watch);
      close();
    },
  };
}
