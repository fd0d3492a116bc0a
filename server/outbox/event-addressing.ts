/** Addresses new events: gives them their positions in the feed, and creates their messages. */
import type { Database } from "../database/connection/database.ts";
import { assignPositions } from "../database/writes/event-positions.ts";

/** Events that happen together are addressed together. */
const gatherMs = 100;
/** Most of the cost of messages is that of addressing events. */
const gatherWhileBusyMs = 10_000;

/** @param options.onDue called when `addressEvents` has to be called again, because it waited or there are more events */
export function createEventAddressing(options: { db: Database; isBusy: () => boolean; onDue: () => void }) {
  const { db, isBusy, onDue } = options;
  /** Whether there may be events that have not been addressed. */
  let hasNewEvents = true;
  let lastAddressedAt = Number.NEGATIVE_INFINITY;

  return {
    /** There may be new events. */
    expectEvents(): void {
      hasNewEvents = true;
    },
    /** Addresses some of the new events, or none if the last ones were addressed a moment ago. */
    async addressEvents(): Promise<void> {
      if (!hasNewEvents) return;
      const waitMs = lastAddressedAt + (isBusy() ? gatherWhileBusyMs : gatherMs) - performance.now();
      if (waitMs > 0) return void setTimeout(onDue, waitMs).unref();
      hasNewEvents = false;
      lastAddressedAt = performance.now();
      const { isMore } = await assignPositions(db, { isAll: false });
      if (!isMore) return;
      hasNewEvents = true;
      setTimeout(onDue, gatherMs).unref();
    },
  };
}
