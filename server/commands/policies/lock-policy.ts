import type { ProtectedPolicy } from "../../../shared/policy-changes.ts";
import type { Executor } from "../../database/connection/database.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";

/**
 * Serializes changes of a protective policy and decisions on them. Taken before any of their other locks, which are
 * not always taken in the same order.
 */
export function lockPolicy(tx: Executor, policy: ProtectedPolicy): Promise<void> {
  return lockExclusively(tx, `policy ${policy}`);
}
