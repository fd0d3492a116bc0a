/** Cancellations that need a second person's approval. */
import { approveCancelInput, declineCancelInput, withdrawCancelInput } from "../../shared/inputs/cancellations.ts";
import { setCancelPolicyInput } from "../../shared/inputs/policies.ts";
import {
  approveCancellation,
  declineCancellation,
  withdrawCancellation,
} from "../commands/subscriptions/decide-cancellation.ts";
import { setCancelPolicy } from "../commands/settings/set-cancel-policy.ts";
import { readCancelPolicy } from "../database/queries/cancellations.ts";
import {
  dangerousOperatorProcedure,
  dangerousAdminProcedure,
  operatorProcedure,
  router,
  viewerProcedure,
} from "./init.ts";

export const cancellationsRouter = router({
  policy: viewerProcedure.query(({ ctx }) => readCancelPolicy(ctx.db)),

  setPolicy: dangerousAdminProcedure
    .input(setCancelPolicyInput)
    .mutation(({ ctx, input }) => setCancelPolicy(ctx.command, input)),

  approve: dangerousOperatorProcedure
    .input(approveCancelInput)
    .mutation(({ ctx, input }) => approveCancellation(ctx.command, input)),

  decline: operatorProcedure.input(declineCancelInput).mutation(async ({ ctx, input }) => {
    await declineCancellation(ctx.command, input);
    return { ok: true as const };
  }),

  withdraw: operatorProcedure.input(withdrawCancelInput).mutation(async ({ ctx, input }) => {
    await withdrawCancellation(ctx.command, input);
    return { ok: true as const };
  }),
});
