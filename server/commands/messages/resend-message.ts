/** Sends one message again, with the same id. */
import { eq } from "drizzle-orm";
import type { MessageInput } from "../../../shared/inputs/outbox.ts";
import { testType } from "../../../shared/outbox.ts";
import { announce, record } from "../../database/record/record.ts";
import { outboxMessages as m } from "../../database/schema/outbox.ts";
import { queueMessages } from "../../database/writes/outbox-queue.ts";
import { AppError } from "../../errors.ts";
import { type EndpointContext, lockEndpoint, refuseUnlessAdmin } from "../endpoints/endpoint-changes.ts";

/**
 * It is due immediately, unless its receiver is paused. Until it is delivered, later messages of its subscription
 * wait.
 * @throws AppError `Forbidden` unless admin, `NotFound`, `NotAllowedNow` if it waits already or is a test
 */
export async function resendMessage(
  ctx: EndpointContext,
  tools: { wake: () => void },
  { id }: MessageInput,
): Promise<void> {
  refuseUnlessAdmin(ctx);
  await ctx.db.transaction(async (tx) => {
    const [found] = await tx.select({ receiverId: m.receiverId }).from(m).where(eq(m.id, id));
    if (!found) throw new AppError("NotFound", "There is no message with this ID. It may have been deleted.");
    const { endpoint } = await lockEndpoint(tx, found.receiverId);
    const [message] = await tx.select().from(m).where(eq(m.id, id)).for("update");
    if (!message) throw new AppError("NotFound", "There is no message with this ID. It may have been deleted.");
    if (message.type === testType) {
      throw new AppError("NotAllowedNow", "Test messages are not sent again. Send a new test message instead.");
    }
    if (message.state === "waiting") throw new AppError("NotAllowedNow", "This message is already waiting to be sent.");
    await queueMessages(tx, [id], null);
    await record(tx, ctx.actor, ctx.now(), [
      {
        kind: "message.resent",
        summary: `Message to “${endpoint.name}” sent again`,
        after: { endpoint: endpoint.name, type: message.type, messageId: message.messageId },
      },
    ]);
    await announce(tx, [{ topic: "message", subscriptionId: null }]);
  });
  tools.wake();
}
