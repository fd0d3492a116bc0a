/** Follows the feed of changes, which also has events that no webhook delivered. */
import { setTimeout as sleep } from "node:timers/promises";
import { type ChangePage, type Marketdesk, MarketdeskError } from "./client.ts";

export type FollowOptions = {
  /** The `next` that you stored with your own data; null to start with the first event. */
  after: string | null;
  signal: AbortSignal;
  /** The pause in milliseconds when there is nothing new. Default: 5,000. */
  everyMs?: number;
  /** Called when Marketdesk cannot be reached. The call is retried. */
  onError?: (error: unknown) => void;
};

/**
 * Events after the stored `next` were deleted, or Marketdesk was restored from an older backup. Store the `next` of
 * `changes({ after: "latest" })`, then read all subscriptions; their versions can be lower than yours.
 */
export class FeedExpired extends Error {
  override readonly name = "FeedExpired";
}

const maxPauseMs = 60_000;

/**
 * Pages with changes, without end. Apply a page and store its `next` before you take the following page. An event can come
 * twice, and no event is left out.
 * @throws FeedExpired; MarketdeskError for a key that is revoked, expired or without the scope `read`
 */
export async function* followChanges(marketdesk: Marketdesk, options: FollowOptions): AsyncGenerator<ChangePage> {
  const { signal, everyMs = 5_000, onError = () => {} } = options;
  let { after } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const page = await marketdesk.changes({ limit: 500, ...(after === null ? {} : { after }) });
      failures = 0;
      if (page.next !== after) yield page;
      after = page.next;
      if (page.hasMore) continue;
    } catch (error) {
      if (signal.aborted) return;
      const status = error instanceof MarketdeskError ? error.status : null;
      if (status === 410) throw new FeedExpired((error as Error).message);
      if (status === 401 || status === 403) throw error;
      onError(error);
      failures += 1;
    }
    const pauseMs = failures === 0 ? everyMs : Math.min(maxPauseMs, everyMs * 2 ** (failures - 1));
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
}
