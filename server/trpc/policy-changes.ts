/** Changes of protective policies that wait for a second admin. */
import { declinePolicyChangeInput, policyChangeInput } from "../../shared/inputs/policies.ts";
import {
  approvePolicyChange,
  declinePolicyChange,
  withdrawPolicyChange,
} from "../commands/policies/decide-policy-change.ts";
import { listPolicyChanges } from "../database/queries/policy-changes.ts";
import { dangerousAdminProcedure, adminProcedure, router, viewerProcedure } from "./init.ts";

const done = { ok: true } as const;

export const policyChangesRouter = router({
  list: viewerProcedure.query(({ ctx }) => listPolicyChanges(ctx.db, ctx.staff.id)),

  approve: dangerousAdminProcedure.input(policyChangeInput).mutation(async ({ ctx, input }) => {
    await approvePolicyChange(ctx.command, input);
    return done;
  }),

  decline: adminProcedure.input(declinePolicyChangeInput).mutation(async ({ ctx, input }) => {
    await declinePolicyChange(ctx.command, input);
    return done;
  }),

  withdraw: adminProcedure.input(policyChangeInput).mutation(async ({ ctx, input }) => {
    await withdrawPolicyChange(ctx.command, input);
    return done;
  }),
});
