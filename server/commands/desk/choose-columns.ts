/** The columns that a staff member sees in the list of subscriptions. A personal setting, not in the audit trail. */
import { eq } from "drizzle-orm";
import type { SubscriptionColumn } from "../../../shared/columns.ts";
import type { Context } from "../../context.ts";
import { columnChoices } from "../../database/schema/column-choices.ts";
import { AppError } from "../../errors.ts";

/**
 * Stores the caller's columns; null resets them to the default.
 * @throws AppError `Forbidden` unless staff
 */
export async function chooseColumns(
  { db, actor }: Context,
  { columns }: { columns: SubscriptionColumn[] | null },
): Promise<{ ok: true }> {
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff can choose columns.");
  if (columns === null) await db.delete(columnChoices).where(eq(columnChoices.staffId, actor.id));
  else
    await db
      .insert(columnChoices)
      .values({ staffId: actor.id, columns })
      .onConflictDoUpdate({ target: columnChoices.staffId, set: { columns } });
  return { ok: true };
}
