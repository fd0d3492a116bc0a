/** Commits a requested change; a worker sends it to Microsoft. */
import { and, eq, inArray, ne } from "drizzle-orm";
import type { LifecycleAction, StaffAction } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import { type Actor, actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { wakeWorkers } from "../../database/writes/operation-claims.ts";
import { announce, record } from "../../database/record/record.ts";
import { operations } from "../../database/schema/operations.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { describeOperation } from "../../domain/operation.ts";
import { blockedReasonOf } from "../../domain/subscription.ts";
import { AppError } from "../../errors.ts";
import { readReason } from "../settings/reason-codes.ts";
import { newId } from "../../database/statements/new-id.ts";

export type SubscriptionRecord = typeof subscriptions.$inferSelect;

/** The subscription, locked for a change. */
export async function lockSubscription(tx: Executor, subscriptionId: string): Promise<SubscriptionRecord> {
  const [subscription] = await tx
    .select()
    .from(subscriptions)
    .where(eq(subscriptions.id, subscriptionId))
    .for("update");
  if (!subscription) throw new AppError("NotFound", "There is no subscription with this ID.");
  return subscription;
}

/** The actions of this subscription's open operations. */
export async function openActionsOf(db: Executor, subscriptionId: string): Promise<string[]> {
  const rows = await db
    .select({ action: operations.action })
    .from(operations)
    .where(and(eq(operations.subscriptionId, subscriptionId), ne(operations.stage, "settled")));
  return rows.map((row) => row.action);
}

/** @throws AppError `NotAllowedNow` or `Forbidden` with the sentence that the dashboard shows next to the action */
export function assertPossible(
  actor: Actor,
  action: StaffAction,
  subscription: SubscriptionRecord,
  openActions: readonly string[],
  cancelRequestedBy: string | null = null,
): void {
  const facts = { ...subscription, isOnHold: subscription.holdAt !== null, openActions, cancelRequestedBy };
  const blockedReason = blockedReasonOf(action, facts, "admin");
  if (blockedReason) throw new AppError("NotAllowedNow", blockedReason);
  const forbiddenReason = actor.kind === "staff" ? blockedReasonOf(action, facts, actor.role) : null;
  if (forbiddenReason) throw new AppError("Forbidden", forbiddenReason);
}

const actionNames: Partial<Record<StaffAction, LifecycleAction>> = {
  activate: "Activate",
  changePlan: "ChangePlan",
  changeQuantity: "ChangeQuantity",
  cancel: "Unsubscribe",
};

type RequestedChange = {
  /** Chosen by the caller, to find out later whether the change was requested. */
  operationId?: string;
  subscriptionId: string;
  action: "activate" | "changePlan" | "changeQuantity" | "cancel";
  planId?: string;
  quantity?: number;
  reason: string | null;
  reasonCode?: string | null;
  /** Further conditions, checked under the lock; throws an AppError to refuse. */
  check?: (subscription: SubscriptionRecord) => void;
};

/**
 * Stores the operation as `requested`, with requester and reason; due immediately.
 * @returns the operation to follow
 */
export async function requestChange(ctx: Context, input: RequestedChange): Promise<{ operationId: string }> {
  return ctx.db.transaction(async (tx) => {
    const given = { reason: input.reason ?? "", reasonCode: input.reasonCode };
    const reason = input.reason === null ? input : await readReason(tx, input.action, given);
    return requestChangeIn(ctx, tx, { ...input, ...reason });
  });
}

/** The same in the caller's transaction, with a reason that has been read. */
export async function requestChangeIn(
  ctx: Context,
  tx: Executor,
  input: RequestedChange,
): Promise<{ operationId: string }> {
  const subscription = await lockSubscription(tx, input.subscriptionId);
  assertPossible(ctx.actor, input.action, subscription, await openActionsOf(tx, subscription.id));
  input.check?.(subscription);
  const now = ctx.now();
  const action = actionNames[input.action] ?? input.action;
  const isActivation = input.action === "activate";
  const operation = {
    id: input.operationId ?? newId(now),
    subscriptionId: subscription.id,
    action,
    source: "Partner" as const,
    stage: "requested" as const,
    planId: input.planId ?? (isActivation ? subscription.planId : null),
    quantity: input.quantity ?? (isActivation ? subscription.quantity : null),
    ...actorColumns(ctx.actor),
    reason: input.reason,
    reasonCode: input.reasonCode ?? null,
    dueAt: now,
    createdAt: now,
    updatedAt: now,
  };
  await tx.insert(operations).values(operation);
  await record(tx, ctx.actor, now, [
    {
      subscriptionId: subscription.id,
      operationId: operation.id,
      kind: "operation.requested",
      summary: `${describeOperation(operation)} requested`,
      before: input.planId
        ? { planId: subscription.planId }
        : input.quantity
          ? { quantity: subscription.quantity }
          : null,
      after: input.planId ? { planId: input.planId } : input.quantity ? { quantity: input.quantity } : null,
      reason: input.reason,
      reasonCode: input.reasonCode,
    },
  ]);
  await wakeWorkers(tx);
  await announce(tx, [{ topic: "operation", subscriptionId: subscription.id }]);
  return { operationId: operation.id };
}

/** Retries stuck operations, in the caller's transaction. */
export async function retryStuck(tx: Executor, operationIds: string[], now: Date): Promise<number> {
  const revived = await tx
    .update(operations)
    .set({ stuckAt: null, attempts: 0, updatedAt: now, dueAt: now })
    .where(and(inArray(operations.id, operationIds), ne(operations.stage, "settled")))
    .returning({ id: operations.id });
  await wakeWorkers(tx);
  return revived.length;
}
