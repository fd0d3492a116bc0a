/** Get Operation: what Microsoft says of an operation, and what it means when it says nothing. */
import type { Context } from "../../context.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import type { MarketplaceOperation } from "../../marketplace/types.ts";
import type { Operation } from "./operation-run.ts";

type FetchedOperation =
  | { said: MarketplaceOperation; error: null }
  /** `isUnknown`: Microsoft does not know it. Else it did not answer, refused, or answered with nothing that can be read. */
  | { said: null; isUnknown: boolean; error: MarketplaceError };

/** @throws MarketplaceError while Microsoft throttles or is away, which says nothing about the operation */
export async function fetchOperation(
  ctx: Context,
  operation: Operation,
  deadlineMs?: number,
): Promise<FetchedOperation> {
  try {
    const said = await ctx.marketplace.getOperation(operation.subscriptionId, idAtMicrosoft(operation), {
      correlationId: operation.id,
      ...(deadlineMs !== undefined && { deadlineMs: Math.min(deadlineMs, maxDeadlineMs) }),
    });
    return { said, error: null };
  } catch (error) {
    if (!(error instanceof MarketplaceError) || error.isDeferred || error.status === 429) throw error;
    return { said: null, isUnknown: error.isNotFound, error };
  }
}

const maxDeadlineMs = 8_000;

export function idAtMicrosoft(operation: Operation): string {
  if (operation.marketplaceId === null) throw new Error(`operation ${operation.id} has no id at Microsoft`);
  return operation.marketplaceId;
}

/** Why a webhook and Microsoft's operation do not fit together, as a sentence; null when they do. */
export function mismatchOf(operation: Operation, said: MarketplaceOperation): string | null {
  const isSame =
    said.subscriptionId === operation.subscriptionId && (said.action === "" || said.action === operation.action);
  return isSame
    ? null
    : `The webhook named ${operation.action} of ${operation.subscriptionId}; Microsoft's operation is ${said.action} of ${said.subscriptionId}. Nothing was applied.`;
}
