/** Reads reason codes. */
import { asc } from "drizzle-orm";
import type { ReasonedAction } from "../../../shared/reason-codes.ts";
import type { ReasonCodeView } from "../../../shared/views/reason-codes.ts";
import type { Executor } from "../connection/database.ts";
import { reasonCodes as c } from "../schema/reason-codes.ts";

/** All codes, including archived ones, in order of creation. */
export async function listReasonCodes(db: Executor): Promise<ReasonCodeView[]> {
  const rows = await db.select().from(c).orderBy(asc(c.createdAt), asc(c.id));
  return rows.map((row) => {
    const { archivedAt } = row;
    const archived = archivedAt && { at: archivedAt.toISOString(), byName: row.archivedByName ?? "" };
    return {
      id: row.id,
      name: row.name,
      actions: row.actions as ReasonedAction[],
      createdAt: row.createdAt.toISOString(),
      createdByName: row.createdByName,
      archived,
      retired: archived,
    };
  });
}
