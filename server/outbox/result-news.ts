/** Notifies open pages that messages have changed. */
import type { Database } from "../database/connection/database.ts";
import { announce } from "../database/record/record.ts";

/** A notification for each message would slow down all commits. */
const announceEveryMs = 1_000;

/** `expectResults`: a result was stored, so pages are notified within a second. */
export function startResultNews(db: Database) {
  let hasResults = false;

  async function announceResults(): Promise<void> {
    if (!hasResults) return;
    hasResults = false;
    await announce(db, [{ topic: "message", subscriptionId: null }]).catch(() => {});
  }

  const timer = setInterval(() => void announceResults(), announceEveryMs);
  return {
    expectResults(): void {
      hasResults = true;
    },
    stop(): void {
      clearInterval(timer);
    },
  };
}
