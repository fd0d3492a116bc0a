/** Metered usage: its hours, decisions about them, and what plans include. */
import { decideUsageInput, setIncludedInput, usageFilters, usageSettingsInput } from "../../shared/usage-inputs.ts";
import { decideUsage } from "../commands/usage/decide-usage.ts";
import { setIncluded, setUsageSettings } from "../commands/usage/usage-policies.ts";
import { dimensionViews, listUsage, usageStatus } from "../database/queries/usage-slots.ts";
import { adminProcedure, operatorProcedure, router, viewerProcedure } from "./init.ts";

const ok = { ok: true as const };

export const usageRouter = router({
  list: viewerProcedure.input(usageFilters).query(({ ctx, input }) => listUsage(ctx.db, input)),
  status: viewerProcedure.query(({ ctx }) => usageStatus(ctx.db)),
  dimensions: viewerProcedure.query(({ ctx }) => dimensionViews(ctx.db)),
  decide: operatorProcedure.input(decideUsageInput).mutation(async ({ ctx, input }) => {
    await decideUsage(ctx.command, input);
    return ok;
  }),
  setIncluded: adminProcedure.input(setIncludedInput).mutation(async ({ ctx, input }) => {
    await setIncluded(ctx.command, input);
    return ok;
  }),
  setSettings: adminProcedure.input(usageSettingsInput).mutation(async ({ ctx, input }) => {
    await setUsageSettings(ctx.command, input);
    return ok;
  }),
});
