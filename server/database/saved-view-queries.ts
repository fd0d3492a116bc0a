/** Reading saved views. */
import { eq, or, sql } from "drizzle-orm";
import type { SavedViewView } from "../../shared/views/subscriptions.ts";
import type { Database } from "./connection.ts";
import { savedViews as v } from "./schema/saved-views.ts";

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
