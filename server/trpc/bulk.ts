/** Bulk actions: the dry run, its start and its progress. */
import { bulkRowFilters, bulkRunFilters, bulkRunInput, planBulkInput, startBulkInput } from "../../shared/bulk.ts";
import { planBulk } from "../commands/bulk/plan-bulk.ts";
import { retryBulk, startBulk, stopBulk } from "../commands/bulk/steer-bulk.ts";
import { findBulkRun, listBulkRows, listBulkRuns } from "../database/queries/bulk-runs.ts";
import { bulkTitle } from "../domain/bulk.ts";
import { AppError } from "../errors.ts";
import { operatorProcedure, requireFreshSignIn, router, viewerProcedure } from "./init.ts";
import { todayOf } from "./trpc-context.ts";

/** A bulk cancellation is started and retried with a typed confirmation, and then needs a fresh sign-in. */
const confirmedProcedure = operatorProcedure.input(startBulkInput).use(async ({ ctx, input, next }) => {
  if (input.confirmation !== undefined) await requireFreshSignIn(ctx, "operator");
  return next();
});

export const bulkRouter = router({
  list: viewerProcedure
    .input(bulkRunFilters)
    .query(({ ctx, input }) => listBulkRuns(ctx.db, ctx.staff.id, input, bulkTitle)),
  get: viewerProcedure.input(bulkRunInput).query(async ({ ctx, input }) => {
    const run = await findBulkRun(ctx.db, input.id, ctx.staff.id, bulkTitle);
    if (!run) throw new AppError("NotFound", "There is no bulk action with this ID.");
    return run;
  }),
  rows: viewerProcedure.input(bulkRowFilters).query(({ ctx, input }) => listBulkRows(ctx.db, input)),

  /** The dry run; changes no subscription. */
  plan: operatorProcedure.input(planBulkInput).mutation(({ ctx, input }) => planBulk(ctx.command, input, todayOf(ctx))),
  start: confirmedProcedure.mutation(({ ctx, input }) => startBulk(ctx.command, input)),
  stop: operatorProcedure.input(bulkRunInput).mutation(({ ctx, input }) => stopBulk(ctx.command, input)),
  retry: confirmedProcedure.mutation(({ ctx, input }) => retryBulk(ctx.command, input)),
});
