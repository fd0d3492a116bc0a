/** Cancels a subscription at Microsoft; if the policy requires it, only after a second person's approval. */
import { and, eq, inArray, lte, or, sql } from "drizzle-orm";
import type { z } from "zod";
import type { cancelInput } from "../../../shared/inputs/subscriptions.ts";
import { namesSubscription, shortIdOf } from "../../../shared/typed-confirmation.ts";
import type { CancelRequestState } from "../../../shared/lifecycle.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { Context } from "../../context.ts";
import { actorColumns, type Actor } from "../../domain/actor.ts";
import { readCancelPolicy } from "../../database/queries/cancellations.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { apiKeys } from "../../database/schema/api-keys.ts";
import { cancelRequests } from "../../database/schema/cancellations.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { findStaff } from "../../database/queries/staff.ts";
import { roleForAction } from "../../../shared/action-roles.ts";
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

type CancelRequest = typeof cancelRequests.$inferSelect;

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
 * @throws AppError `NotAllowedNow` if they may no longer cancel
 */
async function requesterNow(tx: Executor, request: CancelRequest): Promise<Actor> {
  if (request.requestedByKind === "product") {
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

/** Ends the requests of a person who lost access (`why`), in the caller's transaction, with an audit entry for each. */
export async function withdrawRequestsOf(
  ctx: Context,
  tx: Executor,
  person: { id: string; name: string },
  why: string,
): Promise<void> {
  const now = ctx.now();
  const { actorId, actorName } = actorColumns(ctx.actor);
  const withdrawn = await tx
    .update(cancelRequests)
    .set({ state: "withdrawn", decidedById: actorId, decidedByName: actorName, decidedAt: now })
    .where(and(eq(cancelRequests.requestedById, person.id), eq(cancelRequests.state, "waiting")))
    .returning();
  for (const { subscriptionId } of withdrawn) {
    await record(tx, ctx.actor, now, [
      {
        subscriptionId,
        kind: "cancellation.withdrawn",
        summary: `${summaries.withdrawn}: ${person.name} ${why}`,
        after: { askedForBy: person.name },
      },
    ]);
    await announceRequest(tx, subscriptionId);
  }
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

const summaries: Record<Exclude<CancelRequestState, "waiting">, string> = {
  approved: "Cancellation approved by a colleague",
  declined: "Cancellation declined by a colleague",
  withdrawn: "Cancellation request withdrawn",
  expired: "Cancellation request expired without a colleague's approval",
};

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

async function waitingOf(tx: Executor, subscriptionId: string): Promise<CancelRequest | undefined> {
  const [row] = await tx
    .select()
    .from(cancelRequests)
    .where(and(eq(cancelRequests.subscriptionId, subscriptionId), eq(cancelRequests.state, "waiting")));
  return row;
}

/** Ends requests that have expired or whose subscription has ended, with an audit entry for each. */
export async function expireCancellations(ctx: Pick<Context, "db" | "now">): Promise<number> {
  return ctx.db.transaction((tx) => expireIn(tx, ctx.now()));
}

async function expireIn(tx: Executor, now: Date, subscriptionId?: string): Promise<number> {
  const name = "Marketdesk";
  const ended = tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(eq(subscriptions.id, cancelRequests.subscriptionId), eq(subscriptions.status, "Unsubscribed")));
  const expired = await tx
    .update(cancelRequests)
    .set({ state: "expired", decidedAt: now, decidedByName: name })
    .where(
      and(
        eq(cancelRequests.state, "waiting"),
        or(lte(cancelRequests.expiresAt, now), inArray(cancelRequests.subscriptionId, ended)),
        subscriptionId === undefined ? undefined : eq(cancelRequests.subscriptionId, subscriptionId),
      ),
    )
    .returning();
  for (const request of expired) {
    await record(tx, { kind: "system", name }, now, [
      {
        subscriptionId: request.subscriptionId,
        kind: "cancellation.expired",
        summary:
          request.expiresAt <= now ? summaries.expired : "Cancellation request closed: the subscription has ended",
        after: { askedForBy: request.requestedByName },
      },
    ]);
    await announceRequest(tx, request.subscriptionId);
  }
  return expired.length;
}

/** Updates the subscription's page and the needs. */
async function announceRequest(tx: Executor, subscriptionId: string): Promise<void> {
  await announce(tx, [{ topic: "subscription", subscriptionId }]);
}
