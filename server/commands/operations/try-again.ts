/** Staff retry or replay several operations, each as if it were the only one. */
import { eq } from "drizzle-orm";
import type { TryAgainInput } from "../../../shared/inputs/operations.ts";
import { tryAgainMode } from "../../../shared/try-again.ts";
import type { Context } from "../../context.ts";
import { operations } from "../../database/schema/operations.ts";
import { AppError } from "../../errors.ts";
import { replayOperation } from "./replay-operation.ts";
import { retryOperation } from "./retry-operation.ts";

export type TryAgainResult = {
  retried: number;
  replayed: number;
  refused: { operationId: string; blockedReason: string }[];
};

/** An operation that cannot be tried again does not stop the others. */
export async function tryAgain(ctx: Context, { operationIds, reason }: TryAgainInput): Promise<TryAgainResult> {
  const done: TryAgainResult = { retried: 0, replayed: 0, refused: [] };
  for (const operationId of new Set(operationIds)) {
    try {
      const mode = await tryOne(ctx, operationId, reason);
      done[mode === "retry" ? "retried" : "replayed"] += 1;
    } catch (error) {
      done.refused.push({ operationId, blockedReason: failureText(ctx, operationId, error) });
    }
  }
  return done;
}

function failureText(ctx: Context, operationId: string, error: unknown): string {
  if (error instanceof AppError) return error.message;
  ctx.log.error({ err: error, operation: operationId }, "an operation could not be tried again");
  return "Marketdesk had an internal error. Check this operation, then try again.";
}

async function tryOne(ctx: Context, operationId: string, reason: string) {
  const [operation] = await ctx.db
    .select({ stage: operations.stage, source: operations.source, marketplaceId: operations.marketplaceId })
    .from(operations)
    .where(eq(operations.id, operationId));
  if (!operation) throw new AppError("NotFound", "There is no operation with this ID.");
  const { mode, blockedReason } = tryAgainMode(operation);
  if (mode === null) throw new AppError("NotAllowedNow", blockedReason);
  await (mode === "retry"
    ? retryOperation(ctx, { operationId, reason })
    : replayOperation(ctx, { operationId, reason }));
  return mode;
}
