/** Stops messages that wait: later ones of their subscriptions are sent without them. */
import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { EndpointInput, MessageInput } from "../../../shared/inputs/outbox.ts";
import { announce, record } from "../../database/record/record.ts";
import { outboxMessages as m } from "../../database/schema/outbox.ts";
import { releaseLanes } from "../../database/writes/outbox-queue.ts";
import { AppError } from "../../errors.ts";
import {
  type EndpointContext,
  lockEndpoint,
  recordEndpoint,
  refuseUnlessAdmin,
} from "../endpoints/endpoint-changes.ts";

type Wake = { wake: () => void };

/**
 * Stops one message. An attempt in progress may still deliver it.
 * @throws AppError `Forbidden` unless admin, `NotFound`, `NotAllowedNow` if it does not wait
 */
export async function stopMessage(ctx: EndpointContext, tools: Wake, { id }: MessageInput): Promise<void> {
  refuseUnlessAdmin(ctx);
  await ctx.db.transaction(async (tx) => {
    const [found] = await tx.select({ receiverId: m.receiverId, lane: m.lane }).from(m).where(eq(m.id, id));
    if (!found) throw new AppError("NotFound", "There is no message with this ID. It may have been deleted.");
    const { endpoint } = await lockEndpoint(tx, found.receiverId);
    await releaseLanes(tx, found.receiverId, sql`lane = ${found.lane}`);
    const [message] = await tx.select().from(m).where(eq(m.id, id)).for("update");
    if (message?.state !== "waiting") throw new AppError("NotAllowedNow", "This message is no longer waiting.");
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
  tools.wake();
}

/**
 * Stops what is left of the messages that staff had sent again.
 * @returns how many
 * @throws AppError `Forbidden` unless admin, `NotFound`
 */
export async function stopResending(
  ctx: EndpointContext,
  tools: Wake,
  { id }: EndpointInput,
): Promise<{ count: number }> {
  refuseUnlessAdmin(ctx);
  const stopped = await ctx.db.transaction(async (tx) => {
    const { endpoint } = await lockEndpoint(tx, id);
    const resent = sql`select lane from outbox_messages where receiver_id = ${id} and state = 'waiting' and resend_id is not null`;
    await releaseLanes(tx, id, sql`lane in (${resent})`);
    const stopped = await tx
      .update(m)
      .set({ state: "stopped", endedAt: ctx.now() })
      .where(and(eq(m.receiverId, id), eq(m.state, "waiting"), isNotNull(m.resendId)));
    const count = stopped.rowCount ?? 0;
    if (count > 0) {
      await recordEndpoint(ctx, tx, {
        kind: "message.stopped",
        summary: `Resend to “${endpoint.name}” stopped`,
        after: { endpoint: endpoint.name, messages: count },
      });
    }
    return { count };
  });
  tools.wake();
  return stopped;
}
