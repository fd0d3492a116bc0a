/** Notes that staff write about a customer. */
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { newId } from "../../database/statements/new-id.ts";
import { lockCustomer } from "./lock-customer.ts";

/**
 * Records a note, which cannot be changed later: its text is the entry's reason, so the record proves it.
 * @throws AppError `NotFound`
 */
export async function addCustomerNote(
  ctx: Context,
  input: { customerId: string; text: string },
): Promise<{ id: string }> {
  const id = newId(ctx.now());
  await ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const customer = await lockCustomer(tx, input.customerId, now);
    await record(tx, ctx.actor, now, [
      {
        id,
        kind: "customer.note_added",
        summary: `Note about ${customer.name}`,
        after: { customer: customer.id },
        reason: input.text,
      },
    ]);
    await announce(tx, [{ topic: "customer", subscriptionId: null }]);
  });
  return { id };
}
