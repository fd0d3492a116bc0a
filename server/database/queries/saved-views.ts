/** Reading saved views. */
import { eq, or, sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { BoundedCount, SavedViewView } from "../../../shared/views/subscriptions.ts";
import type { Database } from "../connection/database.ts";
import { savedViews as v } from "../schema/saved-views.ts";
import { resolveOwnerMe } from "./subscription-filter.ts";
import { countMatching } from "./subscriptions.ts";

/** Those of a member of staff and those for all, by name. */
export async function listSavedViews(db: Database, staffId: string): Promise<SavedViewView[]> {
  const rows = await db
    .select()
    .from(v)
    .where(or(eq(v.ownerId, staffId), v.isShared))
    .orderBy(sql`lower(${v.name})`, v.id)
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

/** What is counted of one view, and of how many views: counts beside names are to be there at once. */
const maxCounted = 1_000;
const maxSavedViews = 40;

/** How many subscriptions each view lets through now, as far as it is counted. One that takes too long has none. */
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
