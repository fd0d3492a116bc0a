/** Pauses an endpoint: its messages are kept until it is resumed. */
import { eq } from "drizzle-orm";
import type { ReasonedEndpointInput } from "../../../shared/inputs/outbox.ts";
import { outboxReceivers } from "../../database/schema/outbox.ts";
import { AppError } from "../../errors.ts";
import { type EndpointContext, lockEndpoint, recordEndpoint, refuseUnlessAdmin } from "./endpoint-changes.ts";

/** @throws AppError `Forbidden` unless admin, `NotFound`, `NotAllowedNow` unless it is active */
export async function pauseEndpoint(ctx: EndpointContext, { id, reason }: ReasonedEndpointInput): Promise<void> {
  refuseUnlessAdmin(ctx);
  await ctx.db.transaction(async (tx) => {
    const { endpoint, receiver } = await lockEndpoint(tx, id);
    if (receiver.state !== "active") {
      throw new AppError("NotAllowedNow", "This endpoint is already paused or disabled. Nothing was changed.");
    }
    await tx
      .update(outboxReceivers)
      .set({ state: "paused", stateReason: "staff", stateSince: ctx.now() })
      .where(eq(outboxReceivers.id, id));
    await recordEndpoint(ctx, tx, {
      kind: "endpoint.paused",
      summary: `Endpoint “${endpoint.name}” paused`,
      after: { name: endpoint.name },
      reason,
    });
  });
}
