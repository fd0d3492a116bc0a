/** The publisher's own suspension of access. Microsoft does not know about it and continues to bill. */
import { eq } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { newId } from "../../database/statements/new-id.ts";
import { accessOf } from "../../../shared/lifecycle.ts";
import { actorColumns } from "../../domain/actor.ts";
import { dayProblem } from "../../domain/planned-change.ts";
import { AppError } from "../../errors.ts";
import { readReason } from "../settings/reason-codes.ts";
import { insertPlanned, plannerOf, supersedePlanned } from "../planned-changes/planned-rows.ts";
import { lockSubscription, assertPossible } from "./request-change.ts";

type HoldInput = {
  subscriptionId: string;
  reason: string;
  reasonCode?: string | null;
  /** Of a suspension: the day on which access is reinstated, in UTC. */
  until?: Day | null;
  /** The ID of the entry in the audit trail, if the caller wants to find it. */
  entryId?: string;
};

/**
 * Suspends access.
 * @throws AppError `Invalid` with the field `until`; `NotAllowedNow`, `Forbidden`, `NotFound`
 */
export function suspendSubscription(ctx: Context, input: HoldInput): Promise<void> {
  return setHold(ctx, input, "suspend");
}

/**
 * Reinstates access.
 * @throws AppError `NotAllowedNow`, `Forbidden`, `NotFound`
 */
export function reinstateSubscription(ctx: Context, input: HoldInput): Promise<void> {
  return setHold(ctx, input, "reinstate");
}

async function setHold(ctx: Context, input: HoldInput, action: "suspend" | "reinstate"): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const row = await lockSubscription(tx, input.subscriptionId);
    assertPossible(ctx.actor, action, row, []);
    const why = await readReason(tx, action, input);
    const now = ctx.now();
    const isOnHold = action === "suspend";
    const until = isOnHold ? (input.until ?? null) : null;
    const untilProblem = until && dayProblem(until, now);
    if (untilProblem) throw new AppError("Invalid", untilProblem, { fields: { until: [untilProblem] } });
    const hold = isOnHold
      ? {
          holdReason: why.reason,
          holdReasonCode: why.reasonCode,
          holdBy: actorColumns(ctx.actor).actorName,
          holdAt: now,
        }
      : { holdReason: null, holdReasonCode: null, holdBy: null, holdAt: null };
    await tx
      .update(subscriptions)
      .set({ ...hold, ownVersion: row.ownVersion + 1, updatedAt: now })
      .where(eq(subscriptions.id, row.id));
    await record(tx, ctx.actor, now, [
      {
        id: input.entryId ?? newId(now),
        subscriptionId: row.id,
        kind: isOnHold ? "subscription.held" : "subscription.hold_lifted",
        summary: isOnHold ? "Access suspended by the publisher" : "Access reinstated by the publisher",
        before: { access: accessOf(row.status, row.holdAt !== null) },
        after: { access: accessOf(row.status, isOnHold) },
        ...why,
      },
    ]);
    if (until) {
      const reinstatement = { subscriptionId: row.id, action: "reinstate" as const, dueOn: until };
      const reason = { reason: why.reason, reasonCode: null };
      await insertPlanned(tx, ctx.actor, plannerOf(ctx.actor), now, { ...reinstatement, ...reason });
    }
    if (!isOnHold) await supersedePlanned(tx, ctx.actor, now, row.id, ["reinstate"], "Access was reinstated earlier.");
    await announce(tx, [{ topic: "subscription", subscriptionId: row.id }]);
  });
}
