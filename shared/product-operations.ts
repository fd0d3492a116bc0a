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

export const productPlannedActions = ["ChangePlan", "ChangeQuantity", "Hold", "LiftHold"] as const;
export type ProductPlannedAction = (typeof productPlannedActions)[number];

/**
 * `waiting`: its day has not come. `in_progress`: requested from Microsoft. `dropped`: there was nothing left to do.
 * `failed`: it could not be made, and staff are notified.
 */
export const productPlannedStates = ["waiting", "in_progress", "completed", "failed", "canceled", "dropped"] as const;
export type ProductPlannedState = (typeof productPlannedStates)[number];

export type ProductPlannedChange = {
  id: string;
  subscriptionId: string;
  action: ProductPlannedAction;
  state: ProductPlannedState;
  planId: string | null;
  quantity: number | null;
  /** The day in UTC. */
  on: string;
  /** Whether it follows the end of the term. */
  isAtTermEnd: boolean;
  /** Of a hold: the day on which access is reinstated. */
  until: string | null;
  /** Why the change failed or still waits, in a sentence. */
  problem: string | null;
  /** The operation that made it; null until its day, and for holds. */
  operationId: string | null;
  plannedByName: string;
  plannedAt: string;
  endedAt: string | null;
};

/** How a command under an `Idempotency-Key` ended. */
export type CallOutcome =
  | { operation: ProductOperation }
  | { plannedChange: ProductPlannedChange }
  | { refusal: { code: string; message: string; fields?: Record<string, string[]> } };
