/**
 * Requests that read. They are retried after the pause that the server asks for, and fail when it cannot be reached or does not
 * answer. Changes are sent by `sending/`, which never repeats one.
 */
import { recordBuild } from "../own-page.ts";
import { checkServer, onlineSignal, recordResponse } from "./server-connection.ts";

/** How long a read waits for an answer. */
const requestTimeoutMs = 30_000;
const maxAttempts = 3;
/** If the server asks for a longer pause, the page shows the refusal. */
const maxPauseMs = 60_000;
/** Random delay, so that tabs that were refused at the same moment do not all retry at the same moment. */
const spreadMs = 1_000;

export const read: typeof fetch = async (address, init) => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await readOnce(address, init);
    const pauseMs = pauseOf(answer);
    if (attempt === maxAttempts || pauseMs === null || pauseMs > maxPauseMs) return answer;
    await pause(pauseMs + Math.random() * spreadMs, init?.signal);
  }
};

const readOnce: typeof fetch = async (address, init) => {
  const signals = [onlineSignal(), AbortSignal.timeout(requestTimeoutMs), ...(init?.signal ? [init.signal] : [])];
  try {
    // Cacheable answers would be read one after another by tabs that show the same data.
    const answer = await fetch(address, { ...init, cache: "no-store", signal: AbortSignal.any(signals) });
    recordBuild(answer);
    if (answer.ok) recordResponse();
    return answer;
  } catch (error) {
    if (!init?.signal?.aborted) void checkServer();
    throw error;
  }
};

/** The pause that a refusal asks for: seconds, or the time at which it ends. */
function pauseOf({ ok, headers }: Response): number | null {
  const asked = ok ? null : headers.get("Retry-After");
  if (asked === null) return null;
  const ms = /^\d+$/.test(asked) ? Number(asked) * 1_000 : Date.parse(asked) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

/** Ends early with the signal; the next request then fails. */
function pause(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
