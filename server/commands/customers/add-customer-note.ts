/** Notes that staff write about a customer. */
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { newId } from "../../database/statements/new-id.ts";
import { mentionColleagues } from "../notes/mention-colleagues.ts";
import { lockCustomer } from "./lock-customer.ts";

/**
 * Records a note. Its text is the entry's reason, so the record proves it; `editNote` adds later versions.
 * @throws AppError `NotFound`; `Invalid` if a mentioned colleague may not act
 */
export async function addCustomerNote(
  ctx: Context,
  input: { customerId: string; text: string; mentions?: string[] | undefined },
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
    const note = { noteId: id, versionId: id, subscriptionId: null, customerId: customer.id };
    await mentionColleagues(ctx, tx, note, input.mentions ?? []);
    await announce(tx, [{ topic: "customer", subscriptionId: null }]);
  });
  return { id };
}
