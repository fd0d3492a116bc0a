/** Messages that leave Marketdesk. */
import { messageFilters, messageInput } from "../../shared/inputs/outbox.ts";
import { resendMessage } from "../commands/messages/resend-message.ts";
import { stopMessage } from "../commands/messages/stop-messages.ts";
import { findMessage, listMessages } from "../database/queries/messages.ts";
import { AppError } from "../errors.ts";
import { adminProcedure, router } from "./init.ts";

const ok = { ok: true as const };

export const messagesRouter = router({
  list: adminProcedure.input(messageFilters).query(({ ctx, input }) => listMessages(ctx.db, input)),
  get: adminProcedure.input(messageInput).query(async ({ ctx, input }) => {
    const found = await findMessage(ctx.db, input.id);
    if (found) return found;
    throw new AppError("NotFound", "There is no message with this ID. It may have been deleted after its retention.");
  }),
  resend: adminProcedure.input(messageInput).mutation(async ({ ctx, input }) => {
    await resendMessage(ctx.command, ctx.endpointTools, input);
    return ok;
  }),
  stop: adminProcedure.input(messageInput).mutation(async ({ ctx, input }) => {
    await stopMessage(ctx.command, ctx.endpointTools, input);
    return ok;
  }),
});
