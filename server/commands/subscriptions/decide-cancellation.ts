/** A colleague approves or declines a requested cancellation, or the requester withdraws it. */
import { type CancelRequest, summaries, announceRequest } from "./cancel-requests.ts";
import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { CancelRequestState } from "../../../shared/lifecycle.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { Context } from "../../context.ts";
import { actorColumns, type Actor } from "../../domain/actor.ts";
import { readCancelPolicy } from "../../database/queries/cancellations.ts";
import type { Executor } from "../../database/connection/database.ts";
import { record } from "../../database/record/record.ts";
import { apiKeys } from "../../database/schema/api-keys.ts";
import { cancelRequests } from "../../database/schema/cancellations.ts";
import { findStaff } from "../../database/queries/staff.ts";
import { roleForAction } from "../../../shared/action-roles.ts";
import { AppError } from "../../errors.ts";
import { lockSubscription, requestChangeIn } from "./request-change.ts";

/**
 * A second person approves: the cancellation is sent to Microsoft in the requester's name.
 * @throws AppError `NotFound`; `Forbidden` for the requester, and for who created the requesting key; `NotAllowedNow` if it no longer waits or cannot be
 * canceled now
 */
export function approveCancellation(ctx: Context, input: { requestId: string }): Promise<{ operationId: string }> {
  return decide(ctx, input.requestId, "approved", null, async (tx, request) => {
    const asked = await requesterNow(tx, request);
    const { subscriptionId, reason, reasonCode } = request;
    const asRequester = { ...ctx, actor: asked };
    return requestChangeIn(asRequester, tx, { subscriptionId, reason, reasonCode, action: "cancel" });
  });
}

/**
 * The requester, staff with their current role.
 * @throws AppError `NotAllowedNow` if they may no longer cancel, or if the key that requested it was revoked
 */
async function requesterNow(tx: Executor, request: CancelRequest): Promise<Actor> {
  if (request.requestedByKind === "product") {
    const isRevoked = and(sql`${apiKeys.id}::text = ${request.requestedById}`, isNotNull(apiKeys.revokedAt));
    if ((await tx.$count(apiKeys, isRevoked)) > 0) {
      throw new AppError(
        "NotAllowedNow",
        `The API key “${request.requestedByName}”, which made this request, has been revoked. Decline this request, then request the cancellation yourself if it is still needed.`,
      );
    }
    return { kind: "product", id: request.requestedById, name: request.requestedByName };
  }
  const person = await findStaff(tx, request.requestedById);
  const role = person?.role ?? "admin";
  if (person?.accessEndedAt || !includesRole(role, roleForAction.cancel)) {
    throw new AppError(
      "NotAllowedNow",
      `${request.requestedByName} can no longer cancel subscriptions. Decline this request, then request the cancellation again if it is still needed.`,
    );
  }
  return { kind: "staff", id: request.requestedById, name: request.requestedByName, role };
}

/** @throws AppError `NotFound`; `Forbidden` for the requester, who can withdraw it; `NotAllowedNow` */
export async function declineCancellation(ctx: Context, input: { requestId: string; reason: string }): Promise<void> {
  await decide(ctx, input.requestId, "declined", input.reason, () => Promise.resolve(null));
}

/**
 * By the requester.
 * @throws AppError `NotFound`, `Forbidden`, `NotAllowedNow`
 */
export async function withdrawCancellation(ctx: Context, input: { requestId: string }): Promise<void> {
  await decide(ctx, input.requestId, "withdrawn", null, () => Promise.resolve(null));
}

async function decide<Operation extends { operationId: string } | null>(
  ctx: Context,
  requestId: string,
  state: "approved" | "declined" | "withdrawn",
  decisionReason: string | null,
  carryOut: (tx: Executor, request: CancelRequest) => Promise<Operation>,
): Promise<Operation> {
  return ctx.db.transaction(async (tx) => {
    const [named] = await tx.select().from(cancelRequests).where(eq(cancelRequests.id, requestId));
    if (!named) throw new AppError("NotFound", "There is no request with this ID.");
    // Locks are always taken in the same order: the subscription first.
    await lockSubscription(tx, named.subscriptionId);
    const [request] = await tx.select().from(cancelRequests).where(eq(cancelRequests.id, requestId)).for("update");
    const now = ctx.now();
    refuseDecision(ctx.actor, request ?? named, state, now);
    if (state === "approved") await refuseOwnKey(tx, ctx.actor, named);
    const { actorId, actorName } = actorColumns(ctx.actor);
    const done = await carryOut(tx, named);
    await tx
      .update(cancelRequests)
      .set({
        state,
        decidedById: actorId,
        decidedByName: actorName,
        decidedAt: now,
        decisionReason,
        operationId: done?.operationId ?? null,
      })
      .where(eq(cancelRequests.id, requestId));
    await record(tx, ctx.actor, now, [
      {
        subscriptionId: named.subscriptionId,
        operationId: done?.operationId ?? null,
        kind: `cancellation.${state}`,
        summary: summaries[state],
        after: { askedForBy: named.requestedByName },
        reason: decisionReason,
      },
    ]);
    await announceRequest(tx, named.subscriptionId);
    return done;
  });
}

/** With a key that they created, one person would request and approve. */
async function refuseOwnKey(tx: Executor, actor: Actor, request: CancelRequest): Promise<void> {
  if (actor.kind !== "staff" || request.requestedByKind !== "product") return;
  const { needsSecondPerson } = await readCancelPolicy(tx);
  const isOwnKey = and(sql`${apiKeys.id}::text = ${request.requestedById}`, eq(apiKeys.createdById, actor.id));
  if (needsSecondPerson && (await tx.$count(apiKeys, isOwnKey)) > 0) {
    throw new AppError(
      "Forbidden",
      `This request was made with the API key "${request.requestedByName}", which you created, so a colleague has to approve it. You can decline it.`,
    );
  }
}

function refuseDecision(actor: Actor, request: CancelRequest, state: CancelRequestState, now: Date): void {
  if (request.state !== "waiting") {
    throw new AppError(
      "NotAllowedNow",
      `${request.decidedByName ?? "A colleague"} has already handled this request: it is ${request.state}.`,
    );
  }
  if (request.expiresAt <= now) {
    throw new AppError("NotAllowedNow", "This request has expired. Request the cancellation again.");
  }
  const isOwn = actor.kind === "staff" && actor.id === request.requestedById;
  if (state === "withdrawn" && !isOwn) {
    throw new AppError(
      "Forbidden",
      `Only ${request.requestedByName}, who made this request, can withdraw it. Decline it instead.`,
    );
  }
  if (state !== "withdrawn" && isOwn) {
    throw new AppError(
      "Forbidden",
      "You made this request, so a colleague has to approve or decline it. You can withdraw it.",
    );
  }
}
