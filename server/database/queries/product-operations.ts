/** An operation as the product follows it: a change at Microsoft, a cancellation that staff approve, or a hold. */
import { and, eq, inArray } from "drizzle-orm";
import type { ProductOperation } from "../../../shared/product-operations.ts";
import { marksIn, marksOf } from "../../domain/name-marks.ts";
import { cancelRequestWords, operationWords } from "../../domain/product-operation.ts";
import type { Executor } from "../connection/database.ts";
import { activity } from "../schema/activity.ts";
import { cancelRequests } from "../schema/cancellations.ts";
import { fillNames } from "./names.ts";
import { operations } from "../schema/operations.ts";
import { subscriptions } from "../schema/subscriptions.ts";

const holdActions: Record<string, "Hold" | "LiftHold"> = {
  "subscription.held": "Hold",
  "subscription.hold_lifted": "LiftHold",
};

/** Null when there is none. */
export async function findProductOperation(db: Executor, id: string, now: Date): Promise<ProductOperation | null> {
  const found = (await findOperation(db, id)) ?? (await findCancelRequest(db, id, now)) ?? (await findHold(db, id));
  if (found === null || marksIn(found.detail).length === 0) return found;
  const [subscription] = await db
    .select({ offerId: subscriptions.offerId })
    .from(subscriptions)
    .where(eq(subscriptions.id, found.subscriptionId));
  return fillNames(db, { ...found, detail: marksOf(subscription?.offerId ?? null, found.detail) });
}

async function findOperation(db: Executor, id: string): Promise<ProductOperation | null> {
  const [row] = await db.select().from(operations).where(eq(operations.id, id));
  if (!row) return null;
  return {
    id: row.id,
    subscriptionId: row.subscriptionId,
    action: row.action,
    ...operationWords({ ...row, isStuck: row.stuckAt !== null }),
    planId: row.planId,
    quantity: row.quantity,
    requestedByName: row.actorName,
    requestedAt: row.createdAt.toISOString(),
    finishedAt: row.settledAt?.toISOString() ?? null,
  };
}

async function findCancelRequest(db: Executor, id: string, now: Date): Promise<ProductOperation | null> {
  const [row] = await db.select().from(cancelRequests).where(eq(cancelRequests.id, id));
  if (!row) return null;
  const operation = row.operationId === null ? null : await findOperation(db, row.operationId);
  const isExpired = row.state === "waiting" && row.expiresAt <= now;
  const finishedAt = isExpired ? row.expiresAt : row.state === "waiting" ? null : row.decidedAt;
  const { state, detail } = operation ?? cancelRequestWords({ ...row, state: isExpired ? "expired" : row.state });
  return {
    id: row.id,
    subscriptionId: row.subscriptionId,
    action: "Unsubscribe",
    state,
    detail,
    planId: null,
    quantity: null,
    requestedByName: row.requestedByName,
    requestedAt: row.requestedAt.toISOString(),
    finishedAt: operation ? operation.finishedAt : (finishedAt?.toISOString() ?? null),
  };
}

async function findHold(db: Executor, id: string): Promise<ProductOperation | null> {
  const [row] = await db
    .select()
    .from(activity)
    .where(and(eq(activity.id, id), inArray(activity.kind, Object.keys(holdActions))));
  if (!row) return null;
  return {
    id: row.id,
    subscriptionId: row.subscriptionId ?? "",
    action: holdActions[row.kind] ?? row.kind,
    state: "succeeded",
    detail: `${row.summary}.`,
    planId: null,
    quantity: null,
    requestedByName: row.actorName,
    requestedAt: row.at.toISOString(),
    finishedAt: row.at.toISOString(),
  };
}
