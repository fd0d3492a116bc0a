/** Changes of many subscriptions: the dry run, its start, and how far it has got. */
import { bulkRowFilters, bulkRunFilters, bulkRunInput, planBulkInput, startBulkInput } from "../../shared/bulk.ts";
import { planBulk } from "../commands/bulk/plan-bulk.ts";
import { retryBulk, startBulk, stopBulk } from "../commands/bulk/steer-bulk.ts";
import { findBulkRun, listBulkRows, listBulkRuns } from "../database/queries/bulk-runs.ts";
import { bulkTitle } from "../domain/bulk.ts";
import { AppError } from "../errors.ts";
import { operatorProcedure, requireFreshSignIn, router, viewerProcedure } from "./init.ts";

export const bulkRouter = router({
  list: viewerProcedure
    .input(bulkRunFilters)
    .query(({ ctx, input }) => listBulkRuns(ctx.db, ctx.staff.id, input, bulkTitle)),
  get: viewerProcedure.input(bulkRunInput).query(async ({ ctx, input }) => {
    const run = await findBulkRun(ctx.db, input.id, ctx.staff.id, bulkTitle);
    if (!run) throw new AppError("NotFound", "There is no bulk run with this id.");
    return run;
  }),
  rows: viewerProcedure.input(bulkRowFilters).query(({ ctx, input }) => listBulkRows(ctx.db, input)),

  /** The dry run: changes no subscription. */
  plan: operatorProcedure.input(planBulkInput).mutation(({ ctx, input }) => planBulk(ctx.command, input)),
  start: operatorProcedure.input(startBulkInput).mutation(async ({ ctx, input }) => {
    // Only cancellations are confirmed in words, and none begins without.
    if (input.confirmation !== undefined) await requireFreshSignIn(ctx, "operator");
    return startBulk(ctx.command, input);
  }),
  stop: operatorProcedure.input(bulkRunInput).mutation(({ ctx, input }) => stopBulk(ctx.command, input)),
  retry: operatorProcedure.input(bulkRunInput).mutation(({ ctx, input }) => retryBulk(ctx.command, input)),
});
