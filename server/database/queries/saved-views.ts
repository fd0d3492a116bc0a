/** Reads saved views. */
import { eq, or, sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { BoundedCount, SavedViewView } from "../../../shared/views/subscriptions.ts";
import type { Database } from "../connection/database.ts";
import { savedViews as v } from "../schema/saved-views.ts";
import { resolveOwnerMe } from "./subscription-filter.ts";
import { countMatching } from "./subscription-list.ts";
import { nameCollation } from "../statements/name-order.ts";

/** A staff member's own views and shared ones, by name. */
export async function listSavedViews(db: Database, staffId: string): Promise<SavedViewView[]> {
  const rows = await db
    .select()
    .from(v)
    .where(or(eq(v.ownerId, staffId), v.isShared))
    .orderBy(sql`${v.name} ${nameCollation}`, v.id)
    .limit(500);
  return rows.map(({ id, name, filters, ownerId, ownerName, isShared }) => ({
    id,
    name,
    filters,
    ownerName,
    isMine: ownerId === staffId,
    isShared,
  }));
}

/** The highest count per view, and the most views that are counted, because the counts must appear quickly. */
const maxCounted = 1_000;
const maxSavedViews = 40;

/** How many subscriptions each view matches now, up to the limit. A view that takes too long has no count. */
export async function countSavedViews(
  db: Database,
  staffId: string,
  today: Day,
): Promise<(BoundedCount & { id: string })[]> {
  const counted: (BoundedCount & { id: string })[] = [];
  for (const { id, filters } of (await listSavedViews(db, staffId)).slice(0, maxSavedViews)) {
    const count = await countMatching(db, resolveOwnerMe(staffId, filters, today), maxCounted).catch(() => null);
    if (count !== null) counted.push({ id, ...count });
  }
  return counted;
}
