/** Removes an endpoint: its secret is deleted, and waiting messages are not sent. Its messages stay listed. */
import { eq, sql } from "drizzle-orm";
import type { ReasonedEndpointInput } from "../../../shared/inputs/outbox.ts";
import { endpoints } from "../../database/schema/endpoints.ts";
import { outboxReceivers } from "../../database/schema/outbox.ts";
import { lockPositions } from "../../database/writes/event-positions.ts";
import { stopWaiting } from "../../database/writes/outbox-queue.ts";
import { type EndpointContext, lockEndpoint, recordEndpoint, refuseUnlessAdmin } from "./endpoint-changes.ts";

/**
 * Disables it first, so that no message is added while the waiting ones are stopped in batches. If that is interrupted, the endpoint
 * is disabled and can be removed again.
 * @throws AppError `Forbidden` unless admin, `NotFound`
 */
export async function removeEndpoint(ctx: EndpointContext, { id, reason }: ReasonedEndpointInput): Promise<void> {
  refuseUnlessAdmin(ctx);
  await ctx.db.transaction(async (tx) => {
    // Waits for events that are being addressed to it, so that their messages are stopped as well.
    await lockPositions(tx);
    await lockEndpoint(tx, id);
    await tx
      .update(outboxReceivers)
      .set({ state: "disabled", stateReason: sql`coalesce(${outboxReceivers.stateReason}, 'staff')` })
      .where(eq(outboxReceivers.id, id));
  });
  while ((await ctx.db.transaction((tx) => stopWaiting(tx, id, ctx.now()))) > 0);
  await ctx.db.transaction(async (tx) => {
    const { endpoint } = await lockEndpoint(tx, id);
    // Of messages that staff have sent again since.
    while ((await stopWaiting(tx, id, ctx.now())) > 0);
    await tx
      .update(outboxReceivers)
      .set({ state: "removed", stateReason: null, stateSince: ctx.now() })
      .where(eq(outboxReceivers.id, id));
    await tx
      .update(endpoints)
      .set({ secret: null, previousSecret: null, previousSecretEndsAt: null, removedAt: ctx.now() })
      .where(eq(endpoints.id, id));
    await recordEndpoint(ctx, tx, {
      kind: "endpoint.removed",
      summary: `Endpoint “${endpoint.name}” removed`,
      before: { name: endpoint.name },
      reason,
    });
  });
}
