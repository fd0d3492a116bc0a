/** Reason codes. */
import { addReasonCodeInput, reasonCodeInput } from "../../shared/inputs.ts";
import { addReasonCode, restoreReasonCode, retireReasonCode } from "../commands/reason-codes.ts";
import { listReasonCodes } from "../database/reason-code-queries.ts";
import { adminProcedure, router, viewerProcedure } from "./init.ts";

export const reasonsRouter = router({
  list: viewerProcedure.query(({ ctx }) => listReasonCodes(ctx.db)),
  add: adminProcedure.input(addReasonCodeInput).mutation(({ ctx, input }) => addReasonCode(ctx.command, input)),

  retire: adminProcedure.input(reasonCodeInput).mutation(async ({ ctx, input }) => {
    await retireReasonCode(ctx.command, input);
    return { ok: true as const };
  }),

  restore: adminProcedure.input(reasonCodeInput).mutation(async ({ ctx, input }) => {
    await restoreReasonCode(ctx.command, input);
    return { ok: true as const };
  }),
});
