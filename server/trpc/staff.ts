/** Staff and their access. */
import { handOverInput, staffAccessInput } from "../../shared/inputs/staff.ts";
import { disableStaff, enableStaff } from "../commands/settings/disable-staff.ts";
import { handOver } from "../commands/settings/hand-over.ts";
import { listStaff } from "../database/queries/staff.ts";
import { dangerousAdminProcedure, adminProcedure, router } from "./init.ts";

export const staffRouter = router({
  list: adminProcedure.query(({ ctx }) => listStaff(ctx.db, ctx.staff.id)),

  disable: dangerousAdminProcedure.input(staffAccessInput).mutation(async ({ ctx, input }) => {
    await disableStaff(ctx.command, input);
    return { ok: true as const };
  }),

  handOver: adminProcedure.input(handOverInput).mutation(({ ctx, input }) => handOver(ctx.command, input)),

  enable: dangerousAdminProcedure.input(staffAccessInput).mutation(({ ctx, input }) => enableStaff(ctx.command, input)),
});
