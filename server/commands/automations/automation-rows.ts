/** Rows of automations, locked for a change. */
import { and, eq, isNull } from "drizzle-orm";
import type { Executor } from "../../database/connection/database.ts";
import type { AutomationRecord } from "../../database/queries/automations.ts";
import { automations } from "../../database/schema/automations.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { AppError } from "../../errors.ts";

/** Serializes changes of automations. */
export const lockAutomations = (tx: Executor) => lockExclusively(tx, "automations");

/** The row, locked for a change; others can still store firings and matches of it. @throws AppError `NotFound` */
export async function findCurrent(tx: Executor, id: string): Promise<AutomationRecord> {
  const [row] = await tx
    .select()
    .from(automations)
    .where(and(eq(automations.id, id), isNull(automations.removedAt)))
    .for("no key update");
  if (!row) throw new AppError("NotFound", "This automation no longer exists.");
  return row;
}
