/** Ends planned changes whose operation at Microsoft has ended. */
import { type JobContext, marketdesk, batchSize, withoutStoppingOthers, factsOf } from "./planned-run.ts";
import { and, eq } from "drizzle-orm";
import { operations } from "../../database/schema/operations.ts";
import { plannedChanges } from "../../database/schema/planned-changes.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { alreadyDoneReason } from "../../domain/planned-change.ts";
import { rebaseLaterChanges, endPlanned } from "./planned-rows.ts";

export async function endSettledChanges(ctx: JobContext): Promise<void> {
  const settled = await ctx.db
    .select({
      id: plannedChanges.id,
      outcome: operations.outcome,
      lastError: operations.lastError,
      subscription: subscriptions,
    })
    .from(plannedChanges)
    .innerJoin(operations, eq(operations.id, plannedChanges.operationId))
    .innerJoin(subscriptions, eq(subscriptions.id, plannedChanges.subscriptionId))
    .where(and(eq(plannedChanges.state, "requested"), eq(operations.stage, "settled")))
    .limit(batchSize);
  for (const { id, outcome, lastError, subscription } of settled) {
    await withoutStoppingOthers(ctx, id, () =>
      ctx.db.transaction(async (tx) => {
        const [row] = await tx
          .select()
          .from(plannedChanges)
          .where(and(eq(plannedChanges.id, id), eq(plannedChanges.state, "requested")))
          .for("update", { skipLocked: true });
        if (!row) return false;
        // A conflict: the value was already set, or a newer change replaced this one.
        const isDone =
          outcome === "succeeded" || (outcome === "conflict" && alreadyDoneReason(row, factsOf(subscription)) !== null);
        const problem = isDone ? null : (lastError ?? "Microsoft did not make this change.");
        await endPlanned(tx, marketdesk, ctx.now(), row, { state: isDone ? "completed" : "failed", problem });
        if (isDone) await rebaseLaterChanges(tx, row);
        return true;
      }),
    );
  }
}
