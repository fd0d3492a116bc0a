/** Changes an endpoint. Waiting messages go to a new address immediately. */
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import type { EditEndpointInput } from "../../../shared/inputs/outbox.ts";
import { endpointVersionOf } from "../../database/queries/endpoints.ts";
import { endpoints } from "../../database/schema/endpoints.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { releaseLanes } from "../../database/writes/outbox-queue.ts";
import { actorColumns } from "../../domain/actor.ts";
import { newerChangeInWords } from "../../domain/last-change.ts";
import { AppError } from "../../errors.ts";
import {
  type EndpointContext,
  endpointOnRecord,
  lockEndpoint,
  nameTaken,
  recordEndpoint,
  refuseAddress,
  refuseUnlessAdmin,
} from "./endpoint-changes.ts";
import type { EndpointTools } from "./endpoint-tools.ts";

/**
 * New types and offers apply to events from now on.
 * @throws AppError as `createEndpoint`, `NotFound`, `Conflict` if a colleague was faster, and `NotAllowedNow` if nothing
 * changes
 */
export async function editEndpoint(
  ctx: EndpointContext,
  tools: Pick<EndpointTools, "addressProblem" | "wake">,
  { id, seenVersion, ...input }: EditEndpointInput,
): Promise<void> {
  refuseUnlessAdmin(ctx);
  await refuseAddress(input.address, tools);
  await ctx.db.transaction(async (tx) => {
    // Locked, so that a name that is free stays free until the commit.
    await lockExclusively(tx, "endpoints");
    const { endpoint } = await lockEndpoint(tx, id);
    if (endpointVersionOf(endpoint) !== seenVersion)
      throw new AppError(
        "Conflict",
        newerChangeInWords("this endpoint", { byName: endpoint.changedByName, at: endpoint.changedAt }),
      );
    const before = endpointOnRecord(endpoint);
    if (endpointVersionOf(input) === seenVersion)
      throw new AppError("NotAllowedNow", "The endpoint already has these values. Nothing was changed.");
    const [other] = await tx
      .select({ id: endpoints.id })
      .from(endpoints)
      .where(
        and(sql`lower(${endpoints.name}) = lower(${input.name})`, isNull(endpoints.removedAt), ne(endpoints.id, id)),
      );
    if (other) throw nameTaken();
    const changed = { changedByName: actorColumns(ctx.actor).actorName, changedAt: ctx.now() };
    await tx
      .update(endpoints)
      .set({ ...input, ...changed })
      .where(eq(endpoints.id, id));
    if (input.address !== endpoint.address) await releaseLanes(tx, id);
    await recordEndpoint(ctx, tx, {
      kind: "endpoint.edited",
      summary: `Endpoint “${input.name}” changed`,
      before,
      after: endpointOnRecord(input),
    });
  });
  tools.wake();
}
