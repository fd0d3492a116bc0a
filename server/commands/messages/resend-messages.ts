/** Sends many messages of an endpoint again: those that were not delivered, or those that it never got. */
import type { ResendAllInput, ResendInput } from "../../../shared/inputs/outbox.ts";
import { retentionInWords } from "../../../shared/retention.ts";
import type { Executor } from "../../database/connection/database.ts";
import { daysOf, latestRetention } from "../../database/queries/settings.ts";
import { newId } from "../../database/statements/new-id.ts";
import { assignPositions } from "../../database/writes/event-positions.ts";
import { countMissing, countUndelivered, queueMissing, queueUndelivered } from "../../database/writes/outbox-queue.ts";
import { AppError } from "../../errors.ts";
import {
  type EndpointContext,
  lockEndpoint,
  recordEndpoint,
  refuseUnlessAdmin,
} from "../endpoints/endpoint-changes.ts";

const dayMs = 24 * 3_600_000;

/** How many it would send now. Reads only. */
export async function countResend(ctx: EndpointContext, input: ResendInput): Promise<{ count: number }> {
  refuseUnlessAdmin(ctx);
  await refuseTooEarly(ctx, ctx.db, input);
  const resend = { receiverId: input.endpointId, since: new Date(input.since) };
  return { count: await (input.kind === "failed" ? countUndelivered : countMissing)(ctx.db, resend) };
}

/**
 * Messages of a subscription keep their order. Those of missing events follow the waiting ones, so a product must
 * follow the `subscription` in them, as always.
 * @returns how many are sent
 * @throws AppError `Forbidden` unless admin, `NotFound`, `Invalid` for a time whose messages are deleted, `Conflict`
 * if there are more than were counted
 */
export async function resendMessages(
  ctx: EndpointContext,
  tools: { wake: () => void },
  input: ResendAllInput,
): Promise<{ count: number }> {
  refuseUnlessAdmin(ctx);
  await refuseTooEarly(ctx, ctx.db, input);
  if (input.kind === "missing") await assignPositions(ctx.db, { isAll: true });
  const count = await ctx.db.transaction(async (tx) => {
    const { endpoint } = await lockEndpoint(tx, input.endpointId);
    const resend = {
      receiverId: input.endpointId,
      since: new Date(input.since),
      resendId: newId(ctx.now()),
      max: input.maxCount + 1,
    };
    const queued = await (input.kind === "failed" ? queueUndelivered : queueMissing)(tx, resend);
    if (queued > input.maxCount) {
      throw new AppError(
        "Conflict",
        `There are now more than the ${input.maxCount} messages that were counted. Nothing was sent; count again.`,
      );
    }
    if (queued === 0) throw new AppError("NotAllowedNow", "There is nothing left to send again. Nothing was changed.");
    await recordEndpoint(ctx, tx, {
      kind: "message.many_resent",
      summary: `Messages to “${endpoint.name}” sent again`,
      after: { endpoint: endpoint.name, messages: queued, which: input.kind, since: input.since },
    });
    return queued;
  });
  tools.wake();
  return { count };
}

/** Messages that were delivered and have been deleted since would count as missing. */
async function refuseTooEarly(ctx: EndpointContext, db: Executor, { since }: ResendInput): Promise<void> {
  const { messages } = daysOf(await latestRetention(db));
  if (messages === null || Date.parse(since) >= ctx.now().getTime() - messages * dayMs) return;
  const why = `Messages are kept for ${retentionInWords(messages)}. Choose a later time.`;
  throw new AppError("Invalid", why, { fields: { since: [why] } });
}
