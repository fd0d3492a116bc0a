/** Reads the full trace of an operation. */
import { eq } from "drizzle-orm";
import type { TraceView } from "../../../shared/views/operations.ts";
import type { Database } from "../connection/database.ts";
import { activityOf } from "./activity-list.ts";
import { deliveriesOf } from "./deliveries.ts";
import { findOperation } from "./operations.ts";
import { operations, operationSteps } from "../schema/operations.ts";

/** Deliveries, steps with their calls, and audit entries; null if there is no such operation. */
export async function findTrace(db: Database, operationId: string): Promise<TraceView | null> {
  const [operation, deliveries, [claim], steps, activity] = await Promise.all([
    findOperation(db, operationId),
    deliveriesOf(db, operationId),
    db.select({ claimedAt: operations.claimedAt }).from(operations).where(eq(operations.id, operationId)),
    db
      .select()
      .from(operationSteps)
      .where(eq(operationSteps.operationId, operationId))
      .orderBy(operationSteps.id)
      .limit(200),
    activityOf(db, operationId),
  ]);
  if (!operation) return null;
  return {
    operation,
    deliveries,
    claimedAt: claim?.claimedAt?.toISOString() ?? null,
    steps: steps.map(({ operationId: _, startedAt, endedAt, ...step }) => ({
      ...step,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
    })),
    activity,
  };
}
