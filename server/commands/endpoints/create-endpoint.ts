/** Adds an endpoint. Its secret is shown once and kept encrypted. */
import { and, eq, ne } from "drizzle-orm";
import { maxEndpoints } from "../../../shared/outbox.ts";
import type { CreateEndpointInput } from "../../../shared/inputs/outbox.ts";
import { endpoints } from "../../database/schema/endpoints.ts";
import { outboxReceivers } from "../../database/schema/outbox.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { newId } from "../../database/statements/new-id.ts";
import { assignPositions } from "../../database/writes/event-positions.ts";
import { actorColumns } from "../../domain/actor.ts";
import { AppError } from "../../errors.ts";
import { newSecret } from "../../outbox/standard-webhooks.ts";
import {
  type EndpointContext,
  endpointOnRecord,
  nameTaken,
  recordEndpoint,
  refuseAddress,
  refuseUnlessAdmin,
} from "./endpoint-changes.ts";
import type { EndpointTools } from "./endpoint-tools.ts";

/**
 * It gets the events that happen from now on.
 * @throws AppError `Forbidden` unless admin, `Invalid` for an address that may not be called, `Conflict` for a name
 * in use, `NotAllowedNow` for too many
 */
export async function createEndpoint(
  ctx: EndpointContext,
  tools: EndpointTools,
  input: CreateEndpointInput,
): Promise<{ id: string; secret: string }> {
  refuseUnlessAdmin(ctx);
  await refuseAddress(input.address, tools);
  const secret = newSecret();
  const now = ctx.now();
  const id = newId(now);
  const sealed = await tools.secrets.seal(secret, now);
  // Events before it are not addressed to it, even if they have no position yet.
  await assignPositions(ctx.db, { isAll: true });
  await ctx.db.transaction(async (tx) => {
    // Locked, so that two people who add one at the same time cannot exceed the maximum.
    await lockExclusively(tx, "endpoints");
    const count = await tx.$count(
      outboxReceivers,
      and(eq(outboxReceivers.kind, "endpoint"), ne(outboxReceivers.state, "removed")),
    );
    if (count >= maxEndpoints) {
      throw new AppError(
        "NotAllowedNow",
        `There are already ${maxEndpoints} endpoints, the maximum. Remove an unused endpoint first.`,
      );
    }
    await tx.insert(outboxReceivers).values({ id, kind: "endpoint", state: "active", stateSince: now });
    const inserted = await tx
      .insert(endpoints)
      .values({
        id,
        ...input,
        secret: sealed,
        secretChangedAt: now,
        createdByName: actorColumns(ctx.actor).actorName,
        createdAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: endpoints.id });
    if (inserted.length === 0) throw nameTaken();
    await recordEndpoint(ctx, tx, {
      kind: "endpoint.created",
      summary: `Endpoint “${input.name}” created`,
      after: endpointOnRecord(input),
    });
  });
  return { id, secret };
}
