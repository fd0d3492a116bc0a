/** Staff retry a stuck operation. */
import { and, eq, ne } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { operations } from "../../database/schema/operations.ts";
import { describeOperation } from "../../domain/operation.ts";
import { AppError } from "../../errors.ts";
import { retryStuck } from "../subscriptions/request-change.ts";

/** @throws AppError `NotFound` if the operation is settled or unknown */
export async function retryOperation(
  ctx: Context,
  { operationId, reason = null }: { operationId: string; reason?: string | null },
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const [operation] = await tx
      .select()
      .from(operations)
      .where(and(eq(operations.id, operationId), ne(operations.stage, "settled")))
      .for("update");
    if (!operation) {
      throw new AppError(
        "NotFound",
        "This operation has already been completed, or there is no operation with this ID.",
      );
    }
    const now = ctx.now();
    await retryStuck(tx, [operationId], now);
    const { subscriptionId, attempts, lastError } = operation;
    await record(tx, ctx.actor, now, [
      {
        subscriptionId,
        operationId,
        kind: "operation.retried",
        summary: `${describeOperation(operation)} retried`,
        before: { attempts, lastError },
        reason,
      },
    ]);
    await announce(tx, [{ topic: "operation", subscriptionId }]);
  });
}
