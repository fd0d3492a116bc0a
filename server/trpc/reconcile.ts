/** Reconciliation with Microsoft. */
import { differenceFilters } from "../../shared/filters.ts";
import type { ReconcileStatusView } from "../../shared/views/reconcile.ts";
import { nextReconcileAt, startReconcile } from "../commands/reconcile/reconcile.ts";
import { currentRuns, listDifferences, listReconcileRuns } from "../database/queries/reconcile.ts";
import { operatorProcedure, router, viewerProcedure } from "./init.ts";

export const reconcileRouter = router({
  runs: viewerProcedure.query(({ ctx }) => listReconcileRuns(ctx.db)),
  status: viewerProcedure.query(async ({ ctx }): Promise<ReconcileStatusView> => ({
    ...(await currentRuns(ctx.db)),
    nextAt: nextReconcileAt(ctx.now()).toISOString(),
  })),
  differences: viewerProcedure.input(differenceFilters).query(({ ctx, input }) => listDifferences(ctx.db, input)),
  start: operatorProcedure.mutation(({ ctx }) => startReconcile(ctx.command)),
});
