/** Stops messages that wait: later ones of their subscriptions are sent without them. */
import { and, eq, isNotNull } from "drizzle-orm";
import type { EndpointInput, MessageInput } from "../../../shared/outbox-inputs.ts";
import { announce, record } from "../../database/record/record.ts";
import { outboxMessages as m } from "../../database/schema/outbox.ts";
import { AppError } from "../../errors.ts";
import {
  type EndpointContext,
  lockEndpoint,
  recordEndpoint,
  refuseUnlessAdmin,
} from "../endpoints/endpoint-changes.ts";

/**
 * Stops one message. An attempt in progress may still deliver it.
 * @throws AppError `Forbidden` unless admin, `NotFound`, `NotAllowedNow` if it does not wait
 */
export async function stopMessage(ctx: EndpointContext, { id }: MessageInput): Promise<void> {
  refuseUnlessAdmin(ctx);
  await ctx.db.transaction(async (tx) => {
    const [message] = await tx.select().from(m).where(eq(m.id, id)).for("update");
    if (!message) throw new AppError("NotFound", "There is no message with this ID. It may have been deleted.");
    if (message.state !== "waiting") throw new AppError("NotAllowedNow", "This message does not wait any more.");
    const { endpoint } = await lockEndpoint(tx, message.receiverId);
    await tx.update(m).set({ state: "stopped", endedAt: ctx.now() }).where(eq(m.id, id));
    await record(tx, ctx.actor, ctx.now(), [
      {
        kind: "message.stopped",
        summary: `Message to “${endpoint.name}” stopped`,
        after: { endpoint: endpoint.name, type: message.type, messageId: message.messageId },
      },
    ]);
    await announce(tx, [{ topic: "message", subscriptionId: null }]);
  });
}

/**
 * Stops what is left of the messages that staff had sent again.
 * @returns how many
 * @throws AppError `Forbidden` unless admin, `NotFound`
 */
export async function stopResending(ctx: EndpointContext, { id }: EndpointInput): Promise<{ count: number }> {
  refuseUnlessAdmin(ctx);
  return ctx.db.transaction(async (tx) => {
    const { endpoint } = await lockEndpoint(tx, id);
    const stopped = await tx
      .update(m)
      .set({ state: "stopped", endedAt: ctx.now() })
      .where(and(eq(m.receiverId, id), eq(m.state, "waiting"), isNotNull(m.resendId)));
    const count = stopped.rowCount ?? 0;
    if (count > 0) {
      await recordEndpoint(ctx, tx, {
        kind: "message.stopped",
        summary: `Sending again to “${endpoint.name}” stopped`,
        after: { endpoint: endpoint.name, messages: count },
      });
    }
    return { count };
  });
}
