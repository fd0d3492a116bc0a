/** Resumes an endpoint if it accepts a test message. */
import { and, eq, gt } from "drizzle-orm";
import type { EndpointInput } from "../../../shared/inputs/outbox.ts";
import type { TestResult } from "../../../shared/views/endpoints.ts";
import { outboxMessages, outboxReceivers } from "../../database/schema/outbox.ts";
import { releaseLanes } from "../../database/writes/outbox-queue.ts";
import { AppError } from "../../errors.ts";
import { type EndpointContext, lockEndpoint, recordEndpoint, refuseUnlessAdmin } from "./endpoint-changes.ts";
import type { EndpointTools } from "./endpoint-tools.ts";
import { testEndpoint } from "./test-endpoint.ts";

/**
 * Sends a test message first. If it is delivered, the waiting messages follow in their order.
 * @throws AppError as `testEndpoint`, and `NotAllowedNow` if it is active
 */
export async function resumeEndpoint(
  ctx: EndpointContext,
  tools: Pick<EndpointTools, "sendTest" | "wake">,
  input: EndpointInput,
): Promise<TestResult> {
  refuseUnlessAdmin(ctx);
  await ctx.db.transaction(async (tx) => refuseIfActive((await lockEndpoint(tx, input.id)).receiver));
  const result = await testEndpoint(ctx, tools, input);
  if (!result.isDelivered) return result;
  await ctx.db.transaction(async (tx) => {
    const { endpoint, receiver } = await lockEndpoint(tx, input.id);
    refuseIfActive(receiver);
    // Lanes before messages, as senders lock them.
    await releaseLanes(tx, input.id);
    // The days for which each message is retried start again.
    await tx
      .update(outboxMessages)
      .set({ attempts: 0, firstAttemptAt: null })
      .where(
        and(
          eq(outboxMessages.receiverId, input.id),
          eq(outboxMessages.state, "waiting"),
          gt(outboxMessages.attempts, 0),
        ),
      );
    await tx
      .update(outboxReceivers)
      .set({
        state: "active",
        stateReason: null,
        stateSince: ctx.now(),
        failingSince: null,
        failingLanes: 0,
        waitsUntil: null,
        deliveredAt: ctx.now(),
      })
      .where(eq(outboxReceivers.id, input.id));
    await recordEndpoint(ctx, tx, {
      kind: "endpoint.resumed",
      summary: `Endpoint “${endpoint.name}” resumed after a test`,
      after: { name: endpoint.name },
    });
  });
  tools.wake();
  return result;
}

function refuseIfActive({ state }: { state: string }): void {
  if (state === "active") throw new AppError("NotAllowedNow", "This endpoint is active. Nothing was changed.");
}
