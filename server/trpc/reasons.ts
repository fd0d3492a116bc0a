/** Reason codes. */
import { addReasonCodeInput, reasonCodeInput } from "../../shared/inputs/settings.ts";
import { addReasonCode, restoreReasonCode, archiveReasonCode } from "../commands/settings/reason-codes.ts";
import { listReasonCodes } from "../database/queries/reason-codes.ts";
import { adminProcedure, router, viewerProcedure } from "./init.ts";

export const reasonsRouter = router({
  list: viewerProcedure.query(({ ctx }) => listReasonCodes(ctx.db)),
  add: adminProcedure.input(addReasonCodeInput).mutation(({ ctx, input }) => addReasonCode(ctx.command, input)),

  archive: adminProcedure.input(reasonCodeInput).mutation(async ({ ctx, input }) => {
    await archiveReasonCode(ctx.command, input);
    return { ok: true as const };
  }),

  restore: adminProcedure.input(reasonCodeInput).mutation(async ({ ctx, input }) => {
    await restoreReasonCode(ctx.command, input);
    return { ok: true as const };
  }),
});
