/** Metered usage: its hours, decisions about them, and what plans include. */
import { z } from "zod";
import type { TermUsage, UsageFileView, UsageProof } from "../../shared/views/usage.ts";
import {
  checkUsageFileInput,
  decideUsageInput,
  enterUsageInput,
  holdPreviewInput,
  setIncludedInput,
  termUsageInput,
  uploadUsageFileInput,
  usageFilters,
  usageSettingsInput,
} from "../../shared/inputs/usage.ts";
import { checkUsageFile, enterUsage, uploadUsageFile } from "../commands/usage/report-by-staff.ts";
import { decideUsage } from "../commands/usage/decide-usage.ts";
import { previewHolds } from "../commands/usage/preview-holds.ts";
import { setIncluded, setUsageSettings } from "../commands/usage/set-usage-settings.ts";
import { usageComparison } from "../database/queries/usage-days.ts";
import { usageProof } from "../database/queries/usage-proof.ts";
import { dimensionViews, listUsage, usageStatus } from "../database/queries/usage-slots.ts";
import { usageOfCustomer, usageOfTerm } from "../database/queries/term-usage.ts";
import { AppError } from "../errors.ts";
import { adminProcedure, operatorProcedure, router, viewerProcedure } from "./init.ts";
import type { TrpcContext } from "./trpc-context.ts";

const ok = { ok: true as const };
const byId = z.strictObject({ id: z.string().min(1).max(200) });
/** Hours and terms follow Microsoft's clock. */
const timeOf = ({ marketplaceNow, now }: Pick<TrpcContext, "marketplaceNow" | "now">) => (marketplaceNow ?? now)();

export const usageRouter = router({
  list: viewerProcedure.input(usageFilters).query(({ ctx, input }) => listUsage(ctx.db, input, timeOf(ctx))),
  ofSubscription: viewerProcedure.input(termUsageInput).query(async ({ ctx, input }): Promise<TermUsage> => {
    const found = await usageOfTerm(ctx.db, input.id, input.term ?? null, timeOf(ctx));
    if (!found) throw new AppError("NotFound", "There is no subscription with this ID.");
    return found;
  }),
  ofCustomer: viewerProcedure
    .input(byId)
    .query(({ ctx, input }): Promise<TermUsage[]> => usageOfCustomer(ctx.db, input.id, timeOf(ctx))),
  status: viewerProcedure.query(({ ctx }) => usageStatus(ctx.db)),
  /** How the billed quantity of an hour was computed. */
  proof: viewerProcedure.input(z.strictObject({ id: z.uuid() })).query(async ({ ctx, input }): Promise<UsageProof> => {
    const found = await usageProof(ctx.db, input.id);
    if (!found) throw new AppError("NotFound", "There is no usage with this ID.");
    return found;
  }),
  /** The hours that a factor would have held, before it is saved. */
  previewHolds: adminProcedure
    .input(holdPreviewInput)
    .query(({ ctx, input }) => previewHolds(ctx.slowDb, input.holdFactor, timeOf(ctx))),
  comparison: viewerProcedure.query(({ ctx }) => usageComparison(ctx.db)),
  dimensions: viewerProcedure.query(({ ctx }) => dimensionViews(ctx.db)),
  /** Checks the file and stores nothing. */
  checkFile: operatorProcedure.input(checkUsageFileInput).mutation(async ({ ctx, input }): Promise<UsageFileView> => ({
    lines: await checkUsageFile(ctx.command, input.text),
  })),
  uploadFile: operatorProcedure
    .input(uploadUsageFileInput)
    .mutation(async ({ ctx, input }): Promise<UsageFileView> => ({ lines: await uploadUsageFile(ctx.command, input) })),
  enter: operatorProcedure.input(enterUsageInput).mutation(async ({ ctx, input }) => {
    await enterUsage(ctx.command, input);
    return ok;
  }),
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
