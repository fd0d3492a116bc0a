/** What the product sees of a change that it or someone else requested. */

export const productOperationActions = [
  "Activate",
  "ChangePlan",
  "ChangeQuantity",
  "Unsubscribe",
  "Hold",
  "LiftHold",
] as const;

export const productOperationStates = ["waiting_for_approval", "in_progress", "succeeded", "failed"] as const;
export type ProductOperationState = (typeof productOperationStates)[number];

export type ProductOperation = {
  id: string;
  subscriptionId: string;
  /** One of `productOperationActions`, or what Microsoft calls its own operation. */
  action: string;
  state: ProductOperationState;
  /** The state in a sentence. */
  detail: string;
  planId: string | null;
  quantity: number | null;
  requestedByName: string;
  requestedAt: string;
  finishedAt: string | null;
};

/** How a command under an `Idempotency-Key` ended. */
export type CallOutcome =
  | { operation: ProductOperation }
  | { refusal: { code: string; message: string; fields?: Record<string, string[]> } };
