/** Decides a customer's change by the active change rule. */
import { answerByRuleMs } from "../../../shared/lifecycle.ts";
import { activeVersion } from "../../../shared/scope.ts";
import type { Context } from "../../context.ts";
import { rulesFor } from "../../database/queries/change-rules.ts";
import { decide, type Decision, type PlanAndQuantity } from "../../domain/decision.ts";
import { isEnded } from "../../domain/operation.ts";
import { readCurrent, RetryLater, type Operation, type Run } from "./operation-run.ts";

type CurrentPlan = PlanAndQuantity & { offerId: string };

/**
 * The decision and what it is based on, as columns of the operation.
 * @throws RetryLater while staff can answer; MarketplaceError if the current state is needed and Microsoft does not
 * give it
 */
export async function decideChange(ctx: Context, run: Run): Promise<Partial<Operation>> {
  const { operation } = run;
  let current: CurrentPlan | null = await readCurrent(ctx, run);
  let decided = await decideOn(ctx, operation, current);
  // A rejection affects the customer, so it relies on Microsoft's current state, not on our copy. Once Microsoft
  // has accepted the change, its state already contains it.
  if (isAnswerAwaited(operation, ctx.now()) && (current === null || decided.decision === "reject")) {
    current = await fetchCurrent(ctx, operation.subscriptionId, current);
    decided = await decideOn(ctx, operation, current);
  }
  const staffHaveMs = decided.asksStaff ? msForStaff(operation, ctx.now()) : 0;
  if (staffHaveMs > 0)
    throw new RetryLater(
      "Waiting for an answer from staff; without one, the change rule's limits decide.",
      staffHaveMs,
    );
  const isChange = operation.action === "ChangePlan" || operation.action === "ChangeQuantity";
  return {
    decision: decided.decision,
    decisionReason: decided.reason,
    decisionRuleId: decided.rule?.id ?? null,
    decisionRuleVersion: decided.rule?.version ?? null,
    ...(isChange && current ? { previousPlanId: current.planId, previousQuantity: current.quantity } : {}),
  };
}

function isAnswerAwaited(operation: Operation, now: Date): boolean {
  return !isEnded(operation.status) && operation.answerDueAt !== null && now < operation.answerDueAt;
}

/** Milliseconds left for staff to answer. */
function msForStaff(operation: Operation, now: Date): number {
  if (!isAnswerAwaited(operation, now) || operation.answerDueAt === null) return 0;
  return operation.answerDueAt.getTime() - answerByRuleMs - now.getTime();
}

async function decideOn(ctx: Context, operation: Operation, current: CurrentPlan | null): Promise<Decision> {
  const scope = { offerId: current?.offerId ?? null, planId: current?.planId ?? null };
  const versions = await rulesFor(ctx.db, scope.offerId);
  return decide(operation, current, activeVersion(versions, scope));
}

async function fetchCurrent(
  ctx: Context,
  subscriptionId: string,
  current: CurrentPlan | null,
): Promise<CurrentPlan | null> {
  const truth = await ctx.marketplace.getSubscription(subscriptionId, { deadlineMs: 3_000, isInAnswerWindow: true });
  const offerId = truth.offerId ?? current?.offerId;
  const planId = truth.planId ?? current?.planId;
  return offerId === undefined || planId === undefined ? null : { offerId, planId, quantity: truth.quantity };
}
