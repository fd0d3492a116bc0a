/** Comparing our record with Microsoft's. */
import { startReconcile } from "../commands/reconcile.ts";
import { listReconcileRuns } from "../database/reconcile-queries.ts";
import { operatorProcedure, router, viewerProcedure } from "./init.ts";

export const reconcileRouter = router({
  runs: viewerProcedure.query(({ ctx }) => listReconcileRuns(ctx.db)),
  start: operatorProcedure.mutation(({ ctx }) => startReconcile(ctx.command)),
});
