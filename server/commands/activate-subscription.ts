/** Asks Microsoft to activate a purchase: billing starts with it. */
import { and, eq, isNotNull } from "drizzle-orm";
import type { z } from "zod";
import type { activateInput, ContactInput } from "../../shared/inputs.ts";
import type { Context } from "../context.ts";
import { announce, record } from "../database/record.ts";
import { operations } from "../database/schema/operations.ts";
import { subscriptions } from "../database/schema/subscriptions.ts";
import { lockSubscription, openActionsOf, requestChange, retryStuck } from "./request-change.ts";

/** By staff. @throws AppError `NotAllowedNow`, `Forbidden`, `NotFound` */
export function activateSubscription(
  ctx: Context,
  input: z.infer<typeof activateInput>,
): Promise<{ operationId: string }> {
  return requestChange(ctx, { ...input, action: "activate" });
}

/**
 * By the purchaser: keeps the contact and asks for the activation, once, however often the button is pressed.
 *
 * @throws AppError `NotFound`
 */
export async function activateFromLanding(
  ctx: Context,
  input: { subscriptionId: string; contact: ContactInput },
): Promise<void> {
  const isNeeded = await ctx.db.transaction(async (tx) => {
    const held = await lockSubscription(tx, input.subscriptionId);
    const { name, email, company, phone } = input.contact;
    const contact = { contactName: name, contactEmail: email, contactCompany: company, contactPhone: phone };
    const isChanged = Object.entries(contact).some(([key, value]) => held[key as keyof typeof contact] !== value);
    if (isChanged) {
      const now = ctx.now();
      await tx
        .update(subscriptions)
        .set({ ...contact, version: held.version + 1, updatedAt: now })
        .where(eq(subscriptions.id, held.id));
      await record(tx, ctx.actor, now, [
        {
          subscriptionId: held.id,
          kind: "subscription.contact_given",
          summary: `Contact given: ${name}, ${company}`,
          after: { name, email, company, phone },
        },
      ]);
      await announce(tx, [{ topic: "subscription", subscriptionId: held.id }]);
    }
    if (held.status !== "PendingFulfillmentStart") return false;
    const stuck = await tx
      .select({ id: operations.id })
      .from(operations)
      .where(and(eq(operations.subscriptionId, held.id), isNotNull(operations.stuckAt)));
    if (stuck.length > 0)
      await retryStuck(
        tx,
        stuck.map(({ id }) => id),
        ctx.now(),
      );
    return (await openActionsOf(tx, held.id)).length === 0;
  });
  if (!isNeeded) return;
  try {
    await requestChange(ctx, { subscriptionId: input.subscriptionId, action: "activate", reason: null });
  } catch (error) {
    // A second press, or an activation by Microsoft, was faster: the page shows what is true now.
    if (
      (await openActionsOf(ctx.db, input.subscriptionId)).length === 0 &&
      !(await isPastPending(ctx, input.subscriptionId))
    )
      throw error;
  }
}

async function isPastPending(ctx: Context, subscriptionId: string): Promise<boolean> {
  const [held] = await ctx.db
    .select({ status: subscriptions.status })
    .from(subscriptions)
    .where(eq(subscriptions.id, subscriptionId));
  return held?.status !== "PendingFulfillmentStart";
}
