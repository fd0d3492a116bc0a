/** Outcomes of changes whose response was lost. */
import { z } from "zod";
import type { SubmissionView } from "../../shared/views/submissions.ts";
import { settleSubmission } from "../database/writes/submissions.ts";
import { router, viewerProcedure } from "./init.ts";

/** Longer than any procedure takes: a submission without an outcome by then was interrupted. */
const interruptedAfterMs = 120_000;

export const submissionsRouter = router({
  /** A mutation, because asking withdraws a submission that has not arrived. */
  settle: viewerProcedure
    .input(z.strictObject({ id: z.uuid() }))
    .mutation(async ({ ctx, input }): Promise<SubmissionView> => {
      const now = ctx.now();
      const { outcome, message, receivedAt } = await settleSubmission(
        ctx.db,
        { actorId: ctx.staff.id, id: input.id },
        now,
      );
      if (outcome === null) {
        return { state: now.getTime() - receivedAt.getTime() > interruptedAfterMs ? "interrupted" : "running" };
      }
      return outcome === "refused" || outcome === "failed"
        ? { state: outcome, message: message ?? "" }
        : { state: outcome };
    }),
});
