/** Get Operation: what Microsoft reports about an operation, and what a failure means. */
import type { Context } from "../../context.ts";
import { MarketplaceError, noFacts } from "../../marketplace/errors.ts";
import type { MarketplaceOperation } from "../../marketplace/types.ts";
import type { Operation } from "./operation-run.ts";

type FetchedOperation =
  | { incoming: MarketplaceOperation; error: null }
  /** `isUnknown`: Microsoft does not know it. Otherwise no response, a refusal, or an unreadable response. */
  | { incoming: null; isUnknown: boolean; error: MarketplaceError };

/**
 * @param answerTimeLeftMs while Microsoft waits for our answer
 * @throws MarketplaceError if Microsoft throttles or is unavailable, which says nothing about the operation
 */
export async function fetchOperation(
  ctx: Context,
  operation: Operation,
  answerTimeLeftMs?: number,
): Promise<FetchedOperation> {
  const id = namedId(operation);
  if (id === null) return { incoming: null, isUnknown: true, error: errorOfUnnamed(operation) };
  try {
    const incoming = await ctx.marketplace.getOperation(operation.subscriptionId, id, {
      correlationId: operation.id,
      ...(answerTimeLeftMs !== undefined && {
        deadlineMs: Math.min(answerTimeLeftMs, maxDeadlineMs),
        isInAnswerWindow: true,
      }),
    });
    return { incoming, error: null };
  } catch (error) {
    if (!(error instanceof MarketplaceError) || error.isDeferred || error.status === 429) throw error;
    return { incoming: null, isUnknown: error.isNotFound, error };
  }
}

const maxDeadlineMs = 8_000;

/** Microsoft's webhook did not name the operation, so Microsoft cannot be asked about it. The subscription shows what happened. */
function errorOfUnnamed(operation: Operation): MarketplaceError {
  return new MarketplaceError("Microsoft's webhook does not name the operation.", {
    ...noFacts,
    code: "NoOperationId",
    correlationId: operation.id,
    isNotFound: true,
  });
}

/** The id by which Microsoft can be asked, also if it belongs to another operation; null if the webhook named none. */
export function namedId({ marketplaceId, reusedId }: Pick<Operation, "marketplaceId" | "reusedId">): string | null {
  return marketplaceId ?? reusedId;
}

/** Why a webhook and Microsoft's operation contradict each other, as a sentence; null if they match. */
export function mismatchOf(operation: Operation, incoming: MarketplaceOperation): string | null {
  const isSame =
    incoming.subscriptionId === operation.subscriptionId &&
    (incoming.action === "" || incoming.action === operation.action);
  return isSame
    ? null
    : `The webhook named ${operation.action} of ${operation.subscriptionId}, but Microsoft's operation is ${incoming.action} of ${incoming.subscriptionId}. Nothing was changed.`;
}
