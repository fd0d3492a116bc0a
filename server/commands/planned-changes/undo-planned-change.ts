/** Undoes a planned change before its day, and dismisses a failed one. */
import { eq } from "drizzle-orm";
import type { PlannedChangeState } from "../../../shared/planned-changes.ts";
import type { Context } from "../../context.ts";
import { plannedChanges } from "../../database/schema/planned-changes.ts";
import { AppError } from "../../errors.ts";
import { lockSubscription } from "../subscriptions/request-change.ts";
import { endPlanned } from "./planned-rows.ts";

/** @throws AppError `NotFound`; `NotAllowedNow` if it no longer waits */
export function undoPlannedChange(ctx: Context, input: { id: string }): Promise<void> {
  return end(ctx, input.id, "waiting", "undone");
}

/** @throws AppError `NotFound`; `NotAllowedNow` unless it has failed */
export function dismissPlannedChange(ctx: Context, input: { id: string }): Promise<void> {
  return end(ctx, input.id, "failed", "dismissed");
}

const blockedReasons: Record<PlannedChangeState, string> = {
  waiting: "This change is still planned. Undo it instead.",
  requested: "This change has been requested from Microsoft and can no longer be undone here.",
  completed: "This change has been carried out and can no longer be undone here.",
  failed: "This change could not be carried out, so there is nothing to undo.",
  undone: "This planned change has already been undone.",
  superseded: "This planned change was dropped, because there was nothing left to do.",
  dismissed: "This failed change has already been dismissed.",
};

async function end(ctx: Context, id: string, from: PlannedChangeState, to: "undone" | "dismissed"): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const [named] = await tx.select().from(plannedChanges).where(eq(plannedChanges.id, id));
    if (!named) throw new AppError("NotFound", "There is no planned change with this ID.");
    // Locks are always taken in the same order: the subscription first.
    await lockSubscription(tx, named.subscriptionId);
    const [planned = named] = await tx.select().from(plannedChanges).where(eq(plannedChanges.id, id)).for("update");
    if (planned.state !== from) throw new AppError("NotAllowedNow", blockedReasons[planned.state]);
    await endPlanned(tx, ctx.actor, ctx.now(), planned, { state: to });
  });
}
