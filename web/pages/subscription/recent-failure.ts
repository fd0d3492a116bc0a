/** Decides which failed operation the subscription page shows. */
import type { StaffAction } from "../../../shared/lifecycle.ts";
import type { OperationView } from "../../../shared/views/operations.ts";
import { dayMs } from "../../text/format.ts";

/** How long a failure is shown, unless a later operation succeeds. */
const shownForMs = 7 * dayMs;

/** The latest recently failed change or activation of the publisher that no later one of its kind follows; null if none. */
export function recentFailure(operations: readonly OperationView[], now: number): OperationView | null {
  const latest = operations
    .filter(({ source }) => source === "Partner")
    .toSorted((one, other) => other.createdAt.localeCompare(one.createdAt));
  const failed = latest.find(
    ({ outcome, settledAt }) =>
      (outcome === "failed" || outcome === "conflict") &&
      settledAt !== null &&
      now - Date.parse(settledAt) < shownForMs,
  );
  if (!failed) return null;
  const isRetried = latest.some(({ action, createdAt }) => action === failed.action && createdAt > failed.createdAt);
  return isRetried ? null : failed;
}

/** The staff action that retries it. */
export function retryActionOf(operation: Pick<OperationView, "action">): StaffAction | null {
  const actions: Record<string, StaffAction> = {
    Activate: "activate",
    ChangePlan: "changePlan",
    ChangeQuantity: "changeQuantity",
    Unsubscribe: "cancel",
  };
  return actions[operation.action] ?? null;
}
