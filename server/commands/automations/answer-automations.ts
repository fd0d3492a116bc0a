/** Staff confirm or decline the changes that automations propose, and dismiss their problems. */
import { and, eq, inArray } from "drizzle-orm";
import { addDays, type Day, utcDayOf } from "../../../shared/day.ts";
import type { PlanChangeInput } from "../../../shared/planned-changes.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { automationFirings, automations, proposedChanges } from "../../database/schema/automations.ts";
import { actorColumns } from "../../domain/actor.ts";
import { AppError } from "../../errors.ts";
import { planChange } from "../planned-changes/plan-change.ts";
import { lockSubscription } from "../subscriptions/request-change.ts";

/**
 * Plans the proposed change in the name of who confirms it, with all checks of a planned change.
 * @throws AppError `NotFound`; `NotAllowedNow` if it has been decided; others as `planChange`
 */
export async function confirmProposal(ctx: Context, { id }: { id: string }): Promise<{ on: Day }> {
  const [found] = await ctx.db
    .select({ row: proposedChanges, automation: automations.name })
    .from(proposedChanges)
    .innerJoin(automations, eq(automations.id, proposedChanges.automationId))
    .where(eq(proposedChanges.id, id));
  if (!found) throw new AppError("NotFound", "There is no proposed change with this ID.");
  const { row, automation } = found;
  const { on } = await planChange(ctx, inputOf(row, automation, ctx.now()), (tx) => decide(ctx, tx, id, "confirmed"));
  return { on };
}

/** @throws AppError `NotFound`; `NotAllowedNow` if it has been decided */
export async function declineProposal(ctx: Context, { id }: { id: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const [row] = await tx.select().from(proposedChanges).where(eq(proposedChanges.id, id));
    if (!row) throw new AppError("NotFound", "There is no proposed change with this ID.");
    const { subscriptionId, summary } = row;
    await lockSubscription(tx, subscriptionId);
    await decide(ctx, tx, id, "declined");
    await record(tx, ctx.actor, ctx.now(), [
      { subscriptionId, kind: "planned_change.proposal_declined", summary: `Proposal declined: ${summary}` },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId }]);
  });
}

async function decide(ctx: Context, tx: Executor, id: string, state: "confirmed" | "declined"): Promise<void> {
  const decided = await tx
    .update(proposedChanges)
    .set({ state, endedAt: ctx.now(), endedByName: actorColumns(ctx.actor).actorName })
    .where(and(eq(proposedChanges.id, id), eq(proposedChanges.state, "open")))
    .returning({ id: proposedChanges.id });
  if (decided.length > 0) return;
  throw new AppError("NotAllowedNow", "A colleague has already decided about this proposal. Nothing was changed.");
}

type Proposal = typeof proposedChanges.$inferSelect;

function inputOf({ subscriptionId, action, planId, quantity, inDays }: Proposal, name: string, now: Date) {
  const on = inDays === null ? null : addDays(utcDayOf(now), inDays);
  const planned = { subscriptionId, reason: `Proposed by the automation “${name}”`, reasonCode: null, on };
  const changes: Record<Proposal["action"], () => PlanChangeInput> = {
    changePlan: () => ({ action: "changePlan", planId: planId ?? "", ...planned }),
    changeQuantity: () => ({ action: "changeQuantity", quantity: quantity ?? 0, ...planned }),
    suspend: () => ({ action: "suspend", until: null, ...planned }),
    reinstate: () => ({ action: "reinstate", ...planned }),
  };
  return changes[action]();
}

/** Dismisses the problem of an automation that could not act. @throws AppError `NotFound`, `NotAllowedNow` */
export async function dismissFiring(ctx: Context, { id }: { id: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const [row] = await tx
      .select({ subscriptionId: automationFirings.subscriptionId, name: automations.name })
      .from(automationFirings)
      .innerJoin(automations, eq(automations.id, automationFirings.automationId))
      .where(eq(automationFirings.id, id));
    if (!row) throw new AppError("NotFound", "There is no such problem of an automation.");
    await lockSubscription(tx, row.subscriptionId);
    const dismissed = await tx
      .update(automationFirings)
      .set({ state: "dismissed", endedByName: actorColumns(ctx.actor).actorName })
      .where(and(eq(automationFirings.id, id), inArray(automationFirings.state, ["failed", "limited"])))
      .returning({ id: automationFirings.id });
    if (dismissed.length === 0) throw new AppError("NotAllowedNow", "This problem has already been dismissed.");
    const { subscriptionId } = row;
    await record(tx, ctx.actor, ctx.now(), [
      { subscriptionId, kind: "automation.dismissed", summary: `Problem of the automation “${row.name}” dismissed` },
    ]);
    await announce(tx, [
      { topic: "subscription", subscriptionId },
      { topic: "setting", subscriptionId: null },
    ]);
  });
}
