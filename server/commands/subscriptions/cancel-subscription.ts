/** Cancels a subscription at Microsoft; if the policy requires it, only after a second person's approval. */
import { waitingOf, expireIn, announceRequest } from "./cancel-requests.ts";
import type { z } from "zod";
import type { cancelInput } from "../../../shared/inputs/subscriptions.ts";
import { namesSubscription, shortIdOf } from "../../../shared/typed-confirmation.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { readCancelPolicy } from "../../database/queries/cancellations.ts";
import type { Executor } from "../../database/connection/database.ts";
import { record } from "../../database/record/record.ts";
import { cancelRequests } from "../../database/schema/cancellations.ts";
import { AppError } from "../../errors.ts";
import { type Reason, readReason } from "../settings/reason-codes.ts";
import {
  lockSubscription,
  openActionsOf,
  assertPossible,
  requestChangeIn,
  type SubscriptionRecord,
} from "./request-change.ts";
import { newId } from "../../database/statements/new-id.ts";

/** The operation to follow, or the request that waits for approval. */
export type Cancellation = { operationId: string } | { requestId: string };

const hourMs = 3_600_000;

/** @throws AppError `Invalid` with the field `confirmation` or `reasonCode`, `NotAllowedNow`, `Forbidden`, `NotFound` */
export function cancelSubscription(ctx: Context, input: z.infer<typeof cancelInput>): Promise<Cancellation> {
  const { subscriptionId, confirmation } = input;
  return ctx.db.transaction(async (tx) => {
    const reason = await readReason(tx, "cancel", input);
    const check = (subscription: SubscriptionRecord) => {
      if (namesSubscription(confirmation, subscription)) return;
      const message = `Type "${subscription.name.trim() || shortIdOf(subscription)}" to confirm.`;
      throw new AppError("Invalid", message, { fields: { confirmation: [message] } });
    };
    const row = await lockSubscription(tx, subscriptionId);
    await expireIn(tx, ctx.now(), row.id);
    const waiting = await waitingOf(tx, row.id);
    assertPossible(ctx.actor, "cancel", row, await openActionsOf(tx, row.id), waiting?.requestedByName);
    check(row);
    const { needsSecondPerson, waitsHours } = await readCancelPolicy(tx);
    return needsSecondPerson
      ? requestApproval(ctx, tx, row, reason, waitsHours)
      : requestChangeIn(ctx, tx, { subscriptionId, ...reason, action: "cancel" });
  });
}

/**
 * By the product: always a request that staff approve or decline.
 * @throws AppError `Invalid` with the field `reasonCode`, `NotAllowedNow`, `NotFound`
 */
export function requestCancellation(
  ctx: Context,
  input: { subscriptionId: string; reason: string; reasonCode?: string | null; requestId?: string },
): Promise<{ requestId: string }> {
  return ctx.db.transaction(async (tx) => {
    const reason = await readReason(tx, "cancel", input);
    const row = await lockSubscription(tx, input.subscriptionId);
    await expireIn(tx, ctx.now(), row.id);
    const waiting = await waitingOf(tx, row.id);
    assertPossible(ctx.actor, "cancel", row, await openActionsOf(tx, row.id), waiting?.requestedByName);
    const { waitsHours } = await readCancelPolicy(tx);
    return requestApproval(ctx, tx, row, reason, waitsHours, input.requestId);
  });
}

async function requestApproval(
  ctx: Context,
  tx: Executor,
  row: SubscriptionRecord,
  reason: Reason,
  waitsHours: number,
  requestId?: string,
): Promise<{ requestId: string }> {
  const now = ctx.now();
  const { actorKind, actorId, actorName } = actorColumns(ctx.actor);
  const id = requestId ?? newId(now);
  const expiresAt = new Date(now.getTime() + waitsHours * hourMs);
  await tx.insert(cancelRequests).values({
    id,
    subscriptionId: row.id,
    state: "waiting",
    ...reason,
    requestedByKind: actorKind,
    requestedById: actorId ?? "",
    requestedByName: actorName,
    requestedAt: now,
    expiresAt,
  });
  await record(tx, ctx.actor, now, [
    {
      // The timeline finds the entry by it.
      id,
      subscriptionId: row.id,
      kind: "cancellation.requested",
      summary:
        ctx.actor.kind === "product"
          ? "Cancellation requested by the product; waiting for approval by staff"
          : "Cancellation requested; waiting for a colleague's approval",
      after: { approvalUntil: expiresAt.toISOString() },
      ...reason,
    },
  ]);
  await announceRequest(tx, row.id);
  return { requestId: id };
}
