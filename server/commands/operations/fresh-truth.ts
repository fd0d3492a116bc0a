/** Applies Microsoft's response even if others change our copy while Microsoft is asked. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../context.ts";
import { releaseTruth, reserveTruth } from "../../database/writes/truth-reservation.ts";
import { AppError } from "../../errors.ts";

/** Lost races before the subscription is reserved for one reader. */
export const maxLostRaces = 3;
/** How often, and at what interval, a reader waits for another one's reservation. */
const maxWaits = 40;
const waitMs = 250;

/**
 * Repeats `attempt` while it returns null, which means that our copy changed after Microsoft was asked. After three
 * lost races it reserves the subscription (decision 0017), so that the next attempt succeeds.
 * @throws AppError `Conflict` if another reader keeps the reservation for ten seconds
 */
export async function withFreshTruth<Result>(
  ctx: Context,
  subscriptionId: string,
  attempt: (readerId: string | null) => Promise<Result | null>,
): Promise<Result> {
  for (let races = 0; races < maxLostRaces; races += 1) {
    const result = await attempt(null);
    if (result !== null) return result;
  }
  const readerId = randomUUID();
  try {
    for (let waits = 0; waits < maxWaits; waits += 1) {
      const isReserved = await reserveTruth(ctx.db, subscriptionId, readerId);
      const result = isReserved ? await attempt(readerId) : null;
      if (result !== null) return result;
      await sleep(waitMs);
    }
  } finally {
    await releaseTruth(ctx.db, subscriptionId, readerId);
  }
  throw new AppError(
    "Conflict",
    "Marketdesk is already reading this subscription from Microsoft. Try again in a moment.",
  );
}
