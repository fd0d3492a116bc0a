/** A fetch that retries calls. */
import { setTimeout as sleep } from "node:timers/promises";

/** After these statuses, the same call may succeed. */
const retryableStatuses = new Set([429, 502, 503, 504]);
const maxAttempts = 4;
const maxPauseMs = 30_000;

export type Fetch = (request: Request) => Promise<Response>;

/**
 * Retries a call after 429, 502, 503, 504 and lost connections if it is a read, a PUT, a DELETE, or has an `Idempotency-Key`. Waits
 * as long as `Retry-After` says, otherwise longer each time.
 * @param timeoutMs for each attempt
 */
export function retrying(fetchOnce: Fetch, timeoutMs: number): Fetch {
  return async (request) => {
    const isRepeatable = request.method !== "POST" || request.headers.has("idempotency-key");
    for (let attempt = 1; ; attempt += 1) {
      const isLast = !isRepeatable || attempt === maxAttempts;
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
      let retryAfter: string | null = null;
      try {
        const response = await fetchOnce(new Request(request.clone(), { signal }));
        const isInProgress = response.status === 409 && (await isSameCallInProgress(response));
        if (isLast || !(retryableStatuses.has(response.status) || isInProgress)) return response;
        retryAfter = response.headers.get("retry-after");
        await response.body?.cancel();
      } catch (error) {
        if (isLast || request.signal.aborted) throw error;
      }
      await sleep(pauseMs(attempt, retryAfter), undefined, { signal: request.signal });
    }
  };
}

async function isSameCallInProgress(response: Response): Promise<boolean> {
  return (await response.clone().text()).includes("urn:marketdesk:in-progress");
}

function pauseMs(attempt: number, retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? Number.NaN);
  const asked = Number.isFinite(seconds) && retryAfter !== null ? seconds * 1_000 : 250 * 4 ** (attempt - 1);
  // Random, so that calls that failed together are not retried at the same moment.
  return Math.min(asked, maxPauseMs) + Math.random() * 100;
}
