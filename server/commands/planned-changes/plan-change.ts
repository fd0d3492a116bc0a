/**
 * Plans a change for a later day. Only a change that is possible now can be planned; changes in progress do not count, because
 * they will have ended.
 */
import type { Day } from "../../../shared/day.ts";
import type { PlanChangeInput } from "../../../shared/planned-changes.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { dayAfterTerm, dayProblem } from "../../domain/planned-change.ts";
import { AppError } from "../../errors.ts";
import { availablePlans } from "../subscriptions/available-plans.ts";
import { planCheck } from "../subscriptions/change-plan.ts";
import { quantityCheck } from "../subscriptions/change-quantity.ts";
import { currentLimits } from "../subscriptions/plan-limits.ts";
import { assertPossible, lockSubscription, type SubscriptionRecord } from "../subscriptions/request-change.ts";
import { readReason } from "../settings/reason-codes.ts";
import { insertPlanned, plannerOf } from "./planned-rows.ts";

/**
 * Calls Microsoft for plans and limits, as the change itself does.
 * @throws AppError `Invalid` with the field `on`, `until`, `planId`, `quantity` or `reasonCode`; `Conflict` with the
 * field `on`; `NotAllowedNow`, `Forbidden`, `NotFound`, `Upstream`
 */
export async function planChange(
  ctx: Context,
  { id: givenId, ...input }: PlanChangeInput & { id?: string },
  /** Committed together with it; the subscription is locked. */
  together: (tx: Executor) => Promise<void> = async () => undefined,
): Promise<{ id: string; on: Day }> {
  const { subscriptionId, action } = input;
  const planner = plannerOf(ctx.actor);
  const check = await readCheck(ctx, input);
  return ctx.db.transaction(async (tx) => {
    const reason = await readReason(tx, action, input);
    const row = await lockSubscription(tx, subscriptionId);
    await together(tx);
    const now = ctx.now();
    const { dueOn, termEndsOn } = dayOf(input, row, now);
    assertPossible(ctx.actor, action, row, []);
    check(row);
    const untilOn = action === "suspend" ? input.until : null;
    if (untilOn !== null && untilOn <= dueOn) throw invalid("until", "Choose a day after the suspension.");
    const id = await insertPlanned(tx, ctx.actor, planner, now, {
      ...(givenId === undefined ? {} : { id: givenId }),
      subscriptionId,
      action,
      ...(action === "changePlan" ? { planId: input.planId } : {}),
      ...(action === "changeQuantity" ? { quantity: input.quantity } : {}),
      seenPlanId: row.planId,
      seenQuantity: row.quantity,
      dueOn,
      termEndsOn,
      untilOn,
      ...reason,
    });
    if (id === null) {
      const message = "A change of this kind is already planned for this day. Undo it first, or choose another day.";
      throw new AppError("Conflict", message, { fields: { on: [message] } });
    }
    return { id, on: dueOn };
  });
}

async function readCheck(ctx: Context, input: PlanChangeInput): Promise<(row: SubscriptionRecord) => void> {
  if (input.action === "changePlan") return planCheck(input, await availablePlans(ctx, input.subscriptionId));
  if (input.action === "changeQuantity") return quantityCheck(input, await currentLimits(ctx, input.subscriptionId));
  return () => undefined;
}

function dayOf({ on }: PlanChangeInput, row: SubscriptionRecord, now: Date): { dueOn: Day; termEndsOn: Day | null } {
  if (on === null && row.termEndsOn === null)
    throw invalid("on", "Microsoft has not reported when the term ends. Choose a day.");
  const termEndsOn = on === null ? row.termEndsOn : null;
  const dueOn = on ?? dayAfterTerm(row.termEndsOn as Day);
  const message = dayProblem(dueOn, now);
  if (message === null) return { dueOn, termEndsOn };
  throw invalid("on", on === null ? "The term ends today or has ended. Choose a day." : message);
}

function invalid(field: string, message: string): AppError {
  return new AppError("Invalid", message, { fields: { [field]: [message] } });
}
