/** Planned changes of subscriptions. */
import { plannedChangeFilters, plannedChangeInput, planChangeInput } from "../../shared/planned-changes.ts";
import { planChange } from "../commands/planned-changes/plan-change.ts";
import { dismissPlannedChange, undoPlannedChange } from "../commands/planned-changes/undo-planned-change.ts";
import { listPlanned } from "../database/queries/planned-changes.ts";
import { operatorProcedure, router, viewerProcedure } from "./init.ts";

export const plannedChangesRouter = router({
  list: viewerProcedure.input(plannedChangeFilters).query(({ ctx, input }) => listPlanned(ctx.db, input)),

  plan: operatorProcedure.input(planChangeInput).mutation(({ ctx, input }) => planChange(ctx.command, input)),

  undo: operatorProcedure.input(plannedChangeInput).mutation(async ({ ctx, input }) => {
    await undoPlannedChange(ctx.command, input);
    return { ok: true as const };
  }),

  dismiss: operatorProcedure.input(plannedChangeInput).mutation(async ({ ctx, input }) => {
    await dismissPlannedChange(ctx.command, input);
    return { ok: true as const };
  }),
});
