/** Operations, ours and Microsoft's. */
import { z } from "zod";
import { operationFilters } from "../../shared/filters.ts";
import { retryStuck } from "../commands/request-change.ts";
import { listOperations } from "../database/operation-queries.ts";
import { AppError } from "../errors.ts";
import { operatorProcedure, router, viewerProcedure } from "./init.ts";

export const operationsRouter = router({
  list: viewerProcedure.input(operationFilters).query(({ ctx, input }) => listOperations(ctx.db, input)),

  retry: operatorProcedure.input(z.strictObject({ id: z.uuid() })).mutation(async ({ ctx, input }) => {
    const revived = await ctx.db.transaction((tx) => retryStuck(tx, [input.id], ctx.now()));
    if (revived === 0)
      throw new AppError("NotFound", "This operation is settled already, or there is none with this id.");
    return { ok: true as const };
  }),
});
