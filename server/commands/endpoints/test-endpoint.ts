/** Sends a test message to an endpoint immediately, and keeps it among the messages. */
import type { EndpointInput } from "../../../shared/inputs/outbox.ts";
import { testType } from "../../../shared/outbox.ts";
import type { TestResult } from "../../../shared/views/endpoints.ts";
import { readEndpointTargets } from "../../database/queries/endpoints.ts";
import { outboxAttempts, outboxMessages } from "../../database/schema/outbox.ts";
import { newId } from "../../database/statements/new-id.ts";
import { AppError } from "../../errors.ts";
import { type EndpointContext, lockEndpoint, recordEndpoint, refuseUnlessAdmin } from "./endpoint-changes.ts";
import type { EndpointTools } from "./endpoint-tools.ts";

/**
 * The message reports no change, and changes neither the order of messages nor the endpoint's state.
 * @throws AppError `Forbidden` unless admin, `NotFound`
 */
export async function testEndpoint(
  ctx: EndpointContext,
  tools: Pick<EndpointTools, "sendTest">,
  { id }: EndpointInput,
): Promise<TestResult> {
  refuseUnlessAdmin(ctx);
  const [target] = await readEndpointTargets(ctx.db, [id]);
  if (!target || target.secret === null) {
    throw new AppError("NotFound", "There is no endpoint with this ID. It may have been removed.");
  }
  const at = ctx.now();
  const messageId = newId(at);
  const sent = await tools.sendTest(target, messageId, testChange(messageId, at));
  const isDelivered = sent.outcome === "delivered";
  const messageRow = await ctx.db.transaction(async (tx) => {
    const { endpoint } = await lockEndpoint(tx, id);
    const [message] = await tx
      .insert(outboxMessages)
      .values({
        receiverId: id,
        lane: messageId,
        messageId,
        about: messageId,
        type: testType,
        state: isDelivered ? "delivered" : "failed",
        attempts: 1,
        firstAttemptAt: at,
        problem: sent.problem,
        createdAt: at,
        endedAt: ctx.now(),
      })
      .returning({ id: outboxMessages.id });
    const { outcome, durationMs, status, problem, request, answer } = sent;
    const row = message?.id ?? 0;
    await tx.insert(outboxAttempts).values({ message: row, at, outcome, durationMs, status, problem, request, answer });
    await recordEndpoint(ctx, tx, {
      kind: "endpoint.tested",
      summary: `Test message sent to “${endpoint.name}”: ${isDelivered ? "delivered" : (problem ?? "failed")}`,
      after: { name: endpoint.name },
    });
    return row;
  });
  const { status, problem, durationMs, answer } = sent;
  return { isDelivered, status, problem, durationMs, answer, messageRow };
}

/** In the form of a change, so that a product needs no code of its own for it. */
function testChange(id: string, at: Date) {
  return {
    id,
    type: testType,
    at: at.toISOString(),
    summary: "Test message from Marketdesk",
    by: "staff",
    subscriptionId: "",
    before: null,
    after: null,
    subscription: null,
  };
}
