/** The tags of a customer; its subscriptions keep their own. */
import { eq } from "drizzle-orm";
import { maxTags } from "../../../shared/inputs/subscriptions.ts";
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { customers } from "../../database/schema/customers.ts";
import { tags } from "../../database/schema/subscriptions.ts";
import { AppError } from "../../errors.ts";
import { changedTags } from "../subscriptions/change-tags.ts";
import { lockCustomer } from "./lock-customer.ts";

/**
 * Adds and removes tags, so that two people who edit tags at the same time do not undo each other's change.
 * @throws AppError `NotFound`, `Invalid` for too many tags
 */
export async function changeCustomerTags(
  ctx: Context,
  input: { customerId: string; add: string[]; remove: string[] },
): Promise<{ tags: string[] }> {
  return ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const customer = await lockCustomer(tx, input.customerId, now);
    const { wanted, added, summary } = changedTags(customer.tags, input);
    if (summary === null) return { tags: customer.tags };
    if (wanted.length > maxTags) {
      const message = `A customer can have at most ${maxTags} tags. Remove a tag first.`;
      throw new AppError("Invalid", message, { fields: { add: [message] } });
    }
    if (added.length > 0) {
      await tx
        .insert(tags)
        .values(added.map((name) => ({ name, firstGivenAt: now })))
        .onConflictDoNothing();
    }
    await tx.update(customers).set({ tags: wanted }).where(eq(customers.id, customer.id));
    await record(tx, ctx.actor, now, [
      {
        kind: "customer.tags_changed",
        summary: `${customer.name}: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`,
        before: { customer: customer.id, tags: customer.tags },
        after: { customer: customer.id, tags: wanted },
      },
    ]);
    await announce(tx, [{ topic: "customer", subscriptionId: null }]);
    return { tags: wanted };
  });
}
