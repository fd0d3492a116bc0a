/** Ends a subscription at Microsoft; where the desk is set so, once a second person has approved it. */
import { and, eq, inArray, lte, or } from "drizzle-orm";
import type { z } from "zod";
import type { cancelInput } from "../../../shared/inputs.ts";
import { namesSubscription, shortIdOf } from "../../../shared/typed-confirmation.ts";
import type { CancelRequestState } from "../../../shared/lifecycle.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { Context } from "../../context.ts";
import { actorColumns, type Actor } from "../../domain/actor.ts";
import { readCancelPolicy } from "../../database/queries/cancellations.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
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

/** What came of it: the operation to follow, or the request that waits for a second person. */
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

async function requestApproval(
  ctx: Context,
  tx: Executor,
  row: SubscriptionRecord,
  reason: Reason,
  waitsHours: number,
): Promise<Cancellation> {
  const now = ctx.now();
  const { actorId, actorName } = actorColumns(ctx.actor);
  const id = newId(now);
  const expiresAt = new Date(now.getTime() + waitsHours * hourMs);
  await tx.insert(cancelRequests).values({
    id,
    subscriptionId: row.id,
    state: "waiting",
    ...reason,
    requestedById: actorId ?? "",
    requestedByName: actorName,
    requestedAt: now,
    expiresAt,
  });
  await record(tx, ctx.actor, now, [
    {
      subscriptionId: row.id,
      kind: "cancellation.requested",
      summary: "Cancellation asked for; it waits for a second person",
      after: { approvalUntil: expiresAt.toISOString() },
      ...reason,
    },
  ]);
  await announceRequest(tx, row.id);
  return { requestId: id };
}

/**
 * A second person says yes: the cancellation goes to Microsoft in the name of who asked for it.
 *
 * @throws AppError `NotFound`; `Forbidden` for who asked for it; `NotAllowedNow` when it waits no more, or the
 *   subscription cannot be cancelled now
 */
export function approveCancellation(ctx: Context, input: { requestId: string }): Promise<{ operationId: string }> {
  return decide(ctx, input.requestId, "approved", null, async (tx, request) => {
    const asked = await requesterNow(tx, request);
    const { subscriptionId, reason, reasonCode } = request;
    const asRequester = { ...ctx, actor: asked };
    return requestChangeIn(asRequester, tx, { subscriptionId, reason, reasonCode, action: "cancel" });
  });
}

/** Whoever asked, with the role of now. @throws AppError `NotAllowedNow` when they may not cancel any more */
async function requesterNow(tx: Executor, request: CancelRequest): Promise<Extract<Actor, { kind: "staff" }>> {
  const person = await findStaff(tx, request.requestedById);
  const role = person?.role ?? "admin";
  if (person?.accessEndedAt || !includesRole(role, roleForAction.cancel)) {
    throw new AppError(
      "NotAllowedNow",
      `${request.requestedByName} may not cancel subscriptions any more. Decline this request, and request the cancellation again if it is still wanted.`,
    );
  }
  return { kind: "staff", id: request.requestedById, name: request.requestedByName, role };
}

/** Ends the requests of somebody who lost access (`why`), in the caller's transaction, with a line on the record for each. */
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

/** @throws AppError `NotFound`; `Forbidden` for who asked for it, who withdraws it; `NotAllowedNow` */
export async function declineCancellation(ctx: Context, input: { requestId: string; reason: string }): Promise<void> {
  await decide(ctx, input.requestId, "declined", input.reason, () => Promise.resolve(null));
}

/** By who asked for it. @throws AppError `NotFound`, `Forbidden`, `NotAllowedNow` */
export async function withdrawCancellation(ctx: Context, input: { requestId: string }): Promise<void> {
  await decide(ctx, input.requestId, "withdrawn", null, () => Promise.resolve(null));
}

const summaries: Record<Exclude<CancelRequestState, "waiting">, string> = {
  approved: "Cancellation approved by a second person",
  declined: "Cancellation declined by a second person",
  withdrawn: "Request to cancel withdrawn",
  expired: "Request to cancel expired: no second person approved it in time",
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
    if (!named) throw new AppError("NotFound", "There is no request with this id.");
    // In the order in which every change takes its locks: the subscription first.
    await lockSubscription(tx, named.subscriptionId);
    const [request] = await tx.select().from(cancelRequests).where(eq(cancelRequests.id, requestId)).for("update");
    const now = ctx.now();
    refuseDecision(ctx.actor, request ?? named, state, now);
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

function refuseDecision(actor: Actor, request: CancelRequest, state: CancelRequestState, now: Date): void {
  if (request.state !== "waiting") {
    throw new AppError("NotAllowedNow", `${request.decidedByName ?? "Somebody"} was faster: it is ${request.state}.`);
  }
  if (request.expiresAt <= now) {
    throw new AppError("NotAllowedNow", "Its time has run out. Ask for the cancellation anew.");
  }
  const isOwn = actor.kind === "staff" && actor.id === request.requestedById;
  if (state === "withdrawn" && !isOwn) {
    throw new AppError(
      "Forbidden",
      `Only ${request.requestedByName}, who asked for it, can withdraw it. Decline it instead.`,
    );
  }
  if (state !== "withdrawn" && isOwn) {
    throw new AppError(
      "Forbidden",
      "You asked for it, so somebody else has to approve or decline it. You can withdraw it.",
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

/** Ends the requests whose time has run out or whose subscription has ended, with a line on the record for each. */
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

/** The page of the subscription, and what needs someone. */
async function announceRequest(tx: Executor, subscriptionId: string): Promise<void> {
  await announce(tx, [{ topic: "subscription", subscriptionId }]);
}
