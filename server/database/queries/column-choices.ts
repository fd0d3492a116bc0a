/** Reads a staff member's chosen columns. */
import { and, eq, inArray } from "drizzle-orm";
import { type LayoutView, type SubscriptionColumn, subscriptionColumns } from "../../../shared/columns.ts";
import type { Database } from "../connection/database.ts";
import { columnChoices, listLayouts } from "../schema/column-choices.ts";

/** In order; null without a choice. Columns that no longer exist are omitted. */
export async function chosenColumns(db: Database, staffId: string): Promise<SubscriptionColumn[] | null> {
  const [row] = await db.select().from(columnChoices).where(eq(columnChoices.staffId, staffId));
  return row?.columns.filter((column) => subscriptionColumns.includes(column)) ?? null;
}

/** The widths of the view, or else the widths that apply without a view. */
export async function chosenLayout(db: Database, staffId: string, view: string): Promise<LayoutView> {
  const rows = await db
    .select()
    .from(listLayouts)
    .where(and(eq(listLayouts.staffId, staffId), inArray(listLayouts.view, [view, ""])));
  const usual = rows.find((row) => row.view === "");
  const own = rows.find((row) => row.view === view) ?? usual;
  return { widths: own?.widths ?? {}, isComfortable: usual?.isComfortable ?? true };
}
