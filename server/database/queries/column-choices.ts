/** Reading which columns a member of staff has chosen. */
import { eq } from "drizzle-orm";
import { type SubscriptionColumn, subscriptionColumns } from "../../../shared/columns.ts";
import type { Database } from "../connection/database.ts";
import { columnChoices } from "../schema/column-choices.ts";

/** In their order; null: none were chosen. A column that there is no more is left out. */
export async function chosenColumns(db: Database, staffId: string): Promise<SubscriptionColumn[] | null> {
  const [row] = await db.select().from(columnChoices).where(eq(columnChoices.staffId, staffId));
  return row?.columns.filter((column) => subscriptionColumns.includes(column)) ?? null;
}
