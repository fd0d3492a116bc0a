/** Decides a change that a customer asked for, by the change rule in force. */
import { answerByRuleMs } from "../../../shared/lifecycle.ts";
import { versionInForce } from "../../../shared/scope.ts";
import type { Context } from "../../context.ts";
import { rulesFor } from "../../database/queries/change-rules.ts";
import { decide, type Decision, type Held } from "../../domain/decision.ts";
import { isEnded } from "../../domain/operation.ts";
import { heldOf, Later, type Operation, type Run } from "./operation-progress.ts";

type HeldOfOffer = Held & { offerId: string };

/**
 * The decision with what it rests on, as the columns of the operation hold it.
 *
 * @throws Later while the rule leaves the answer to staff; MarketplaceError when Microsoft has to be asked what the subscription has, and does not say
 */
export async function decideChange(ctx: Context, run: Run): Promise<Partial<Operation>> {
  const { operation } = run;
  let held: HeldOfOffer | null = await heldOf(ctx, run);
  let decided = await decideOn(ctx, operation, held);
  // Our copy can be behind, and a refusal costs the customer: it rests on what Microsoft holds at this moment. Once Microsoft
  // has accepted the change, what it holds is the change itself.
  if (isAnswerAwaited(operation, ctx.now()) && (held === null || decided.decision === "reject")) {
    held = await askMicrosoft(ctx, operation.subscriptionId, held);
    decided = await decideOn(ctx, operation, held);
  }
  const staffHaveMs = decided.asksStaff ? msForStaff(operation, ctx.now()) : 0;
  if (staffHaveMs > 0)
    throw new Later("The change rule asks staff first; without their answer its limits decide.", staffHaveMs);
  const isChange = operation.action === "ChangePlan" || operation.action === "ChangeQuantity";
  return {
    decision: decided.decision,
    decisionReason: decided.reason,
    decisionRuleId: decided.rule?.id ?? null,
    decisionRuleVersion: decided.rule?.version ?? null,
    ...(isChange && held ? { heldPlanId: held.planId, heldQuantity: held.quantity } : {}),
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

async function decideOn(ctx: Context, operation: Operation, held: HeldOfOffer | null): Promise<Decision> {
  const scope = { offerId: held?.offerId ?? null, planId: held?.planId ?? null };
  const versions = await rulesFor(ctx.db, scope.offerId);
  return decide(operation, held, versionInForce(versions, scope));
}

async function askMicrosoft(
  ctx: Context,
  subscriptionId: string,
  held: HeldOfOffer | null,
): Promise<HeldOfOffer | null> {
  const truth = await ctx.marketplace.getSubscription(subscriptionId, { deadlineMs: 3_000 });
  const offerId = truth.offerId ?? held?.offerId;
  const planId = truth.planId ?? held?.planId;
  return offerId === undefined || planId === undefined ? null : { offerId, planId, quantity: truth.quantity };
}
