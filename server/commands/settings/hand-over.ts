/** Hands over what a staff member without access owns: active subscriptions, customers and shared views. */
import { and, asc, eq, inArray, ne, sql } from "drizzle-orm";
import type { HandOverInput } from "../../../shared/inputs/staff.ts";
import type { Context } from "../../context.ts";
import { findPossibleOwner, lockStaff } from "../../database/queries/staff.ts";
import { announce, record } from "../../database/record/record.ts";
import { customers } from "../../database/schema/customers.ts";
import { savedViews } from "../../database/schema/saved-views.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { lockDerivations } from "../../database/writes/customer-listings.ts";
import { AppError } from "../../errors.ts";

/** Subscriptions or customers per transaction. */
const batchSize = 200;

/**
 * In batches, each with its audit entries, so that an interrupted hand-over can be started again.
 * @returns how many of each were handed over
 * @throws AppError `NotFound`; `NotAllowedNow` while the person may act; `Invalid` with the field `to`
 */
export async function handOver(
  ctx: Context,
  input: HandOverInput,
): Promise<{ subscriptions: number; customers: number; views: number }> {
  const from = `${input.tenantId}:${input.objectId}`;
  const person = await lockStaff(ctx.db, input);
  if (!person) throw new AppError("NotFound", "No one with this ID has signed in.");
  if ((await findPossibleOwner(ctx.db, from)) !== null)
    throw new AppError("NotAllowedNow", `${person.name} still has access and keeps everything they own.`);
  const to = await findPossibleOwner(ctx.db, input.to);
  if (to === null) {
    const message = "This colleague cannot own subscriptions. Choose another colleague.";
    throw new AppError("Invalid", message, { fields: { to: [message] } });
  }
  const owner = { ownerId: to.id, ownerName: to.name };
  let moved = 0;
  for (let last = batchSize; last === batchSize; moved += last) {
    last = await ctx.db.transaction(async (tx) => {
      const rows = await tx
        .select({ id: subscriptions.id })
        .from(subscriptions)
        .where(and(eq(subscriptions.ownerId, from), ne(subscriptions.status, "Unsubscribed")))
        .orderBy(asc(subscriptions.id))
        .limit(batchSize)
        .for("update");
      if (rows.length === 0) return 0;
      const ids = rows.map(({ id }) => id);
      await tx.update(subscriptions).set(owner).where(inArray(subscriptions.id, ids));
      await record(
        tx,
        ctx.actor,
        ctx.now(),
        ids.map((subscriptionId) => ({
          subscriptionId,
          kind: "subscription.owner_changed",
          summary: `Owner: ${person.name} → ${to.name}`,
          before: { owner: person.name },
          after: { owner: to.name },
        })),
      );
      await announce(
        tx,
        ids.map((subscriptionId) => ({ topic: "subscription", subscriptionId })),
      );
      return ids.length;
    });
  }
  const ofCustomers = await handOverCustomers(ctx, { id: from, name: person.name }, owner);
  const views = await ctx.db.transaction(async (tx) => {
    // One owner cannot have two views with the same name.
    const name = sql`case when exists (select from saved_views other where other.owner_id = ${to.id}
      and lower(other.name) = lower(${savedViews.name})) then ${savedViews.name} || ' (' || ${person.name} || ')' else ${savedViews.name} end`;
    const changed = await tx
      .update(savedViews)
      .set({ ...owner, name, updatedAt: ctx.now() })
      .where(and(eq(savedViews.ownerId, from), savedViews.isShared))
      .returning({ name: savedViews.name });
    await record(
      tx,
      ctx.actor,
      ctx.now(),
      changed.map((view) => ({
        kind: "view.handed_over",
        summary: `View “${view.name}”: ${person.name} → ${to.name}`,
      })),
    );
    if (changed.length > 0) await announce(tx, [{ topic: "view", subscriptionId: null }]);
    return changed.length;
  });
  return { subscriptions: moved, customers: ofCustomers, views };
}

/** Also those that were merged into others: each keeps its owner for when it is separated. */
async function handOverCustomers(
  ctx: Context,
  from: { id: string; name: string },
  owner: { ownerId: string; ownerName: string },
): Promise<number> {
  let moved = 0;
  for (let last = batchSize; last === batchSize; moved += last) {
    last = await ctx.db.transaction(async (tx) => {
      // Merging and derivations lock customers in other orders.
      await lockDerivations(tx);
      const rows = await tx
        .select({ id: customers.id, name: customers.name })
        .from(customers)
        .where(eq(customers.ownerId, from.id))
        .orderBy(asc(customers.id))
        .limit(batchSize)
        .for("update");
      if (rows.length === 0) return 0;
      const ids = rows.map(({ id }) => id);
      await tx.update(customers).set(owner).where(inArray(customers.id, ids));
      await record(
        tx,
        ctx.actor,
        ctx.now(),
        rows.map(({ id, name }) => ({
          kind: "customer.owner_changed",
          summary: `${name}: assigned to ${owner.ownerName}`,
          before: { customer: id, owner: from.name },
          after: { customer: id, owner: owner.ownerName },
        })),
      );
      await announce(tx, [{ topic: "customer", subscriptionId: null }]);
      return rows.length;
    });
  }
  return moved;
}
