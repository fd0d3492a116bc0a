/** The day on which staff want to look at a subscription again. */
import { eq } from "drizzle-orm";
import { addDays, type Day, utcDayOf } from "../../../shared/day.ts";
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { AppError } from "../../errors.ts";
import { lockSubscription } from "./request-change.ts";

/** @throws AppError `NotFound`, `Invalid` for a past day, `Conflict` if it has been changed since the caller saw `seenOn` */
export async function setFollowUp(
  ctx: Context,
  input: { subscriptionId: string; on: Day | null; seenOn?: Day | null | undefined },
): Promise<{ ok: true }> {
  const now = ctx.now();
  refuseEarlierDay(now, input.on);
  await ctx.db.transaction(async (tx) => {
    const row = await lockSubscription(tx, input.subscriptionId);
    if (row.followUpOn === input.on) return;
    if (input.seenOn !== undefined && input.seenOn !== row.followUpOn)
      throw new AppError("Conflict", "The follow-up has been changed since. Nothing was changed.");
    await tx.update(subscriptions).set({ followUpOn: input.on }).where(eq(subscriptions.id, row.id));
    await record(tx, ctx.actor, now, [
      {
        subscriptionId: row.id,
        kind: "subscription.follow_up_changed",
        summary: input.on === null ? "Follow-up removed" : "Follow-up set",
        before: { followUpOn: row.followUpOn },
        after: { followUpOn: input.on },
      },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId: row.id }]);
  });
  return { ok: true };
}

/** @throws AppError `Invalid` for a past day */
export function refuseEarlierDay(now: Date, on: Day | null): void {
  // West of UTC it can still be the day before.
  const earliest = addDays(utcDayOf(now), -1);
  if (on === null || on >= earliest) return;
  const message = "Choose today or a later day.";
  throw new AppError("Invalid", message, { fields: { on: [message] } });
}
