/** The owner of a customer and of all its subscriptions. */
import { eq, inArray, sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { customers } from "../../database/schema/customers.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { isOfCustomer } from "../../database/statements/customer-key.ts";
import { AppError } from "../../errors.ts";
import { resolveOwner } from "../subscriptions/assign-owner.ts";
import { lockCustomer } from "./lock-customer.ts";

/** More are changed by a bulk action, which can be followed and stopped. */
const maxSubscriptions = 500;

/**
 * Assigns the customer and all its subscriptions, also those of other owners, to the caller or a colleague, or removes the owner.
 * @returns the number of subscriptions whose owner changed
 * @throws AppError `NotFound`; `Forbidden` if the caller is not staff; `Invalid` for an owner who cannot act;
 * `NotAllowedNow` for too many subscriptions
 */
export async function assignCustomerOwner(
  ctx: Context,
  input: { customerId: string; owner: string | null },
): Promise<{ changed: number }> {
  const { actor } = ctx;
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff can own customers.");
  return ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const customer = await lockCustomer(tx, input.customerId, now);
    const owner = await resolveOwner(tx, actor, input.owner);
    const rows = await tx
      .select({ id: subscriptions.id, ownerName: subscriptions.ownerName })
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
    if (rows.length === 0 && customer.ownerId === (owner?.id ?? null)) return { changed: 0 };
    const columns = { ownerId: owner?.id ?? null, ownerName: owner?.name ?? null };
    await tx.update(customers).set(columns).where(eq(customers.id, customer.id));
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await tx.update(subscriptions).set(columns).where(inArray(subscriptions.id, ids));
    const summary = owner === null ? "Unassigned" : `Assigned to ${owner.name}`;
    await record(tx, actor, now, [
      {
        kind: "customer.owner_changed",
        summary: `${customer.name}: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`,
        before: { customer: customer.id, owner: customer.ownerName },
        after: { customer: customer.id, owner: columns.ownerName },
      },
      ...rows.map((row) => ({
        subscriptionId: row.id,
        kind: "subscription.owner_changed" as const,
        summary,
        before: { owner: row.ownerName },
        after: { owner: columns.ownerName },
      })),
    ]);
    await announce(tx, [
      { topic: "customer", subscriptionId: null },
      ...ids.map((subscriptionId) => ({ topic: "subscription" as const, subscriptionId })),
    ]);
    return { changed: ids.length };
  });
}
