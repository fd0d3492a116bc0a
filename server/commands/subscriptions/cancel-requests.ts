/** Cancellation requests that no one decides: they expire, or end with their requester's access. */
import { and, eq, inArray, lte, or } from "drizzle-orm";
import type { CancelRequestState } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { cancelRequests } from "../../database/schema/cancellations.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";

export type CancelRequest = typeof cancelRequests.$inferSelect;

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

export const summaries: Record<Exclude<CancelRequestState, "waiting">, string> = {
  approved: "Cancellation approved by a colleague",
  declined: "Cancellation declined by a colleague",
  withdrawn: "Cancellation request withdrawn",
  expired: "Cancellation request expired without a colleague's approval",
};

export async function waitingOf(tx: Executor, subscriptionId: string): Promise<CancelRequest | undefined> {
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

export async function expireIn(tx: Executor, now: Date, subscriptionId?: string): Promise<number> {
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
export async function announceRequest(tx: Executor, subscriptionId: string): Promise<void> {
  await announce(tx, [{ topic: "subscription", subscriptionId }]);
}
