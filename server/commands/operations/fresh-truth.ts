/** Applies what Microsoft says of a subscription although others may write our copy while Microsoft is asked. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../context.ts";
import { releaseTruth, reserveTruth } from "../../database/writes/truth-reservation.ts";
import { AppError } from "../../errors.ts";

/** Races that may be lost before the subscription is reserved for one reader. */
export const maxLostRaces = 3;
/** While another reader has the reservation: looks for it, so long apart. */
const maxWaits = 40;
const waitMs = 250;

/**
 * Runs `attempt` until it does not return null, which says that our copy has changed since Microsoft was asked. After three lost
 * races the subscription is reserved for this reader (decision 0017), so that the next attempt cannot lose.
 *
 * @throws AppError `Conflict` when another reader keeps the reservation for ten seconds
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
