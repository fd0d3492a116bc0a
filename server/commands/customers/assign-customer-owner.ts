/** The owner of a customer and of all its subscriptions. */
import { sql } from "drizzle-orm";
import { maxSubscriptionsOfOwnerChange as maxSubscriptions } from "../../../shared/inputs/customers.ts";
import type { Context } from "../../context.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { isOfCustomer } from "../../database/statements/customer-key.ts";
import { AppError } from "../../errors.ts";
import { resolveOwner } from "../subscriptions/assign-owner.ts";
import { lockCustomer } from "./lock-customer.ts";
import type { RestoredOwners } from "./restore-customer-owners.ts";
import { setCustomerOwners } from "./set-customer-owners.ts";

/**
 * Assigns the customer and all its subscriptions, also those of other owners, to the caller or a colleague, or removes the owner.
 * @returns the number of subscriptions whose owner changed, and what undoes the change; null if nothing changed
 * @throws AppError `NotFound`; `Forbidden` if the caller is not staff; `Invalid` for an owner who cannot act;
 * `NotAllowedNow` for too many subscriptions
 */
export async function assignCustomerOwner(
  ctx: Context,
  input: { customerId: string; owner: string | null },
): Promise<{ changed: number; undo: RestoredOwners | null }> {
  const { actor } = ctx;
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff can own customers.");
  return ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const customer = await lockCustomer(tx, input.customerId, now);
    const owner = await resolveOwner(tx, actor, input.owner);
    const rows = await tx
      .select({ id: subscriptions.id, ownerId: subscriptions.ownerId, ownerName: subscriptions.ownerName })
      .from(subscriptions)
      .where(sql`${isOfCustomer(customer.id)} and ${subscriptions.ownerId} is distinct from ${owner?.id ?? null}::text`)
      .orderBy(subscriptions.id)
      .limit(maxSubscriptions + 1)
      .for("update");
    if (rows.length > maxSubscriptions)
      throw new AppError(
        "NotAllowedNow",
        `This customer has more than ${maxSubscriptions} subscriptions. Select them in the list of subscriptions and assign them with a bulk action.`,
      );
    if (rows.length === 0 && customer.ownerId === (owner?.id ?? null)) return { changed: 0, undo: null };
    const changes = rows.length > 0 ? [{ owner, rows }] : [];
    await setCustomerOwners(tx, { actor, now }, customer, { own: { owner }, changes });
    return {
      changed: rows.length,
      undo: {
        customerId: customer.id,
        seenOwner: owner?.id ?? null,
        owner: customer.ownerId,
        subscriptions: rows.map(({ id, ownerId }) => ({ id, owner: ownerId })),
      },
    };
  });
}
