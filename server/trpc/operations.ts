/** Operations, ours and Microsoft's. */
import { z } from "zod";
import { maxRows, operationFilters, rowsInput } from "../../shared/filters.ts";
import { answerOperationInput, replayInput, skipInput, tryAgainInput } from "../../shared/inputs.ts";
import { answerOperation } from "../commands/operations/answer-operation.ts";
import { dryRunOperation, replayOperation, skipOperation } from "../commands/operations/replay-operation.ts";
import { retryOperation } from "../commands/operations/retry-operation.ts";
import { tryAgain } from "../commands/operations/try-again.ts";
import { listOperations, operationsById } from "../database/queries/operations.ts";
import { resolveOwnerMe } from "../database/queries/subscription-filter.ts";
import { findTrace } from "../database/queries/trace.ts";
import { AppError } from "../errors.ts";
import { operatorProcedure, router, viewerProcedure } from "./init.ts";

const byId = z.strictObject({ id: z.uuid() });

export const operationsRouter = router({
  list: viewerProcedure
    .input(operationFilters)
    .query(({ ctx, input }) => listOperations(ctx.db, resolveOwnerMe(ctx.staff.id, input))),
  /** The current state of some rows of the list. */
  rows: viewerProcedure
    .input(rowsInput.extend({ ids: z.array(z.uuid()).min(1).max(maxRows) }))
    .query(({ ctx, input }) => operationsById(ctx.db, input.ids)),

  trace: viewerProcedure.input(byId).query(async ({ ctx, input }) => {
    const trace = await findTrace(ctx.db, input.id);
    if (!trace) throw new AppError("NotFound", "There is no operation with this ID.");
    return trace;
  }),

  /** Calls Microsoft and writes nothing. */
  dryRun: operatorProcedure
    .input(byId)
    .query(({ ctx, input }) => dryRunOperation(ctx.command, { operationId: input.id })),

  replay: operatorProcedure.input(replayInput).mutation(async ({ ctx, input }) => {
    await replayOperation(ctx.command, input);
    return { ok: true as const };
  }),

  answer: operatorProcedure.input(answerOperationInput).mutation(async ({ ctx, input }) => {
    await answerOperation(ctx.command, input);
    return { ok: true as const };
  }),

  skip: operatorProcedure.input(skipInput).mutation(async ({ ctx, input }) => {
    await skipOperation(ctx.command, input);
    return { ok: true as const };
  }),

  tryAgain: operatorProcedure.input(tryAgainInput).mutation(({ ctx, input }) => tryAgain(ctx.command, input)),

  retry: operatorProcedure.input(byId).mutation(async ({ ctx, input }) => {
    await retryOperation(ctx.command, { operationId: input.id });
    return { ok: true as const };
  }),
});
