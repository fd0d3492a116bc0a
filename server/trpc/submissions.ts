/** What became of changes whose answer was lost. */
import { z } from "zod";
import type { SubmissionView } from "../../shared/views/submissions.ts";
import { settleSubmission } from "../database/writes/submissions.ts";
import { router, viewerProcedure } from "./init.ts";

/** No procedure works so long: what has not ended by then was cut off. */
const interruptedAfterMs = 120_000;

export const submissionsRouter = router({
  /** A mutation, because a submission that has not arrived is withdrawn by asking. */
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
