/** Undoes the assignment of a customer and all its subscriptions to one owner. */
import { and, inArray, sql } from "drizzle-orm";
import type { z } from "zod";
import type { restoreCustomerOwnersInput } from "../../../shared/inputs/customers.ts";
import type { Context } from "../../context.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { isOfCustomer } from "../../database/statements/customer-key.ts";
import { AppError } from "../../errors.ts";
import { resolveOwner } from "../subscriptions/assign-owner.ts";
import { lockCustomer } from "./lock-customer.ts";
import { type OwnerOfRows, setCustomerOwners } from "./set-customer-owners.ts";

export type RestoredOwners = z.infer<typeof restoreCustomerOwnersInput>;

/**
 * Restores the earlier owners of the customer and its subscriptions. Owners that a colleague has assigned since stay.
 * @returns the number of subscriptions whose owner changed
 * @throws AppError `NotFound`; `Forbidden` if the caller is not staff; `Invalid` for an owner who can no longer act
 */
export async function restoreCustomerOwners(ctx: Context, input: RestoredOwners): Promise<{ changed: number }> {
  const { actor } = ctx;
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff can own customers.");
  return ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const customer = await lockCustomer(tx, input.customerId, now);
    const rows = await tx
      .select({ id: subscriptions.id, ownerName: subscriptions.ownerName })
      .from(subscriptions)
      .where(
        and(
          isOfCustomer(customer.id),
          inArray(
            subscriptions.id,
            input.subscriptions.map(({ id }) => id),
          ),
          sql`${subscriptions.ownerId} is not distinct from ${input.seenOwner}::text`,
        ),
      )
      .orderBy(subscriptions.id)
      .for("update");
    const earlierOwners = new Map(input.subscriptions.map(({ id, owner }) => [id, owner]));
    const byOwner = Map.groupBy(rows, ({ id }) => earlierOwners.get(id) ?? null);
    const changes: OwnerOfRows[] = [];
    for (const [owner, owned] of byOwner) changes.push({ owner: await resolveOwner(tx, actor, owner), rows: owned });
    const isOwnUnchanged = customer.ownerId === input.seenOwner && customer.ownerId !== input.owner;
    const own = isOwnUnchanged ? { owner: await resolveOwner(tx, actor, input.owner) } : undefined;
    await setCustomerOwners(tx, { actor, now }, customer, { own, changes });
    return { changed: rows.length };
  });
}
