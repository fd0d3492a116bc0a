/** Reads a staff member's chosen columns. */
import { eq } from "drizzle-orm";
import { type SubscriptionColumn, subscriptionColumns } from "../../../shared/columns.ts";
import type { Database } from "../connection/database.ts";
import { columnChoices } from "../schema/column-choices.ts";

/** In order; null without a choice. Columns that no longer exist are omitted. */
export async function chosenColumns(db: Database, staffId: string): Promise<SubscriptionColumn[] | null> {
  const [row] = await db.select().from(columnChoices).where(eq(columnChoices.staffId, staffId));
  return row?.columns.filter((column) => subscriptionColumns.includes(column)) ?? null;
}
