/** Removes an endpoint: its secret is deleted, and what waits is not sent. Its messages stay listed. */
import { and, eq } from "drizzle-orm";
import type { ReasonedEndpointInput } from "../../../shared/outbox-inputs.ts";
import { endpoints } from "../../database/schema/endpoints.ts";
import { outboxLanes, outboxMessages, outboxReceivers } from "../../database/schema/outbox.ts";
import { lockPositions } from "../../database/writes/event-positions.ts";
import { type EndpointContext, lockEndpoint, recordEndpoint, refuseUnlessAdmin } from "./endpoint-changes.ts";

/** @throws AppError `Forbidden` unless admin, `NotFound` */
export async function removeEndpoint(ctx: EndpointContext, { id, reason }: ReasonedEndpointInput): Promise<void> {
  refuseUnlessAdmin(ctx);
  const now = ctx.now();
  await ctx.db.transaction(async (tx) => {
    // No one addresses events to it in the meantime, so that no message is left waiting.
    await lockPositions(tx);
    const { endpoint } = await lockEndpoint(tx, id);
    await tx.delete(outboxLanes).where(eq(outboxLanes.receiverId, id));
    await tx
      .update(outboxReceivers)
      .set({ state: "removed", stateReason: null, stateSince: now })
      .where(eq(outboxReceivers.id, id));
    await tx
      .update(endpoints)
      .set({ secret: null, previousSecret: null, previousSecretEndsAt: null, removedAt: now })
      .where(eq(endpoints.id, id));
    await tx
      .update(outboxMessages)
      .set({ state: "stopped", endedAt: now })
      .where(and(eq(outboxMessages.receiverId, id), eq(outboxMessages.state, "waiting")));
    await recordEndpoint(ctx, tx, {
      kind: "endpoint.removed",
      summary: `Endpoint “${endpoint.name}” removed`,
      before: { name: endpoint.name },
      reason,
    });
  });
}
