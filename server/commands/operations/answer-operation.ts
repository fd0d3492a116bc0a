/** Staff answer a customer's change while Microsoft waits for the answer. */
import { and, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import type { answerOperationInput } from "../../../shared/inputs/operations.ts";
import { answerLatestMs, answerWindow } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { wakeWorkers } from "../../database/writes/operation-claims.ts";
import { announce, record } from "../../database/record/record.ts";
import { operations } from "../../database/schema/operations.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { describeOperation, isEnded, wantsAnswer } from "../../domain/operation.ts";
import { AppError } from "../../errors.ts";
import type { Operation } from "./operation-run.ts";
import { readReason } from "../settings/reason-codes.ts";

/**
 * Stores the decision, which `settle-operation` sends to Microsoft. The first decision counts, by staff or by rule.
 * @throws AppError `NotFound`; `NotAllowedNow` if decided, too late, or not asked for; `Invalid` for an unknown
 * reason code
 */
export async function answerOperation(ctx: Context, input: z.infer<typeof answerOperationInput>): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const [operation] = await tx.select().from(operations).where(eq(operations.id, input.operationId)).for("update");
    if (!operation) throw new AppError("NotFound", "There is no operation with this ID.");
    const now = ctx.now();
    const problem = answerBlockedReason(operation, input.answer, now);
    if (problem) throw new AppError("NotAllowedNow", problem);
    const isRefusal = input.answer === "reject";
    const why = isRefusal ? await readReason(tx, "refuse", input) : { reason: input.reason, reasonCode: null };
    const [previous] = await tx
      .select({ previousPlanId: subscriptions.planId, previousQuantity: subscriptions.quantity })
      .from(subscriptions)
      .where(eq(subscriptions.id, operation.subscriptionId));
    const { actorName } = actorColumns(ctx.actor);
    const did = isRefusal ? "rejected" : "accepted";
    const decided = await tx
      .update(operations)
      .set({
        stage: "decided",
        decision: input.answer,
        decisionReason: `${actorName} ${did} this change${why.reason ? `: ${why.reason}` : "."}`,
        reasonCode: why.reasonCode,
        ...previous,
        attempts: 0,
        lastError: null,
        dueAt: now,
        stuckAt: null,
        updatedAt: now,
      })
      .where(and(eq(operations.id, operation.id), eq(operations.stage, "verified"), isNull(operations.decision)))
      .returning({ id: operations.id });
    if (decided.length === 0) throw new AppError("NotAllowedNow", "This change was decided a moment ago.");
    await record(tx, ctx.actor, now, [
      {
        subscriptionId: operation.subscriptionId,
        operationId: operation.id,
        kind: isRefusal ? "operation.refused_by_staff" : "operation.accepted_by_staff",
        summary: `${describeOperation(operation)} ${did} by staff`,
        ...why,
        reason: why.reason || null,
      },
    ]);
    await wakeWorkers(tx);
    await announce(tx, [{ topic: "operation", subscriptionId: operation.subscriptionId }]);
  });
}

/** Why staff cannot give this answer now, as a sentence; null if they can. */
function answerBlockedReason(operation: Operation, answer: "accept" | "reject", now: Date): string | null {
  const { stage, decision, decisionReason, status, answerDueAt } = operation;
  if (!wantsAnswer(operation)) return "Microsoft does not expect an answer to this operation.";
  if (operation.action === "Reinstate" && answer === "reject") return "A reinstatement cannot be rejected.";
  if (decision !== null) return `This change has already been decided. ${decisionReason ?? ""}`.trim();
  if (stage === "settled" || isEnded(status))
    return "Microsoft has already decided this change. The subscription follows Microsoft.";
  if (answerDueAt === null || now.getTime() >= answerDueAt.getTime() - answerLatestMs) {
    return `Deadline missed: Microsoft's ${answerWindow} have passed and it accepts the change. The subscription follows Microsoft.`;
  }
  if (stage !== "verified") return "This change is still being verified with Microsoft. Try again in a second.";
  return null;
}
