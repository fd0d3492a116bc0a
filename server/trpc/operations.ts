/** Operations, ours and Microsoft's. */
import { z } from "zod";
import { maxRows, operationFilters, rowsInput } from "../../shared/filters.ts";
import { answerOperationInput, replayInput, skipInput, tryAgainInput } from "../../shared/inputs/operations.ts";
import { answerOperation } from "../commands/operations/answer-operation.ts";
import { dryRunOperation, replayOperation, skipOperation } from "../commands/operations/replay-operation.ts";
import { retryOperation } from "../commands/operations/retry-operation.ts";
import { tryAgain } from "../commands/operations/try-again.ts";
import { findRequestedPlan, listChangesToAnswer } from "../database/queries/changes-to-answer.ts";
import { listOperations, operationsById } from "../database/queries/operations.ts";
import { resolveOwnerMe } from "../database/queries/subscription-filter.ts";
import { findTrace } from "../database/queries/trace.ts";
import { entryOfTarget } from "../domain/plan-price.ts";
import { AppError } from "../errors.ts";
import type { ChangesToAnswerView } from "../../shared/views/changes-to-answer.ts";
import type { PriceView } from "../../shared/views/subscriptions.ts";
import { operatorProcedure, router, viewerProcedure } from "./init.ts";
import { priceView } from "./price-view.ts";
import { shareAnswer } from "./shared-answers.ts";

const byId = z.strictObject({ id: z.uuid() });

/** Microsoft waits ten seconds for the answer, so a price that arrives later does not help. */
const askedPriceDeadlineMs = 3_000;

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

  /** Changes that wait for an answer of staff. */
  asked: viewerProcedure.query(({ ctx }): Promise<ChangesToAnswerView> =>
    shareAnswer(ctx.db, "operations.asked", async () => {
      const asked = await listChangesToAnswer(ctx.db, ctx.now());
      const changes = asked.map(({ price, ...change }) => ({ ...change, price: price && priceView(price) }));
      // Read last, so that pages can set their clocks by it.
      return { now: ctx.now().toISOString(), changes };
    }),
  ),

  /** The price of the plan that a customer wants; null if unknown. Calls Microsoft and writes nothing. */
  askedPrice: viewerProcedure.input(byId).query(({ ctx, input }): Promise<PriceView | null> =>
    shareAnswer(ctx.db, `operations.askedPrice ${input.id}`, async () => {
      const wanted = await findRequestedPlan(ctx.db, input.id);
      if (!wanted) return null;
      const { subscriptionId, planId, termUnit } = wanted;
      const plans = await ctx.marketplace.listAvailablePlans(subscriptionId, { deadlineMs: askedPriceDeadlineMs });
      const plan = plans.find((one) => one.planId === planId);
      const entry = plan && entryOfTarget(plan, termUnit);
      return entry ? priceView(entry) : null;
    }),
  ),

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
