/** Merges two of Microsoft's customers that are the same customer to the publisher, and separates them again. */
import { eq, or } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { customers } from "../../database/schema/customers.ts";
import { deriveCustomers } from "../../database/writes/customer-listings.ts";
import { AppError } from "../../errors.ts";
import { lockCustomer } from "./lock-customer.ts";

/**
 * Shows the customer, with those merged into it before, as part of another one. Its owner and tags are kept for
 * when it is separated again.
 * @throws AppError `NotFound`, `Conflict` if either was merged already, `Invalid` for the same customer
 */
export async function mergeCustomer(
  ctx: Context,
  input: { customerId: string; into: string; reason: string },
): Promise<{ id: string }> {
  const { customerId, into, reason } = input;
  if (customerId === into) {
    const message = "This is the same customer. Choose another one.";
    throw new AppError("Invalid", message, { fields: { into: [message] } });
  }
  await ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const customer = await lockCustomer(tx, customerId, now);
    const other = await lockCustomer(tx, into, now);
    await tx
      .update(customers)
      .set({ mergedInto: into })
      .where(or(eq(customers.id, customerId), eq(customers.mergedInto, customerId)));
    await deriveCustomers(tx, [customerId, into], now);
    await record(tx, ctx.actor, now, [
      {
        kind: "customer.merged",
        summary: `${customer.name} merged into ${other.name}`,
        after: { customer: into, merged: customerId },
        reason,
      },
    ]);
    await announce(tx, [{ topic: "customer", subscriptionId: null }]);
  });
  return { id: into };
}

/**
 * Separates a merged customer.
 * @throws AppError `NotFound` if it is not merged
 */
export async function separateCustomer(
  ctx: Context,
  input: { customerId: string; reason: string },
): Promise<{ id: string }> {
  const { customerId, reason } = input;
  await ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    // The lock that orders derivations also orders merging and separating.
    await deriveCustomers(tx, [customerId], now);
    const [customer] = await tx.select().from(customers).where(eq(customers.id, customerId)).for("update");
    if (!customer || customer.mergedInto === null)
      throw new AppError("NotFound", "This customer is not merged into another one. Reload the page.");
    const [other] = await tx.select().from(customers).where(eq(customers.id, customer.mergedInto));
    await tx.update(customers).set({ mergedInto: null }).where(eq(customers.id, customerId));
    await deriveCustomers(tx, [customerId, customer.mergedInto], now);
    const summary = `${customer.name} separated from ${other?.name ?? customer.mergedInto}`;
    await record(
      tx,
      ctx.actor,
      now,
      [customer.mergedInto, customerId].map((id) => ({
        kind: "customer.separated" as const,
        summary,
        after: { customer: id, separated: customerId },
        reason,
      })),
    );
    await announce(tx, [{ topic: "customer", subscriptionId: null }]);
  });
  return { id: customerId };
}
