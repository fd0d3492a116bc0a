/** Decides a change that a customer asked for, by the change rule in force. */
import { answerByRuleMs } from "../../../shared/lifecycle.ts";
import { versionInForce } from "../../../shared/scope.ts";
import type { Context } from "../../context.ts";
import { rulesFor } from "../../database/queries/change-rules.ts";
import { decide, type Decision, type PlanAndQuantity } from "../../domain/decision.ts";
import { isEnded } from "../../domain/operation.ts";
import { readCurrent, RetryLater, type Operation, type Run } from "./operation-run.ts";

type CurrentPlan = PlanAndQuantity & { offerId: string };

/**
 * The decision with what it rests on, as the columns of the operation hold it.
 *
 * @throws RetryLater while the rule leaves the answer to staff; MarketplaceError when Microsoft has to be asked what the subscription has, and does not say
 */
export async function decideChange(ctx: Context, run: Run): Promise<Partial<Operation>> {
  const { operation } = run;
  let current: CurrentPlan | null = await readCurrent(ctx, run);
  let decided = await decideOn(ctx, operation, current);
  // Our copy can be behind, and a refusal costs the customer: it rests on what Microsoft holds at this moment. Once Microsoft
  // has accepted the change, what it holds is the change itself.
  if (isAnswerAwaited(operation, ctx.now()) && (current === null || decided.decision === "reject")) {
    current = await fetchCurrent(ctx, operation.subscriptionId, current);
    decided = await decideOn(ctx, operation, current);
  }
  const staffHaveMs = decided.asksStaff ? msForStaff(operation, ctx.now()) : 0;
  if (staffHaveMs > 0)
    throw new RetryLater("The change rule asks staff first; without their answer its limits decide.", staffHaveMs);
  const isChange = operation.action === "ChangePlan" || operation.action === "ChangeQuantity";
  return {
    decision: decided.decision,
    decisionReason: decided.reason,
    decisionRuleId: decided.rule?.id ?? null,
    decisionRuleVersion: decided.rule?.version ?? null,
    ...(isChange && current ? { heldPlanId: current.planId, heldQuantity: current.quantity } : {}),
  };
}

function isAnswerAwaited(operation: Operation, now: Date): boolean {
  return !isEnded(operation.status) && operation.answerDueAt !== null && now < operation.answerDueAt;
}

/** How long staff can still answer, in milliseconds. */
function msForStaff(operation: Operation, now: Date): number {
  if (!isAnswerAwaited(operation, now) || operation.answerDueAt === null) return 0;
  return operation.answerDueAt.getTime() - answerByRuleMs - now.getTime();
}

async function decideOn(ctx: Context, operation: Operation, current: CurrentPlan | null): Promise<Decision> {
  const scope = { offerId: current?.offerId ?? null, planId: current?.planId ?? null };
  const versions = await rulesFor(ctx.db, scope.offerId);
  return decide(operation, current, versionInForce(versions, scope));
}

async function fetchCurrent(
  ctx: Context,
  subscriptionId: string,
  current: CurrentPlan | null,
): Promise<CurrentPlan | null> {
  const truth = await ctx.marketplace.getSubscription(subscriptionId, { deadlineMs: 3_000 });
  const offerId = truth.offerId ?? current?.offerId;
  const planId = truth.planId ?? current?.planId;
  return offerId === undefined || planId === undefined ? null : { offerId, planId, quantity: truth.quantity };
}
